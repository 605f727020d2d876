"""Refuses bodies that are too large or of another type before anything parses them."""

from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import ProblemError
from services.api.http.json_limits import JSON_LIMITS, check_json, json_too_large
from services.api.http.raw_headers import get_header
from services.api.http.refusal import refuse_request

_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
_HOOKS = "/hooks/"
"""Below it other programs choose the content type."""


class BodyGuard:
    """Middleware: 415 for a body that is not JSON, 413 for a large one, 400 for one that is built to take long.

    Bodies of `form_paths` pass as they come: those routes read them up to a limit of their own.
    """

    def __init__(self, app: ASGIApp, *, form_paths: Collection[str]) -> None:
        self._app, self._form_paths = app, frozenset(form_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body read, or refuse it."""
        is_guarded = scope["type"] == "http" and scope["method"] in _METHODS
        if not is_guarded or scope["path"].rstrip("/") in self._form_paths:
            await self._app(scope, receive, send)
            return
        try:
            _check_headers(scope)
            body = await _read_body(receive)
            if body is None:
                return
            check_json(body)
        except ProblemError as error:
            await refuse_request(error, scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)


def _check_headers(scope: Scope) -> None:
    """Raises ProblemError: 413 where the promised length is too large, 415 for a type that is not JSON."""
    length = get_header(scope, b"content-length")
    if length.isdigit() and int(length) > JSON_LIMITS.n_bytes:
        raise json_too_large()
    content_type = get_header(scope, b"content-type")
    has_body = length not in {"", "0"} or bool(get_header(scope, b"transfer-encoding"))
    if scope["path"].startswith(_HOOKS) or not (content_type or has_body) or is_json_type(content_type):
        return
    raise ProblemError(
        415,
        "unsupported_media_type",
        "send JSON, with the header Content-Type: application/json",
        headers={"Accept": "application/json"},
    )


def is_json_type(content_type: str) -> bool:
    """Whether a `Content-Type` is `application/json`, or `application/….+json`."""
    kind, _, name = content_type.partition(";")[0].strip().lower().partition("/")
    return kind == "application" and (name == "json" or name.endswith("+json"))


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None where the client went away. Raises ProblemError (413)."""
    chunks: list[bytes] = []
    n_read, is_more = 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        n_read += len(chunk)
        if n_read > JSON_LIMITS.n_bytes:
            raise json_too_large()
        chunks.append(chunk)
        is_more = message.get("more_body", False)
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """`receive` as it was before the body was read."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
