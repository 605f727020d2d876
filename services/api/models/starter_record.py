"""How often the starter was right: on the clips it was made from, until this library has labels enough."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS, TrackRecordResponse
from shared.arrays import Indices
from shared.domain.emotion import name_emotion
from shared.starter.overlaps import load_known_artists
from shared.starter.rows import hash_artist_group
from shared.store.repositories import Repositories
from shared.store.tables import Model

LEAST_LABELS = 50
"""Labelled tracks that must have judged the starter before its figures are those of the library."""
_REMEMBERED_S = 30.0


@dataclass(frozen=True, eq=False)
class StarterCounts:
    """Labelled tracks that judged a starter."""

    confusion: Indices
    """`(k, k)`: labelled tracks by emotion and by what the starter answered."""
    until: float

    @property
    def judging(self) -> Indices | None:
        """`confusion`, or None before `LEAST_LABELS` labelled tracks."""
        return self.confusion if int(self.confusion.sum()) >= LEAST_LABELS else None


class StarterRecords:
    """Track records of starters. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[UUID, StarterCounts] = {}

    def describe(self, repositories: Repositories, model: Model, emotion: str | None) -> TrackRecordResponse | None:
        """The record of answers of `emotion`; None for an own model, a derived answer, and where there is none."""
        if not _is_measured(model, emotion):
            return None
        return describe_counts(model, emotion, self._find_or_count(repositories, model))

    def measure_on_library(self, repositories: Repositories, model: Model) -> Indices | None:
        """`(k, k)`: labelled tracks by emotion and by what the starter answered; None before `LEAST_LABELS` of them."""
        return self._find_or_count(repositories, model).judging

    def find_counts(self, model: Model) -> StarterCounts | None:
        """What was counted last, or None."""
        with self._lock:
            return self._counted.get(model.id)

    def is_due(self, counts: StarterCounts) -> bool:
        """Whether it is time to count again."""
        return self._clock() >= counts.until

    def count_again(self, repositories: Repositories, model: Model) -> StarterCounts:
        """Count the labels of now."""
        confusion = count_on_library(repositories, model)
        counts = StarterCounts(confusion=confusion, until=self._clock() + _REMEMBERED_S)
        with self._lock:
            self._counted[model.id] = counts
        return counts

    def _find_or_count(self, repositories: Repositories, model: Model) -> StarterCounts:
        counts = self.find_counts(model)
        if counts is None or self.is_due(counts):
            counts = self.count_again(repositories, model)
        return counts


def describe_counts(model: Model, emotion: str | None, counts: StarterCounts) -> TrackRecordResponse | None:
    """The record of answers of `emotion`, as `StarterRecords.describe` gives it."""
    if emotion is None or not _is_measured(model, emotion):
        return None
    column = model.card["classes"].index(emotion)
    is_measured = counts.judging is not None
    confusion = np.array(model.metrics["confusion"], dtype=np.intp) if counts.judging is None else counts.judging
    right, answered = int(confusion[column, column]), int(confusion[:, column].sum())
    return TrackRecordResponse(
        measured_on=LIBRARY if is_measured else TRAINING_CLIPS,
        right=right,
        answered=answered,
        judged=int(confusion.sum()),
        sentence=_describe(
            name_emotion(model.taxonomy, emotion), right=right, answered=answered, is_measured=is_measured
        ),
    )


def _is_measured(model: Model, emotion: str | None) -> bool:
    starter = model.card.get("starter")
    return starter is not None and not starter["derived"] and emotion in model.card["classes"]


def count_on_library(repositories: Repositories, model: Model) -> Indices:
    """`(k, k)`: labelled real tracks that are new to a starter, as their artists are, by their emotion and by what it
    predicted.
    """
    classes: Sequence[str] = model.card["classes"]
    resolved = repositories.annotations.list_label_consensus(taxonomy=model.taxonomy, synthetic=False)
    labels: Mapping[UUID, str] = {
        track_id: consensus.label.emotion for track_id, consensus in resolved.items() if consensus.label is not None
    }
    predicted = repositories.models.list_held_out(model.id, list(labels))
    known, traces = load_known_artists(), repositories.evaluations.list_traces(list(predicted))
    confusion = np.zeros((len(classes), len(classes)), dtype=np.intp)
    for track_id, answer in predicted.items():
        artists = {hash_artist_group(group) for group in traces[track_id].artist_groups}
        if answer is not None and labels[track_id] in classes and not artists & known:
            confusion[classes.index(labels[track_id]), classes.index(answer)] += 1
    return confusion


def _describe(word: str, *, right: int, answered: int, is_measured: bool) -> str:
    if is_measured:
        return f"answers of {word} were right for {right} of {answered} of your labelled tracks"
    tenths = round(10 * right / answered) if answered else 0
    return (
        f"answers of {word} were right {tenths} times in 10 on the clips the starter was made from, held out; not yet "
        "measured on your music"
    )
