"""A model over many tracks at once: ONNX Runtime and the store, and nothing that trains."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.blobs import Blobs
from shared.domain.model_card import ModelCard
from shared.domain.prediction import PredictionBasis
from shared.inference.decoding import decode_predictions, read_none_below
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.inference.predictor import ModelOutput, Predictor
from shared.inference.training_bases import find_training_predictions
from shared.store.models.scores import TrackSpan
from shared.store.repositories import Repositories
from shared.store.tables import Model

_BATCH = 500
"""Rows at a time through a graph: what it makes of them stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class ReadableTracks:
    """What a model reads of some tracks that it may answer for."""

    track_ids: tuple[UUID, ...]
    x: NDArray[np.float32] | LazyArrays
    due: tuple[UUID, ...] = ()
    """Tracks that have what the model reads, as far as the rows say."""


@dataclass(frozen=True, eq=False)
class ScoredTracks:
    """What a model says of some tracks: only of those that it can read and may answer for."""

    track_ids: tuple[UUID, ...]
    probabilities: NDArray[np.float32]
    """`(len(track_ids), k)`, in the order of the card's classes."""
    embedding: NDArray[np.float32] | None = None
    """`(len(track_ids), d)`; None for a model without embeddings."""
    valence_arousal: NDArray[np.float32] | None = None
    """`(len(track_ids), 2)`; None for a model that does not answer them beside its classes."""
    n_unreadable: int = 0
    """Tracks whose stored features are gone or damaged."""
    refused: tuple[UUID, ...] = ()
    """Tracks that were due and have no answer."""


def read_span(
    repositories: Repositories, model: Model, card: ModelCard, span: TrackSpan, *, blobs: Blobs
) -> ReadableTracks:
    """The tracks of `span` that `model` has said nothing of. What networks read is not read yet."""
    due = tuple(repositories.scores.list_due(model, span))
    if model.inputs == "descriptors":
        table = repositories.scores.read_unscored_descriptors(model, span)
        return ReadableTracks(table.track_ids, table.x, due)
    track_ids = repositories.scores.list_unscored(model, span)
    reading = ModelReading.from_card(model.card)
    read = read_inputs(repositories, track_ids, kind=model.inputs, spec=model.spec, blobs=blobs, reading=reading)
    may = np.array([may_answer(card, origin) for origin in read.origins], dtype=bool)
    return ReadableTracks(tuple(t for t, allowed in zip(read.track_ids, may, strict=True) if allowed), read.x[may], due)


def predict_tracks(scorer: Predictor, tracks: ReadableTracks) -> ScoredTracks:
    """What the model says of them. A track whose features are damaged is left out: it costs no other its answer."""
    if not tracks.track_ids:
        return ScoredTracks((), np.empty((0, len(scorer.card.classes)), dtype=np.float32), refused=tracks.due)
    if isinstance(tracks.x, LazyArrays):
        outputs = scorer.predict_outputs(tracks.x, lenient=True)
        whole = _finite_rows(outputs.probabilities)
        answer = outputs.select_rows(whole)
    else:
        whole = _finite_rows(tracks.x)
        answer = _predict_in_batches(scorer, np.ascontiguousarray(tracks.x[whole]))
    kept = tuple(tracks.track_ids[row] for row in np.flatnonzero(whole))
    return ScoredTracks(
        kept,
        answer.probabilities,
        answer.embedding,
        answer.valence_arousal,
        n_unreadable=len(tracks.track_ids) - len(kept),
        refused=tuple(sorted(set(tracks.due) - set(kept))),
    )


def save_scored(repositories: Repositories, model: Model, scored: ScoredTracks) -> None:
    """Write down what the model said, of training tracks out of fold, and where the tracks lie for it."""
    probabilities, bases = _replace_by_out_of_fold(repositories, model, scored)
    words, answers = decode_predictions(
        model.taxonomy, model.card["classes"], probabilities, none_below=read_none_below(model.card)
    )
    scores = repositories.scores
    scores.save_predictions(
        model, words, scored.track_ids, probabilities, answers, valence_arousal=scored.valence_arousal, bases=bases
    )
    scores.refuse_tracks(model, scored.refused)
    if scored.embedding is not None:
        repositories.embeddings.save_vectors(model.id, scored.track_ids, scored.embedding)


def _replace_by_out_of_fold(
    repositories: Repositories, model: Model, scored: ScoredTracks
) -> tuple[NDArray[np.float32], list[PredictionBasis]]:
    """The probabilities with the out-of-fold ones in place of those of training tracks, and what each row rests on."""
    training = find_training_predictions(repositories, model, scored.track_ids)
    probabilities = scored.probabilities.copy()
    bases = [PredictionBasis.HELD_OUT] * len(scored.track_ids)
    for row, track_id in enumerate(scored.track_ids):
        if track_id in training:
            bases[row] = training[track_id].basis
            stored = training[track_id].probabilities
            if stored is not None:
                probabilities[row] = stored
    return probabilities, bases


def may_answer(card: ModelCard, origin: str) -> bool:
    """A model answers only for the origins that it learned from: catalogues by name, or decoded audio."""
    return origin in card.origins


def _predict_in_batches(scorer: Predictor, rows: NDArray[np.float32]) -> ModelOutput:
    parts = [scorer.predict_outputs(rows[start : start + _BATCH]) for start in range(0, max(len(rows), 1), _BATCH)]
    return ModelOutput.from_parts(parts)


def _finite_rows(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(rows).all(axis=1), dtype=bool)
