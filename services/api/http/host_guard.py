"""Refuses requests under a foreign name (DNS rebinding) and changes that pages of other sites ask for (CSRF)."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.errors import error_response
from services.api.http.allowed_hosts import AllowedHosts, is_foreign_site
from services.api.http.raw_headers import get_header, list_header

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_LONGEST_SHOWN = 100


class HostGuard:
    """Middleware: 421 for a `Host` that is not allowed, 403 for a change that a foreign page asks for.

    Requests of programs that are no browser carry neither `Origin` nor `Sec-Fetch-Site` and pass.
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
        if scope["method"] in _SAFE_METHODS:
            return None
        if is_foreign_site(site := get_header(scope, b"sec-fetch-site")):
            return error_response(
                scope["path"], 403, "foreign_origin", _explain_origin(f"a {site[:_LONGEST_SHOWN]} page")
            )
        origin = get_header(scope, b"origin")
        if origin and not self._allowed.allows_origin(origin, host=host):
            return error_response(
                scope["path"], 403, "foreign_origin", _explain_origin(f"a page of {origin[:_LONGEST_SHOWN]}")
            )
        return None


def _explain_host(host: str) -> str:
    named = f"the host {host[:_LONGEST_SHOWN]!r} is" if host else "a request without one Host header is"
    return (
        f"{named} not one of this service: use localhost or 127.0.0.1, or list the name or address in "
        "MER_ALLOWED_HOSTS of the API and start it again"
    )


def _explain_origin(page: str) -> str:
    return (
        f"{page} asks for a change, and only pages of this service may; if the name is one of this service, list it in "
        "MER_ALLOWED_HOSTS of the API"
    )
