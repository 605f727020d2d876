"""Headers that every answer has: what browsers may do with it, and that links hold no host."""

from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.http.raw_headers import index_headers

SAFE_HEADERS = MappingProxyType(
    {
        "X-Content-Type-Options": "nosniff",
        # not `no-referrer`: with it browsers say `Origin: null` when a form of our own page is sent
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)
"""Of every answer: it is what its type says, and other sites may not embed it, nor learn which page linked to them."""
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The content security policy of pages that hold all they need, without scripts: the reports."""
NOT_KEPT = b"no-store"
"""The `Cache-Control` of what no cache may keep."""

_SAFE_HEADERS = [(name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()]
_POLICY = b"content-security-policy"
_CACHING = b"cache-control"


class AnswerHeaders:
    """Middleware: adds `SAFE_HEADERS`, a content security policy to pages without one, and `no-store` where nothing was
    said of keeping; shortens own redirects.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to the headers of its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _complete_headers(message)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _complete_headers(message: Message) -> list[tuple[bytes, bytes]]:
    present = index_headers(message)
    headers = [*message["headers"], *(pair for pair in _SAFE_HEADERS if pair[0] not in present)]
    if present.get(b"content-type", b"").startswith(b"text/html") and _POLICY not in present:
        headers.append((_POLICY, PAGE_POLICY.encode()))
    if _CACHING not in present:
        headers.append((_CACHING, NOT_KEPT))
    if present.get(b"location", b"").startswith(b"http"):
        headers = [(key, _drop_host(value) if key == b"location" else value) for key, value in headers]
    return headers


def _drop_host(location: bytes) -> bytes:
    """The path and query of an absolute address. Starlette builds its redirects of trailing slashes from `Host`."""
    _, _, path = location.partition(b"://")[2].partition(b"/")
    # one slash: two at the front would name a host again
    return b"/" + path.lstrip(b"/")
