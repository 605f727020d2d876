"""Every champion that reads audio taggers gets a head for curves: windows of its training tracks first, then the fit.

Promotion does not wait for it. What is lacking is seen in the rows at each sweep: nothing has to be remembered.
"""

from functools import partial

import structlog

from shared.domain.head import CLASSES, DIMENSIONS, get_head_kind
from shared.domain.job import Stage
from shared.domain.windows import read_window_versions
from shared.store.models.curve_heads import CurveFit
from shared.store.models.repository import CHAMPION
from shared.store.repositories import Repositories
from shared.store.tables import Model
from shared.worker.context import WorkerContext, send_hints

log = structlog.get_logger()


def prepare_curves(bench: WorkerContext) -> None:
    """Schedule the next step towards the curve head of each champion that lacks one."""
    with bench.store.read() as repositories:
        lacking = [
            model for model in repositories.models.list_answering(synthetic=False) if _lacks(repositories, model)
        ]
    for model in lacking:
        item_ids = bench.store.transact("sweep.curve", partial(_schedule_step, model=model))
        if item_ids:
            log.info("sweep.curve", model_id=str(model.id), n_items=len(item_ids))
            send_hints(bench.bus, Stage.CURVE, item_ids)


def _lacks(repositories: Repositories, model: Model) -> bool:
    if model.state != CHAMPION or get_head_kind(model.taxonomy) not in {CLASSES, DIMENSIONS}:
        return False
    versions = read_window_versions(model.inputs, model.card)
    if not versions:
        return False
    fit = CurveFit.from_versions(model.id, versions)
    return repositories.curve_heads.get_head(fit) is None and repositories.curve_heads.find_fit(fit) is None


def _schedule_step(repositories: Repositories, *, model: Model) -> list[int]:
    """Windows in the background, which the sweep sends by itself; items of the fit, once no window is lacking."""
    versions = read_window_versions(model.inputs, model.card)
    windows = repositories.windows
    if windows.count_open_excerpts(versions=versions):
        return []
    track_ids = [row.track_id for row in repositories.snapshots.list_items(model.snapshot_id)]
    lacking = windows.list_without_excerpt(track_ids, versions=versions)
    if lacking:
        windows.schedule_excerpts(lacking, versions=versions)
        return []
    fit = CurveFit.from_versions(model.id, versions)
    return repositories.curve_heads.schedule_fit(fit)
