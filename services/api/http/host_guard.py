"""Refuses requests under a foreign name (DNS rebinding) and those that pages of other sites send (CSRF)."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.errors import error_response
from services.api.http.allowed_hosts import AllowedHosts, is_foreign_site
from services.api.http.raw_headers import get_header, list_header

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_LONGEST_SHOWN = 100


class HostGuard:
    """Middleware: 421 for a `Host` that is not allowed, 403 for what a foreign page sends.

    A foreign page may link here: its user then sees the answer. It may load nothing into itself, not even what it
    could not read, because some GET routes start work (`GET /tracks/…/emotion` scores a track). Requests of programs
    that are no browser carry neither `Origin` nor `Sec-Fetch-Site` and pass.
    """

    def __init__(self, app: ASGIApp, *, allowed: AllowedHosts) -> None:
        self._app, self._allowed = app, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._refuse(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refuse(self, scope: Scope) -> ASGIApp | None:
        hosts = list_header(scope, b"host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._allowed.allows_host(host):
            return error_response(scope["path"], 421, "foreign_host", _explain_host(host))
        page = self._name_foreign_page(scope, host)
        if page is None or _is_followed_link(scope):
            return None
        return error_response(scope["path"], 403, "foreign_origin", _explain_origin(page))

    def _name_foreign_page(self, scope: Scope, host: str) -> str | None:
        """The page of another site or port that sends a request, as far as the browser says it; None for others."""
        if is_foreign_site(site := get_header(scope, b"sec-fetch-site")):
            return f"a {site[:_LONGEST_SHOWN]} page"
        origin = get_header(scope, b"origin")
        if origin and not self._allowed.allows_origin(origin, host=host):
            return f"a page of {origin[:_LONGEST_SHOWN]}"
        return None


def _is_followed_link(scope: Scope) -> bool:
    """Whether a request opens its answer as the page of a tab, rather than in the background or in a frame."""
    how = (get_header(scope, b"sec-fetch-mode"), get_header(scope, b"sec-fetch-dest"))
    return scope["method"] in _SAFE_METHODS and how == ("navigate", "document")


def _explain_host(host: str) -> str:
    named = f"the host {host[:_LONGEST_SHOWN]!r} is" if host else "a request without one Host header is"
    return (
        f"{named} not one of this service: use localhost or 127.0.0.1, or list the name or address in "
        "MER_ALLOWED_HOSTS of the API and start it again"
    )


def _explain_origin(page: str) -> str:
    return (
        f"{page} sends this request, and only pages of this service may, except for links that are followed; if the "
        "name is one of this service, list it in MER_ALLOWED_HOSTS of the API"
    )
