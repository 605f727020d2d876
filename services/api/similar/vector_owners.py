"""Which network or projection answers first, remembered for a moment."""

import threading
import time
from collections.abc import Callable
from uuid import UUID

from shared.store.tables import Model, ProjectionRow

VectorOwner = Model | ProjectionRow
_MOST_KEPT = 100


class VectorOwners:
    """Owners of vectors by what a request names, and by library. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._owners: dict[tuple[UUID | str | None, bool], tuple[float, VectorOwner | None]] = {}

    def get_owner(
        self, wanted: tuple[UUID | str | None, bool], *, find: Callable[[], VectorOwner | None], keep_s: float
    ) -> VectorOwner | None:
        """What `find` gave for the same `wanted` less than `keep_s` ago, or gives now."""
        with self._lock:
            known = self._owners.get(wanted)
        if known is not None and self._clock() - known[0] < keep_s:
            return known[1]
        owner = find()
        with self._lock:
            if len(self._owners) >= _MOST_KEPT:
                self._owners.clear()
            self._owners[wanted] = (self._clock(), owner)
        return owner
