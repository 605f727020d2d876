"""How slowly the body of a request may arrive.

Without a limit a client that sends a byte now and then keeps a connection, and what was read of its body, for ever.
Only the time is counted in which the service waits for the client: a request that waits for a thread is not late.
"""

import asyncio
import time
from dataclasses import dataclass

from starlette.types import Message, Receive

from services.api.errors import ProblemError


@dataclass(frozen=True)
class BodyPace:
    """A body is late after `patience_s` without a byte, or when it comes slower than `bytes_per_s` over all.

    The first `patience_s` do not count for the rate.
    """

    patience_s: float = 30.0
    bytes_per_s: float = 1000.0

    def compute_patience_s(self, *, waited_s: float, n_bytes: int) -> float:
        """Seconds to wait for more of a body of which `n_bytes` came within `waited_s`."""
        return min(self.patience_s, self.patience_s + n_bytes / self.bytes_per_s - waited_s)


class PacedBody:
    """The body of one request, received at a least pace."""

    def __init__(self, receive: Receive, pace: BodyPace) -> None:
        self._receive, self._pace = receive, pace
        self._n_bytes, self._waited_s = 0, 0.0
        self._is_complete = False

    async def receive(self) -> Message:
        """The next message. Raises ProblemError (408) where it does not come in time.

        After the body there is no limit: whoever reads on then waits for the client to leave.
        """
        if self._is_complete:
            return await self._receive()
        patience_s = self._pace.compute_patience_s(waited_s=self._waited_s, n_bytes=self._n_bytes)
        began = time.monotonic()
        try:
            async with asyncio.timeout(patience_s):
                message = await self._receive()
        except TimeoutError:
            raise _body_too_slow(self._pace) from None
        self._waited_s += time.monotonic() - began
        self._n_bytes += len(message.get("body", b""))
        self._is_complete = not message.get("more_body", False)
        return message


def _body_too_slow(pace: BodyPace) -> ProblemError:
    """408. The connection is closed after it: the rest of the body would be taken for another request."""
    detail = (
        f"the body did not arrive: nothing came for {pace.patience_s:g} s, or less than {pace.bytes_per_s:g} bytes a "
        "second; send it again"
    )
    return ProblemError(408, "body_too_slow", detail, headers={"Connection": "close"})
