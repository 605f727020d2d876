"""Refuses bodies that are too large, too slow or of another type before anything parses them."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import ProblemError
from services.api.http.body_pace import BodyPace, PacedBody
from services.api.http.json_limits import JSON_LIMITS, check_json, json_too_large
from services.api.http.raw_headers import get_header
from services.api.http.refusal import refuse_request
from services.api.http.route_table import FORM_TYPE

_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
_JSON = "application/json"
_HOOKS = "/hooks/"
"""Below it other programs choose the content type."""


class BodyGuard:
    """Middleware: 415 for a body of another type, 413 for a large one, 400 for one that is built to take long, 408 for
    one that does not arrive.

    Forms with a file pass as they come: those routes read them up to a limit of their own. `form_types` are the types
    of requests that are no JSON, by their paths.
    """

    def __init__(self, app: ASGIApp, *, form_types: Mapping[str, str], pace: BodyPace) -> None:
        self._app, self._form_types, self._pace = app, form_types, pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body read, or refuse it."""
        if scope["type"] != "http" or scope["method"] not in _METHODS:
            await self._app(scope, receive, send)
            return
        wanted = self._form_types.get(scope["path"].rstrip("/"), _JSON)
        receive_in_time: Receive = PacedBody(receive, self._pace).receive
        passed_on = receive_in_time
        try:
            _check_type(scope, wanted)
            if wanted != FORM_TYPE:
                _check_length(scope)
                body = await _read_body(receive_in_time)
                if body is None:
                    return
                if wanted == _JSON:
                    check_json(body)
                passed_on = _replay(body, receive)
        except ProblemError as error:
            await refuse_request(error, scope, receive, send)
            return
        await self._app(scope, passed_on, send)


def _check_length(scope: Scope) -> None:
    """Raises ProblemError (413) where the promised length is too large."""
    length = get_header(scope, b"content-length")
    if length.isdigit() and int(length) > JSON_LIMITS.n_bytes:
        raise json_too_large()


def _check_type(scope: Scope, wanted: str) -> None:
    """Raises ProblemError (415) for a body, or the promise of one, that is not of the type `wanted`."""
    content_type = get_header(scope, b"content-type")
    has_body = get_header(scope, b"content-length") not in {"", "0"} or bool(get_header(scope, b"transfer-encoding"))
    if scope["path"].startswith(_HOOKS) or not (content_type or has_body):
        return
    if is_json_type(content_type) if wanted == _JSON else _name_type(content_type) == wanted:
        return
    what = "JSON" if wanted == _JSON else "a form"
    raise ProblemError(
        415,
        "unsupported_media_type",
        f"send {what}, with the header Content-Type: {wanted}",
        headers={"Accept": wanted},
    )


def _name_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_json_type(content_type: str) -> bool:
    """Whether a `Content-Type` is `application/json`, or `application/….+json`."""
    kind, _, name = _name_type(content_type).partition("/")
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
