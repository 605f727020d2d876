"""Refuses a request whose body may not have come in yet."""

import asyncio
from contextlib import suppress

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Scope, Send

from services.api.errors import ProblemError, respond_to_problem

_DRAINED_BYTES = 16_000_000
_DRAINED_S = 2.0


async def refuse_request(error: ProblemError, scope: Scope, receive: Receive, send: Send) -> None:
    """Send the whole refusal at once, and end it when the rest of the body came in.

    A server that closes while the client still sends resets the connection, and the refusal may be lost.
    """

    async def send_unended(message: Message) -> None:
        await send({**message, "more_body": True} if message["type"] == "http.response.body" else message)

    await respond_to_problem(error, path=scope["path"])(scope, receive, send_unended)
    with suppress(TimeoutError):
        await asyncio.wait_for(_drain_body(receive), _DRAINED_S)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def drain_request(request: Request) -> None:
    """Read what comes in of the body of a request that a route refuses, for the same reason."""
    with suppress(TimeoutError, ClientDisconnect):
        await asyncio.wait_for(_drain_stream(request), _DRAINED_S)


async def _drain_stream(request: Request) -> None:
    n_read = 0
    async for chunk in request.stream():
        n_read += len(chunk)
        if n_read > _DRAINED_BYTES:
            return


async def _drain_body(receive: Receive) -> None:
    n_read, is_more = 0, True
    while is_more and n_read <= _DRAINED_BYTES:
        message = await receive()
        n_read += len(message.get("body", b""))
        is_more = message.get("more_body", False)
