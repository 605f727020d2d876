"""What is looked up in a thread, once for all requests of an event loop that wait for it."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

import structlog

from shared.errors import RetryableError, StoreUnavailableError

log = structlog.get_logger()
Value = TypeVar("Value")


class SharedLookup(Generic[Value]):
    """A look-up that may take milliseconds; at most one is under way."""

    def __init__(self, look_up: Callable[[], Value]) -> None:
        self._look_up = look_up
        self._pending: asyncio.Future[Value | None] | None = None
        self.latest: Value | None = None
        """What was found last."""

    def begin(self) -> None:
        """Look up again, unless that is under way."""
        if self._pending is None:
            self._pending = asyncio.get_running_loop().run_in_executor(None, self._try)
            self._pending.add_done_callback(self._keep)

    async def ask(self) -> Value | None:
        """What is found by a look-up that ends after now; None where the database is away."""
        self.begin()
        assert self._pending is not None
        # shielded: a client that leaves ends only its own waiting
        return await asyncio.shield(self._pending)

    def _try(self) -> Value | None:
        try:
            return self._look_up()
        except (StoreUnavailableError, RetryableError) as error:
            log.warning("database.away", error=str(error))
            return None

    def _keep(self, ended: "asyncio.Future[Value | None]") -> None:
        self._pending = None
        if not ended.cancelled():
            self.latest = ended.result()
