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
from shared.store.repositories import Repositories

log = structlog.get_logger()

FRESH_S = 1.0
"""A request waits for a newer copy than one of this age."""
_AHEAD_S = 0.5
"""From this age on a newer copy is read beside the requests, which then need not wait for it."""
_WAIT_S = 0.3
"""A request does not wait longer for it: the database is away, or hangs."""
LONGEST_WAIT_S = 3.0
"""Nor for the first copy, without which nobody is let in, or for the newest, where an older one would not do."""
_PAUSE_S = 0.2
"""Between two attempts of which the first failed."""
_NEWER_EVERY_S = 0.1
"""A copy that is asked for because a session is unknown is read at most so often: cookies can be made up."""


class KeyRing:
    """The keys and sessions of one process, read in a thread of their own.

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
        self._generation = self._copied_generation = 0
        """How often the copy was forgotten: now, and when the reading of the copy began."""
        self._noted_at: dict[UUID, float] = {}

    async def load(self, store: Store, *, within_s: float = LONGEST_WAIT_S) -> KeyIndex | None:
        """The keys. None where they could not be read since this process started, or not `within_s`."""
        longest_s = LONGEST_WAIT_S if self._index is None else 0.0 if self._is_away else _WAIT_S
        return await self._load(store, min(longest_s, within_s))

    async def load_newer(self, store: Store, *, within_s: float = LONGEST_WAIT_S) -> KeyIndex | None:
        """The keys as they are now: of a copy whose reading begins after this call, if it comes `within_s`."""
        await asyncio.sleep(max(0.0, self._reading_since + _NEWER_EVERY_S - self._clock()))
        self.forget_copy()
        return await self._load(store, within_s)

    def forget_copy(self) -> None:
        """Let the next request wait for a copy whose reading begins from now on."""
        self._generation += 1

    @property
    def _is_forgotten(self) -> bool:
        return self._copied_generation != self._generation

    async def _load(self, store: Store, most_s: float) -> KeyIndex | None:
        await self._refresh_copy(store, most_s)
        if self._is_forgotten:  # a reading ended that had begun before
            await self._refresh_copy(store, most_s)
        return self._index

    async def _refresh_copy(self, store: Store, most_s: float) -> None:
        now = self._clock()
        age_s = float("inf") if self._is_forgotten else now - self._read_at
        if age_s > _AHEAD_S:
            reading = self._start_reading(store, now)
            wait_s = self._reading_since + most_s - now
            if age_s > FRESH_S and wait_s > 0 and not reading.done():
                waited = asyncio.wrap_future(reading)
                # where it comes late, its error is nobody's any more
                waited.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
                _, late = await asyncio.wait({waited}, timeout=wait_s)
                self._is_away = self._is_away or bool(late)

    def note_use(self, caller: Caller, store: Store) -> None:
        """Write beside the requests that a key, or a session, was used, where that was not written within the last
        minute.
        """
        key_id, session_id, now = caller.key_id, caller.session_id, self._clock()
        used_id = session_id or key_id
        if key_id is None or used_id is None or now - self._noted_at.get(used_id, float("-inf")) < USE_NOTED_EVERY_S:
            return
        self._noted_at[used_id] = now

        def note(repositories: Repositories) -> None:
            repositories.keys.note_use([key_id])
            if session_id is not None:
                repositories.key_sessions.note_use([session_id])

        writing = self._threads.submit(store.transact, "key.used", note)
        writing.add_done_callback(lambda ended: self._forget_failed(used_id, ended))

    def close(self) -> None:
        """Wait for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start_reading(self, store: Store, now: float) -> Future[None]:
        reading = self._reading
        if reading is None or (reading.done() and now - self._reading_since >= self._pause_s(reading)):
            self._reading_since = now
            reading = self._reading = self._threads.submit(self._read, store, now, self._generation)
        return reading

    @staticmethod
    def _pause_s(ended: Future[None]) -> float:
        return _PAUSE_S if ended.exception() is not None else 0.0

    def _read(self, store: Store, begun_at: float, generation: int) -> None:
        try:
            with store.read() as repositories:
                index = KeyIndex.from_keys(repositories.keys.list_keys(), repositories.key_sessions.list_current())
        except Exception as error:
            if not self._is_away:
                log.warning("keys.not_read", error=str(error))
            self._is_away = True
            raise
        self._index, self._read_at, self._is_away = index, begun_at, False
        self._copied_generation = generation

    def _forget_failed(self, used_id: UUID, writing: "Future[None]") -> None:
        if not writing.cancelled() and (error := writing.exception()) is not None:
            self._noted_at.pop(used_id, None)
            log.warning("keys.use_not_noted", error=str(error))
