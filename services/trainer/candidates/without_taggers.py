"""What the audio taggers of a candidate are worth: the same estimator on the same folds, on descriptors alone.

Taggers were trained by others, on songs and artists that may be among those of the folds, so that a figure with them
never stands alone on a card.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np

from services.trainer.candidates.origin_holdout import stack_targets
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.heads.strategy import CandidateSpec, HeadStrategy
from services.trainer.protocols.added_rows import AddedRows
from shared.arrays import Features, Floats
from shared.domain.dataset import TAGGER_INPUTS
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.model_card import TaggerCard
from shared.domain.taggers import TaggerSpec
from shared.json_objects import JsonObject
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS
from shared.registry.gate import OVER_CHAMPION
from shared.store.repositories import Repositories

UNTAGGED = "descriptors"
"""The input that a candidate with taggers is compared with."""


@dataclass(frozen=True, kw_only=True, eq=False)
class UntaggedFigures:
    """How an estimator did without taggers."""

    predictions: Floats
    """Out-of-fold predictions `(n_items, n_outputs)`."""
    figure: Mapping[str, Any]
    """The primary metric of the head, between the ends of its interval."""


def find_untagged_figures(
    repositories: Repositories, job_id: UUID, data: TrainingSet, *, estimator: str
) -> UntaggedFigures | None:
    """Those that the same training has published already; None where it has not."""
    for item in repositories.job_items.list_by_job(job_id):
        if (item.payload["estimator"], item.payload["inputs"]) != (estimator, UNTAGGED):
            continue
        model = repositories.models.get_by_item(item.id)
        if model is None:
            return None
        kept = repositories.models.list_out_of_fold(model.id)
        track_ids = [UUID(row.example.track_id) for row in data.items]
        if not all(track_id in kept for track_id in track_ids):
            return None
        return UntaggedFigures(
            predictions=np.array([kept[track_id] for track_id in track_ids], dtype=np.float64),
            figure=model.metrics[PRIMARY_METRICS[data.model_head.kind].key],
        )
    return None


def compare_without_taggers(
    strategy: HeadStrategy,
    candidate: CandidateSpec,
    oof: Floats,
    *,
    descriptors: Features | None,
    added: AddedRows | None = None,
    known: UntaggedFigures | None = None,
) -> JsonObject | None:
    """The primary metric without taggers, and the gain with them by a paired bootstrap over artists; None for a
    candidate that reads no taggers.

    `oof: (n, k)` are the out-of-fold predictions of `candidate`, `descriptors: (n, n_descriptors)` the rows without
    taggers, None where some track has none, `added` what may be learned from beside them. `known` is what was computed
    before. Stops between folds where `candidate.hooks.check_cancelled` raises.
    """
    if candidate.inputs not in TAGGER_INPUTS or UNTAGGED not in ESTIMATOR_SPECS[candidate.estimator].inputs:
        return None
    if descriptors is None:
        return {"inputs": UNTAGGED, "not_computed": "not all tracks of the training set have descriptors"}
    metric = PRIMARY_METRICS[candidate.head.kind]
    untagged = known or _compute_untagged_figures(strategy, candidate, descriptors, added)
    rows = OutOfFold(
        predictions=oof,
        targets=stack_targets(candidate),
        folds=np.array([item.fold for item in candidate.items], dtype=np.intp),
        groups=candidate.artist_groups(),
    )
    gain = metric.paired_comparison(rows, untagged.predictions, level=replace(OVER_CHAMPION, seed=candidate.seed))
    return {"inputs": UNTAGGED, metric.key: dict(untagged.figure), "gain": gain.as_dict()}


def describe_taggers(taggers: Sequence[TaggerSpec]) -> dict[str, TaggerCard]:
    """For the card, by name: by whom each was trained, on what, and on what terms it is used."""
    return {
        spec.name: {
            "fingerprint": spec.fingerprint,
            "licence": spec.licence,
            "citation": spec.citation,
            "trained_on": spec.trained_on,
        }
        for spec in taggers
    }


def list_tagger_limits(taggers: Sequence[TaggerSpec]) -> tuple[str, ...]:
    """What the card says that the figures of a model with these taggers cannot promise."""
    return tuple(
        f"Reads {spec.name} ({spec.citation}; {spec.licence}), which others trained on {spec.trained_on}: songs and "
        "artists that its figures were measured on may be among them."
        for spec in taggers
    )


def _compute_untagged_figures(
    strategy: HeadStrategy, candidate: CandidateSpec, descriptors: Features, added: AddedRows | None
) -> UntaggedFigures:
    untagged = replace(candidate, inputs=UNTAGGED, x=descriptors, blocks=(), added=added)

    def on_fold(_: FoldResult) -> None:
        candidate.hooks.check_cancelled()

    predictions, metrics = strategy.evaluate_predictions(
        strategy.cross_fit(untagged, on_fold=on_fold, finished={}), untagged
    )
    figures: Mapping[str, Any] = dict(metrics)
    return UntaggedFigures(predictions=predictions, figure=figures[PRIMARY_METRICS[candidate.head.kind].key])
