"""How many tracks are not scored yet: counted when it is quick, remembered for a while when it is not."""

import threading
import time
from collections.abc import Callable
from uuid import UUID

from shared.store.repositories import Repositories
from shared.store.tracks.decisions import TrackDecisions

_QUICK_S = 0.05
_SHARE_OF_TIME = 0.05
"""Of the time, at most, for counting a large library."""


class NotScoredCounts:
    """Counts by answering model. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, held_s: float = 0.0) -> None:
        """Every count holds for `held_s` seconds at least."""
        self._clock = clock
        self._held_s = held_s
        self._lock = threading.Lock()
        self._counted: dict[UUID, tuple[float, int]] = {}

    def count_unscored(self, repositories: Repositories, decisions: TrackDecisions) -> int:
        """Tracks that the answering model can read and has not answered yet, as of now or of a moment ago."""
        model = decisions.answering.model
        if model is None:
            return 0
        started = self._clock()
        with self._lock:
            counted = self._counted.get(model.id)
        if counted is not None and started < counted[0]:
            return counted[1]
        n_tracks = repositories.decisions.count_not_scored(decisions.answering)
        took_s = self._clock() - started
        with self._lock:
            held_s = max(took_s / _SHARE_OF_TIME if took_s > _QUICK_S else 0.0, self._held_s)
            self._counted[model.id] = (started + held_s, n_tracks)
        return n_tracks
