"""JSON over HTTP from sources that behave as sources do: bounded in time and size, and never believed."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from services.crawler.http.throttle import FaultError, RateGate, ThrottledError
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

MAX_JSON_BYTES = 20_000_000
MAX_ANSWER_S = 30.0
UNKNOWN_WAIT_S = 60.0
"""A pause that a source did not name."""

_TOO_MANY = 429


class JsonApi:
    """One source's API. `check(document)` raises for what the source says inside a good answer."""

    def __init__(
        self,
        url: str,
        *,
        gate: RateGate,
        client: httpx.Client,
        title: str,
        check: Callable[[JsonObject], None] = lambda _: None,
        refusals: Callable[[httpx.Response, bytes], None] = lambda *_: None,
        max_answer_s: float = MAX_ANSWER_S,
    ) -> None:
        self._url = url
        self._gate = gate
        self._client = client
        self._title = title
        self._check = check
        self._refusals = refusals
        self._max_answer_s = max_answer_s

    def get_json(self, path: str, **params: Any) -> JsonObject:
        """The document at `path`. Raises LaterError or PermanentError."""
        return self._gate.ask(lambda: self._get_once(path, params))

    def _get_once(self, path: str, params: JsonObject) -> JsonObject:
        with translate_faults(self._title), self._client.stream("GET", f"{self._url}{path}", params=params) as response:
            content = read_bounded(response, max_bytes=MAX_JSON_BYTES, max_s=self._max_answer_s)
        self._refusals(response, content)
        require_success(response.status_code, response.headers.get("Retry-After"), title=self._title)
        document = decode_json(content, title=self._title)
        self._check(document)
        return document


@contextmanager
def translate_faults(title: str) -> Iterator[None]:
    """Turn what a connection may do into FaultError."""
    try:
        yield
    except httpx.HTTPError as error:
        # Without its words: an address may hold a credential.
        raise FaultError(f"{title} could not be read ({type(error).__name__})") from error


def read_bounded(response: httpx.Response, *, max_bytes: int, max_s: float) -> bytes:
    """The body, if it comes in time and is not too large. A timeout between bytes alone would let it drip for ever.

    Raises FaultError where it is slow, PermanentError(`too_large`).
    """
    deadline = time.monotonic() + max_s
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise PermanentError(Reason.TOO_LARGE, f"{response.url.host} sent more than {max_bytes / 1e6:.0f} MB")
        if time.monotonic() > deadline:
            raise FaultError(f"{response.url.host} needs more than {max_s:.0f} s for an answer")
    return bytes(content)


def require_success(status: int, retry_after: str | None, *, title: str) -> None:
    """Raises what a status means: ThrottledError, FaultError, or PermanentError."""
    if status == _TOO_MANY:
        raise ThrottledError(f"{title} asks for a pause", wait_s=retry_after_s(retry_after))
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise FaultError(f"{title} answered {status}")
    if status == httpx.codes.UNAUTHORIZED:
        raise PermanentError(Reason.NO_CREDENTIALS, f"{title} does not accept the credentials: check them")
    if status == httpx.codes.FORBIDDEN:
        raise PermanentError(Reason.FORBIDDEN, f"{title} forbids this")
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        raise PermanentError(Reason.NOT_FOUND, f"{title} has no such thing")
    if not httpx.codes.is_success(status):
        raise PermanentError(Reason.SOURCE_REFUSED, f"{title} answered {status}")


def decode_json(content: bytes, *, title: str) -> JsonObject:
    """A JSON object. Raises FaultError: half an answer and an error page both come as something else."""
    try:
        document = json.loads(content)
    except ValueError:
        raise FaultError(f"{title} answered something that is not JSON") from None
    if not isinstance(document, dict):
        raise FaultError(f"{title} answered JSON of another shape")
    return document


def retry_after_s(retry_after: str | None) -> float:
    """A Retry-After header in seconds: a number, or a date."""
    if not retry_after:
        return UNKNOWN_WAIT_S
    try:
        return max(float(retry_after), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return UNKNOWN_WAIT_S
