"""The keys in memory: a copy of the database's that is at most a second old while the database answers."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

import structlog

from services.api.access.caller import Caller
from services.api.access.key_index import KeyIndex
from shared.store import Store
from shared.store.keys import USE_NOTED_EVERY_S

log = structlog.get_logger()

FRESH_S = 1.0
"""A request waits for a newer copy than one of this age."""
_AHEAD_S = 0.5
"""From this age on a newer copy is read beside the requests, which then need not wait for it."""
_WAIT_S = 0.3
"""A request does not wait longer for it: the database is away, or hangs."""
_FIRST_WAIT_S = 3.0
"""Nor for the first copy, without which nobody is let in."""
_PAUSE_S = 0.2
"""Between two attempts of which the first failed."""


class KeyRing:
    """The keys of one process, read in a thread of their own.

    While the database is away the last copy stays, and no request waits for a newer one: keys that were in use stay so,
    and nobody gets in without one.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="keys")
        self._index: KeyIndex | None = None
        self._read_at = float("-inf")
        """When the reading of the copy began."""
        self._reading: Future[None] | None = None
        self._reading_since = float("-inf")
        self._is_away = False
        self._noted_at: dict[UUID, float] = {}

    async def load(self, store: Store, *, within_s: float = _FIRST_WAIT_S) -> KeyIndex | None:
        """The keys. None where they could not be read since this process started, or not `within_s`."""
        now = self._clock()
        age_s = now - self._read_at
        if age_s > _AHEAD_S:
            reading = self._start_reading(store, now)
            longest_s = _FIRST_WAIT_S if self._index is None else 0.0 if self._is_away else _WAIT_S
            wait_s = self._reading_since + min(longest_s, within_s) - now
            if age_s > FRESH_S and wait_s > 0 and not reading.done():
                waited = asyncio.wrap_future(reading)
                # where it comes late, its error is nobody's any more
                waited.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
                _, late = await asyncio.wait({waited}, timeout=wait_s)
                self._is_away = self._is_away or bool(late)
        return self._index

    def note_use(self, caller: Caller, store: Store) -> None:
        """Write beside the requests that a key was used, where that was not written within the last minute."""
        key_id, now = caller.key_id, self._clock()
        if key_id is None or now - self._noted_at.get(key_id, float("-inf")) < USE_NOTED_EVERY_S:
            return
        self._noted_at[key_id] = now
        writing = self._threads.submit(
            store.transact, "key.used", lambda repositories: repositories.keys.note_use([key_id])
        )
        writing.add_done_callback(lambda ended: self._forget_failed(key_id, ended))

    def close(self) -> None:
        """Wait for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start_reading(self, store: Store, now: float) -> Future[None]:
        reading = self._reading
        if reading is None or (reading.done() and now - self._reading_since >= self._pause_s(reading)):
            self._reading_since = now
            reading = self._reading = self._threads.submit(self._read, store, now)
        return reading

    @staticmethod
    def _pause_s(ended: Future[None]) -> float:
        return _PAUSE_S if ended.exception() is not None else 0.0

    def _read(self, store: Store, begun_at: float) -> None:
        try:
            with store.read() as repositories:
                index = KeyIndex.from_keys(repositories.keys.list_keys())
        except Exception as error:
            if not self._is_away:
                log.warning("keys.not_read", error=str(error))
            self._is_away = True
            raise
        self._index, self._read_at, self._is_away = index, begun_at, False

    def _forget_failed(self, key_id: UUID, writing: "Future[None]") -> None:
        if not writing.cancelled() and (error := writing.exception()) is not None:
            self._noted_at.pop(key_id, None)
            log.warning("keys.use_not_noted", error=str(error))
