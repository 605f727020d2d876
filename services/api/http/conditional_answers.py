"""Caching: an ETag for what is read, 304 where the client has it already, gzip where it is large."""

import gzip
import hashlib
import re
from http import HTTPStatus

from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.http.answer_headers import NOT_KEPT
from services.api.http.raw_headers import RawHeaders, get_header, index_headers

_REVALIDATE = b"private, no-cache"
_TEXT_TYPES = (b"application/json", b"application/problem+json", b"text/", b"image/svg+xml")
_GZIP_FROM_BYTES = 16_384
_GZIP_IN_THREAD_FROM_BYTES = 262_144
_GZIP_LEVEL = 1
_GZIP_ACCEPTED = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?:$|,|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))")


class ConditionalAnswers:
    """Middleware. A GET that is answered as a whole gets a weak ETag of its body, and has to be asked for again each
    time (`private, no-cache`), which costs a 304. Everything else is not to be kept (`http/answer_headers.py`).

    Streams pass as they come: they are neither held back nor compressed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and complete its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: list[Message] = []

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message)
                return
            if held:
                start = held.pop()
                is_whole = not message.get("more_body", False)
                if is_whole and scope["method"] == "GET" and start["status"] == HTTPStatus.OK:
                    start, message = await _complete_answer(scope, start, bytes(message.get("body", b"")))
                await send(start)
            await send(message)

        await self._app(scope, receive, send_completed)


async def _complete_answer(scope: Scope, start: Message, body: bytes) -> tuple[Message, Message]:
    """The messages of a whole answer to a GET."""
    headers: RawHeaders = start["headers"]
    present = index_headers(start)
    is_text = present.get(b"content-type", b"").startswith(_TEXT_TYPES) and b"content-encoding" not in present
    if is_text:
        headers.append((b"vary", b"Accept-Encoding"))
    if present.get(b"cache-control") != NOT_KEPT:
        etag = present.get(b"etag") or _compute_etag(body)
        defaults = ((b"cache-control", _REVALIDATE), (b"etag", etag))
        headers.extend(pair for pair in defaults if pair[0] not in present)
        known = get_header(scope, b"if-none-match")
        if known and _is_known(known, etag.decode("latin-1")):
            kept = [pair for pair in headers if pair[0].lower() not in {b"content-length", b"content-type"}]
            return {**start, "status": 304, "headers": kept}, _body_message(b"")
    if is_text and len(body) >= _GZIP_FROM_BYTES and accepts_gzip(get_header(scope, b"accept-encoding")):
        body = await _compress(body)
        rest = [pair for pair in headers if pair[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        return {**start, "headers": [*rest, (b"content-encoding", b"gzip"), length]}, _body_message(body)
    return start, _body_message(body)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` has gzip, and not with a weight of zero."""
    return _GZIP_ACCEPTED.search(accept_encoding.lower()) is not None


async def _compress(body: bytes) -> bytes:
    if len(body) < _GZIP_IN_THREAD_FROM_BYTES:
        return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    return await run_in_threadpool(gzip.compress, body, _GZIP_LEVEL, mtime=0)


def _compute_etag(body: bytes) -> bytes:
    """Weak: the same answer may come compressed or not."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'.encode()


def _is_known(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110): only what stands between the quotes counts."""
    named = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in named or etag.removeprefix("W/") in named


def _body_message(body: bytes) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": False}
