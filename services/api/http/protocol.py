"""HTTP/1.1 of uvicorn, with a limit for the head of a request, a line for a client that went away, and fewer packets.

uvicorn closes a connection that rests between two requests (`--timeout-keep-alive`, 5 s), but not one that sends
nothing at first, or one byte a second: its timer ends with the first byte. Such a client holds no thread, only a
connection, of which a process has as many as it may open files.
"""

import asyncio
from contextlib import suppress
from typing import Any

import h11
import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger()

_HEAD_START = b"HTTP/1.1 "
HEAD_WITHIN_S = 20.0
"""From the connection, or the first byte of a later request, to the empty line that ends its headers."""


class BoundedH11Protocol(H11Protocol):
    """`uvicorn --http services.api.http.protocol:BoundedH11Protocol`."""

    _head_timer: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.app = _without_disconnects(self.app)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(JoiningTransport(transport, self.loop))  # type: ignore[arg-type]
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether the head is complete."""
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        # the keep-alive timer runs from here, until the first byte of another request
        self._watch_head(has_begun=bool(self.conn.trailing_data[0]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Log a client that went away before its answer was complete."""
        self._stop_head_timer()
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            # One line, also where nobody reads the rest: a handler that runs is not stopped.
            log.info("client.left", method=cycle.scope["method"], path=cycle.scope["path"])
        super().connection_lost(exc)

    def _watch_head(self, *, has_begun: bool = True) -> None:
        """Start the timer where a head is awaited and none runs; stop it where a request is complete or in work."""
        if not has_begun or self.conn.their_state is not h11.IDLE:
            self._stop_head_timer()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_WITHIN_S, self._end_slow_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _end_slow_head(self) -> None:
        if not self.transport.is_closing():
            log.info("client.too_slow", client=_format_address(self.client), within_s=HEAD_WITHIN_S)
            self.transport.close()


class JoiningTransport:
    """A transport that sends the head of an answer together with what follows at once: one packet and one call of the
    operating system less for each answer. A head that nothing follows goes out by itself, as that of a stream has to.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send `data`, or hold it for a moment where it is a head."""
        if self._held:
            data, self._held = self._held + data, b""
        elif data.startswith(_HEAD_START):
            self._held = data
            self._loop.call_soon(self._send_held)
            return
        self._transport.write(data)

    def close(self) -> None:
        """Close when everything is sent."""
        self._send_held()
        self._transport.close()

    def _send_held(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)


def _without_disconnects(app: ASGIApp) -> ASGIApp:
    """`app`, which ends without an error where it was reading the body of a client that left."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(ClientDisconnect):
            await app(scope, receive, send)

    return call


def _format_address(address: Any) -> str | None:
    return None if not address else f"{address[0]}:{address[1]}"
