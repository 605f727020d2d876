"""A model over many tracks at once: ONNX Runtime and the store, and nothing that trains."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from shared.blobs import Blobs
from shared.domain.model_card import ModelCard
from shared.registry.inputs import read_inputs
from shared.registry.scorer import Scorer
from shared.store.scores import Scores, Span
from shared.store.tables import Model

_BATCH = 500
"""Rows at a time through a graph: what it makes of them stays in the processor's cache."""


@dataclass(frozen=True, eq=False)
class Scored:
    """What a model says of some tracks: only of those that it can read and may answer for."""

    track_ids: tuple[UUID, ...]
    probabilities: NDArray[np.float32]
    """`(len(track_ids), k)`, in the order of the card's classes."""


def score_span(session: Session, model: Model, scorer: Scorer, span: Span, *, blobs: Blobs) -> Scored:
    """Score the tracks of `span` that `model` has said nothing of."""
    if model.inputs == "descriptors":
        table = Scores(session).unscored_descriptors(model, span)
        return _score(scorer, table.track_ids, table.x)
    track_ids = Scores(session).unscored(model, span)
    read = read_inputs(session, track_ids, kind=model.inputs, spec=model.spec, blobs=blobs)
    may = np.array([may_answer(scorer.card, origin) for origin in read.origins], dtype=bool)
    return _score(scorer, tuple(t for t, allowed in zip(read.track_ids, may, strict=True) if allowed), read.x[may])


def may_answer(card: ModelCard, origin: str) -> bool:
    """A model answers only for the origins that it learned from: catalogues by name, or decoded audio."""
    return origin in card.origins


def _score(scorer: Scorer, track_ids: tuple[UUID, ...], x: NDArray[np.float32]) -> Scored:
    if not track_ids:
        return Scored((), np.empty((0, len(scorer.card.classes)), dtype=np.float32))
    whole = np.isfinite(x).all(axis=1)
    kept = tuple(track_ids[row] for row in np.flatnonzero(whole))
    rows = np.ascontiguousarray(x[whole])
    said = [scorer.score(rows[start : start + _BATCH]) for start in range(0, len(rows), _BATCH)]
    return Scored(kept, np.concatenate([np.empty((0, len(scorer.card.classes)), dtype=np.float32), *said]))
