"""The client of the API. It uses HTTP only, so it works with embedded servers, containers and other machines."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.api.access.reachability import is_loopback
from services.standalone.data_dir import DataDirectory
from shared.errors import MerError
from shared.json_objects import JsonObject

_UPLOAD_S = 120.0
DEFAULT_URL = "http://127.0.0.1:8000"


class RefusedError(MerError):
    """The API refused, and said why."""

    def __init__(self, problem: JsonObject) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or "refused")
        self.problem = problem


class NotThereError(MerError):
    """Nothing answers at the address."""


def find_url() -> str:
    """`MER_API_URL`, or where `mer up` of this home said it listens, or the default."""
    if url := os.environ.get("MER_API_URL"):
        return url.rstrip("/")
    return _read_own_url() or DEFAULT_URL


def _read_own_url() -> str:
    """Where `mer up` of this home said it listens; empty where it has not."""
    try:
        return (DataDirectory.from_environment().root / "api-url").read_text().strip()
    except OSError:
        return ""


def find_key(url: str) -> str | None:
    """The key to send to an address: `MER_API_KEY`, or where this machine listens there that of this home, or none.

    The key of this home is not sent to other machines: it is none of theirs, and plain HTTP would show it on the way.
    """
    if key := os.environ.get("MER_API_KEY", "").strip():
        return key
    if url != _read_own_url() and not is_loopback(urlsplit(url).hostname or ""):
        return None
    try:
        return DataDirectory.from_environment().key.read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


class ApiClient:
    """Asks the API. Raises RefusedError with its problem document, or NotThereError."""

    def __init__(self, url: str | None = None) -> None:
        self.url = url or find_url()
        key = find_key(self.url)
        self.has_key = key is not None
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=self.url, timeout=30.0, follow_redirects=True, headers=headers)

    def get(self, path: str, **params: Any) -> Any:
        """The document at `path`."""
        return self._request_json(
            "GET", path, params={name: value for name, value in params.items() if value is not None}
        )

    def post(self, path: str, body: JsonObject | None = None) -> Any:
        """Post `body` as JSON."""
        return self._request_json("POST", path, json=body)

    def upload_file(self, path: str, file: Path, **params: Any) -> Any:
        """Send a file in a form."""
        given = {name: value for name, value in params.items() if value is not None}
        with file.open("rb") as content:
            # a name of other bytes than UTF-8 is sent as it can be read
            name = os.fsencode(file.name).decode(errors="replace")
            return self._request_json("POST", path, params=given, files={"file": (name, content)}, timeout=_UPLOAD_S)

    def download_bytes(self, path: str) -> bytes:
        """The bytes at `path`."""
        response = self._send_request("GET", path)
        if response.is_error:
            self._decode_response(path, response)
        return response.content

    def put(self, path: str, body: JsonObject) -> Any:
        """Put `body` as JSON."""
        return self._request_json("PUT", path, json=body)

    def patch(self, path: str, body: JsonObject) -> Any:
        """Patch with `body` as JSON."""
        return self._request_json("PATCH", path, json=body)

    def delete(self, path: str, **params: Any) -> Any:
        """Delete what is at `path`."""
        return self._request_json(
            "DELETE", path, params={name: value for name, value in params.items() if value is not None}
        )

    def list_rows(self, path: str, *, limit: int, **params: Any) -> list[Any]:
        """The first `limit` rows of a list, over as many pages as that takes."""
        rows: list[Any] = []
        cursor = None
        while len(rows) < limit:
            page = self.get(path, cursor=cursor, limit=min(500, limit - len(rows)), **params)
            rows += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        return rows

    def stream_bytes(
        self, path: str, *, on_headers: Callable[[Mapping[str, str]], None] | None = None, **params: Any
    ) -> Iterator[bytes]:
        """The bytes at `path` as they come, however long making them takes; `on_headers` is told what comes before."""
        asked = {name: value for name, value in params.items() if value is not None}
        try:
            with self._http.stream("GET", path, params=asked, timeout=httpx.Timeout(30.0, read=None)) as response:
                if response.is_error:
                    response.read()
                    raise RefusedError(response.json())
                if on_headers is not None:
                    on_headers(response.headers)
                yield from response.iter_bytes()
        except httpx.TransportError as error:
            raise NotThereError(f"{self.url} stopped answering ({error}): what was written is not complete") from error

    def _request_json(self, method: str, path: str, **rest: Any) -> Any:
        return self._decode_response(path, self._send_request(method, path, **rest))

    def _send_request(self, method: str, path: str, **rest: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **rest)
        except httpx.TransportError as error:
            raise NotThereError(
                f"nothing answers at {self.url} ({error}): start it with `mer up`, or set MER_API_URL"
            ) from error

    def _decode_response(self, path: str, response: httpx.Response) -> Any:
        """What was answered. Raises RefusedError."""
        try:
            body = response.json()
        except ValueError:
            body = {"detail": f"{self.url}{path} answered {response.status_code} without JSON: is that mer?"}
        if response.is_error and not (path == "/health" and "workers" in body):
            raise RefusedError(body)
        return body
