"""The scorer's third use case: the head that makes curves, fitted to the training tracks of a champion."""

from collections.abc import Callable, Sequence

import structlog

from shared.curve.calibration import CurveFigures
from shared.curve.fitting import LabelledWindows, draw_tracks, fit_curve_head
from shared.curve.head import CurveHead
from shared.domain.head import CLASSES, DIMENSIONS, get_head_kind
from shared.domain.job import ItemState, Stage
from shared.domain.messages import ItemsMessage
from shared.domain.windows import EXCERPT, read_window_versions
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.store.jobs.items import ItemClaim, ItemOutcome
from shared.store.models.curve_heads import CurveFit
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Model, SnapshotItem
from shared.worker.context import WorkerContext, process_items

log = structlog.get_logger()

_Fitted = tuple[bytes, JsonObject] | PermanentError


def fit_curves(message: ItemsMessage, *, bench: WorkerContext) -> None:
    """Fit the heads of a message and keep them with their held-out figures."""

    def handle_claim(claim: ItemClaim) -> Callable[[Repositories], list[ItemOutcome]]:
        fitted = [(item, _fit_item(item, bench)) for item in claim.items]
        return lambda repositories: [_write_outcome(repositories, item, result) for item, result in fitted]

    process_items(bench, message, stage=Stage.CURVE, handle=handle_claim)


def _fit_item(item: JobItem, bench: WorkerContext) -> _Fitted:
    fit = CurveFit.from_payload(item.payload)
    with bench.store.read() as repositories:
        model = repositories.models.get_by_id(fit.model_id)
        if model is None:
            return PermanentError(Reason.NOT_FOUND, "the model is not there any more")
        rows = list(repositories.snapshots.list_items(model.snapshot_id))
        versions = read_window_versions(model.inputs, model.card)
        there = repositories.windows.filter_with_windows(
            [row.track_id for row in rows], span=EXCERPT, versions=versions
        )
        left = [row for row in rows if row.track_id in there]
        drawn = [left[i] for i in draw_tracks([row.target for row in left], kind=_kind_of(model))]
        windows = repositories.windows.list_excerpts([row.track_id for row in drawn], versions=versions)
    tracks = [
        LabelledWindows(values=windows[row.track_id].values, target=_target_of(row, model), fold=row.fold)
        for row in drawn
        if row.track_id in windows
    ]
    try:
        head, figures = fit_curve_head(tracks, outputs=model.card["classes"], kind=_kind_of(model), versions=versions)
    except ValueError as error:
        return PermanentError(Reason.NOT_ENOUGH_LABELS, str(error))
    log.info("curve.fitted", model_id=str(model.id), n_tracks=figures.n_tracks)
    return _describe_fit(head, figures, n_labelled=len(rows), n_with_windows=len(left))


def _kind_of(model: Model) -> str:
    return CLASSES if get_head_kind(model.taxonomy) == CLASSES else DIMENSIONS


def _target_of(row: SnapshotItem, model: Model) -> int | Sequence[float]:
    if _kind_of(model) == DIMENSIONS:
        return tuple(row.numbers or ())
    return int(model.card["classes"].index(row.target))


def _describe_fit(
    head: CurveHead, figures: CurveFigures, *, n_labelled: int, n_with_windows: int
) -> tuple[bytes, JsonObject]:
    counts = {"n_labelled": n_labelled, "n_without_windows": n_labelled - n_with_windows}
    return head.to_bytes(), {**figures.to_document(), **counts}


def _write_outcome(repositories: Repositories, item: JobItem, fitted: _Fitted) -> ItemOutcome:
    if isinstance(fitted, PermanentError):
        return ItemOutcome(item_id=item.id, state=ItemState.FAILED, reason=fitted.reason, detail=fitted.detail)
    content, figures = fitted
    repositories.curve_heads.save_head(CurveFit.from_payload(item.payload), content=content, figures=figures)
    return ItemOutcome(item_id=item.id, state=ItemState.DONE, detail=f"a curve head of {figures['n_tracks']} tracks")
