"""A model over many tracks at once: ONNX Runtime and the store, and nothing that trains."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from shared.blobs import Blobs
from shared.domain.model_card import ModelCard
from shared.domain.prediction import Basis
from shared.inference.decoding import in_a_word
from shared.inference.lazy_arrays import Recordings
from shared.inference.model_inputs import CatalogueReading, read_inputs
from shared.inference.predictor import Answer, Scorer
from shared.store.models.scores import Scores, Span
from shared.store.models.training_predictions import TrainingAnswers
from shared.store.similarity.embeddings import Embeddings
from shared.store.tables import Model

_BATCH = 500
"""Rows at a time through a graph: what it makes of them stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Readable:
    """What a model reads of some tracks that it may answer for."""

    track_ids: tuple[UUID, ...]
    x: NDArray[np.float32] | Recordings
    due: tuple[UUID, ...] = ()
    """Tracks that have what the model reads, as far as the rows say."""


@dataclass(frozen=True, eq=False)
class Scored:
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


def read_span(session: Session, model: Model, card: ModelCard, span: Span, *, blobs: Blobs) -> Readable:
    """The tracks of `span` that `model` has said nothing of. What networks read is not read yet."""
    due = tuple(Scores(session).due(model, span))
    if model.inputs == "descriptors":
        table = Scores(session).unscored_descriptors(model, span)
        return Readable(table.track_ids, table.x, due)
    track_ids = Scores(session).unscored(model, span)
    reading = CatalogueReading.of_card(model.card)
    read = read_inputs(session, track_ids, kind=model.inputs, spec=model.spec, blobs=blobs, reading=reading)
    may = np.array([may_answer(card, origin) for origin in read.origins], dtype=bool)
    return Readable(tuple(t for t, allowed in zip(read.track_ids, may, strict=True) if allowed), read.x[may], due)


def score(scorer: Scorer, found: Readable) -> Scored:
    """What the model says of them. A track whose features are damaged is left out: it costs no other its answer."""
    if not found.track_ids:
        return Scored((), np.empty((0, len(scorer.card.classes)), dtype=np.float32), refused=found.due)
    if isinstance(found.x, Recordings):
        said = scorer.answer(found.x, lenient=True)
        whole = _finite(said.probabilities)
        answer = said.of(whole)
    else:
        whole = _finite(found.x)
        answer = _in_batches(scorer, np.ascontiguousarray(found.x[whole]))
    kept = tuple(found.track_ids[row] for row in np.flatnonzero(whole))
    return Scored(
        kept,
        answer.probabilities,
        answer.embedding,
        answer.valence_arousal,
        n_unreadable=len(found.track_ids) - len(kept),
        refused=tuple(sorted(set(found.due) - set(kept))),
    )


def keep(session: Session, model: Model, scored: Scored) -> None:
    """Write down what the model said, of training tracks out of fold, and where the tracks lie for it."""
    probabilities, bases = _honest(session, model, scored)
    words, answers = in_a_word(model.taxonomy, model.card["classes"], probabilities)
    scores = Scores(session)
    scores.save(model, words, scored.track_ids, probabilities, answers, places=scored.valence_arousal, bases=bases)
    scores.refuse(model, scored.refused)
    if scored.embedding is not None:
        Embeddings(session).save(model.id, scored.track_ids, scored.embedding)


def _honest(session: Session, model: Model, scored: Scored) -> tuple[NDArray[np.float32], list[Basis]]:
    """The probabilities with the out-of-fold ones in place of those of training tracks, and what each row rests on."""
    training = TrainingAnswers(session, model).list_by_track(scored.track_ids)
    probabilities = scored.probabilities.copy()
    bases = [Basis.HELD_OUT] * len(scored.track_ids)
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


def _in_batches(scorer: Scorer, rows: NDArray[np.float32]) -> Answer:
    parts = [scorer.answer(rows[start : start + _BATCH]) for start in range(0, max(len(rows), 1), _BATCH)]
    return Answer.joined(parts)


def _finite(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(rows).all(axis=1), dtype=bool)
