"""Puts the starter into a store: after the migrations, at every start, in one transaction.

`python -m shared.starter.installation` is what the containers run after the migrations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from uuid_utils.compat import uuid7

from shared.blobs import Blobs, open_blobs
from shared.blobs.port import content_key
from shared.domain.features import FeatureSpec
from shared.domain.snapshot import SnapshotValues
from shared.logs import configure_logs
from shared.settings import BlobSettings, LogSettings, StarterSettings, StoreSettings
from shared.starter.models import StarterModel, load_starter_models
from shared.store import Store, open_store
from shared.store.models.repository import STARTER
from shared.store.repositories import Repositories

log = structlog.get_logger()

NOTE = (
    "moods before the first label come from the starter that ships with mer (docs/guide/starter.md); MER_STARTER=off "
    "leaves it out"
)
"""What the first start says."""
_N_FOLDS = 5


@dataclass(frozen=True, kw_only=True)
class StarterInstallation:
    """What an installation changed."""

    installed: tuple[str, ...] = ()
    """The taxonomies whose starter is new, or of another version than before."""
    answering: tuple[str, ...] = ()
    """The taxonomies that their starter answers."""


def install_starters(
    store: Store, blobs: Blobs, *, enabled: bool, starters: Sequence[StarterModel] | None = None
) -> StarterInstallation:
    """Install the starters that ship with this version, in place of those of another one.

    A starter becomes the default of its taxonomy where that has none. Where starters are not `enabled`, none answers;
    they stay in the store, because their predictions may be asked for by id.
    """
    if not enabled:
        store.transact("starter.silence", lambda repositories: repositories.models.silence_starters())
        return StarterInstallation()
    shipped = load_starter_models() if starters is None else starters
    for starter in shipped:
        blobs.put(_artefact_key(starter), starter.artefact)
    return store.transact("starter.install", lambda repositories: _install_all(repositories, shipped))


def _install_all(repositories: Repositories, shipped: Sequence[StarterModel]) -> StarterInstallation:
    models = repositories.models
    installed = []
    for starter in shipped:
        version = models.lock_next_version(taxonomy=starter.taxonomy, synthetic=False)
        present = models.get_starter(starter.taxonomy)
        if present is None or present.artefact_sha256 != starter.sha256:
            if present is not None:
                models.retire_starter(present)
            _add_starter(repositories, starter, version=version)
            installed.append(starter.taxonomy)
        models.let_starter_answer(starter.taxonomy)
    for obsolete in models.list_starters():
        if obsolete.taxonomy not in {starter.taxonomy for starter in shipped}:
            models.retire_starter(obsolete)
    answering = tuple(model.taxonomy for model in models.list_starters() if model.is_default)
    return StarterInstallation(installed=tuple(installed), answering=answering)


def _add_starter(repositories: Repositories, starter: StarterModel, *, version: int) -> None:
    card = starter.card
    spec = FeatureSpec()
    repositories.spec_stages.declare_stages(spec.fingerprint, spec)
    values: SnapshotValues = {
        "taxonomy": starter.taxonomy,
        "inputs": [starter.inputs],
        "spec": card.feature_fingerprint,
        "synthetic": False,
        "n_folds": _N_FOLDS,
        "seed": card.seed,
        "counts": card.data_counts,
        "leak_check": card.leak_report,
    }
    snapshot = repositories.snapshots.add_external(values)
    repositories.models.add_model(
        {
            "id": uuid7(),
            "estimator": card.estimator,
            "inputs": starter.inputs,
            "taxonomy": starter.taxonomy,
            "synthetic": False,
            "version": version,
            "spec": card.feature_fingerprint,
            "snapshot_id": snapshot.id,
            "state": STARTER,
            "metrics": card.metrics,
            "card": replace(card, version=str(version), snapshot_id=str(snapshot.id)).to_document(),
            "artefact_key": _artefact_key(starter),
            "artefact_sha256": starter.sha256,
        },
        oof={},
    )


def _artefact_key(starter: StarterModel) -> str:
    key, _ = content_key("models", starter.artefact, suffix=".onnx")
    return key


def main() -> None:
    """The second step of the one-shot service of the containers, after the migrations."""
    configure_logs(LogSettings(), service="migrate")
    store = open_store(StoreSettings(), pool_size=1, application="mer starter")
    try:
        result = install_starters(store, open_blobs(BlobSettings()), enabled=StarterSettings().starter)
    finally:
        store.close()
    if result.installed:
        log.info("starter.installed", taxonomies=", ".join(result.installed), note=NOTE)


if __name__ == "__main__":
    main()
