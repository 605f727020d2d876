"""A candidate against the starter that answers its taxonomy, on the owner's labelled tracks.

The candidate by its out-of-fold predictions, the starter by its artefact on what is stored of the same tracks. Tracks
that the starter was trained on, or whose artist it knows, take no part: of them it would know too much.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

import numpy as np

from shared.arrays import Floats32
from shared.blobs import Blobs
from shared.blobs.port import get_verified
from shared.domain.model_card import ModelCard
from shared.inference.batch import ReadableTracks, predict_tracks
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.inference.predictor import Predictor
from shared.metrics.group_bootstrap import ConfidenceLevel
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import get_primary_metric
from shared.registry.gate import StarterTrial
from shared.starter.overlaps import find_overlaps
from shared.starter.rows import StarterRows
from shared.store.repositories import Repositories
from shared.store.tables import Model

NO_WEIGHTS: Mapping[UUID, float] = MappingProxyType({})
LoadRows = Callable[[], StarterRows | None]
"""Reads what the starter was trained on; None where its files are left out."""


def hold_trial(
    repositories: Repositories,
    rows: OutOfFold,
    model: Model,
    starter: Model,
    *,
    blobs: Blobs,
    load_rows: LoadRows,
    level: ConfidenceLevel,
    weights: Mapping[UUID, float] = NO_WEIGHTS,
) -> StarterTrial:
    """Compare `model`, by its out-of-fold `rows`, with the starter.

    `weights` are those of tracks whose label was asked for with a known probability: the inverse of what it was times
    the number of tracks that it was drawn from. Others count 1. Raises PermanentError(`corrupt_artefact`) where the
    starter's artefact is gone or damaged.
    """
    track_ids = [UUID(track_id) for track_id in rows.track_ids]
    answers = _predict_by_track(repositories, starter, track_ids, blobs=blobs)
    starter_rows = load_rows()
    known = find_overlaps(repositories, track_ids, rows.groups, starter_rows) if starter_rows is not None else {}
    kept = np.array(
        [i for i, track_id in enumerate(track_ids) if track_id in answers and track_id not in known], dtype=np.intp
    )
    n_known = sum(track_id in known for track_id in answers)
    ours, theirs = list(model.card["classes"]), list(starter.card["classes"])
    both = [name for name in ours if name in theirs]
    if not len(kept) or not both:
        return StarterTrial(n_readable=len(answers), n_known=n_known, comparison=None)
    my_columns, their_columns = ([names.index(name) for name in both] for names in (ours, theirs))
    shared = OutOfFold(
        predictions=rows.predictions[kept][:, my_columns],
        targets=rows.targets[kept][:, my_columns],
        folds=rows.folds[kept],
        groups=[rows.groups[i] for i in kept.tolist()],
        weights=np.array([weights.get(track_ids[i], 1.0) for i in kept.tolist()]) if weights else None,
    )
    comparison = get_primary_metric(model.taxonomy).paired_comparison(
        shared, np.array([answers[track_ids[i]] for i in kept.tolist()])[:, their_columns], level=level
    )
    return StarterTrial(
        n_readable=len(answers), n_known=n_known, comparison=comparison, is_weighted=shared.weights is not None
    )


def _predict_by_track(
    repositories: Repositories, starter: Model, track_ids: Sequence[UUID], *, blobs: Blobs
) -> dict[UUID, Floats32]:
    """What the starter predicts for those of the tracks that have what it reads: `(k,)` in the order of its card."""
    read = read_inputs(
        repositories,
        track_ids,
        kind=starter.inputs,
        spec=starter.spec,
        blobs=blobs,
        reading=ModelReading.from_card(starter.card),
    )
    if not read.track_ids:
        return {}
    artefact = get_verified(blobs, key=starter.artefact_key, sha256=starter.artefact_sha256)
    predictor = Predictor.from_artefact(
        artefact, sha256=starter.artefact_sha256, card=ModelCard.from_document(starter.card)
    )
    scored = predict_tracks(predictor, ReadableTracks(read.track_ids, read.x))
    return dict(zip(scored.track_ids, scored.probabilities, strict=True))
