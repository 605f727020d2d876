"""Leads browsers without a session to the log-in page, and from there back."""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import Scope

from services.api.console.error_page import is_console_path
from services.api.http.raw_headers import get_header

_OTHER_PAGES = {"/docs", "/redoc"}


def is_page_request(scope: Scope) -> bool:
    """Whether a request is that of a browser for a page for people, and not of a program or for a part of a page."""
    path = scope["path"]
    is_page = is_console_path(path) or path in _OTHER_PAGES
    return is_page and scope["method"] in {"GET", "HEAD"} and "text/html" in get_header(scope, b"accept").lower()


def lead_to_login(scope: Scope) -> RedirectResponse:
    """303 to the log-in page, which leads back."""
    query = scope["query_string"].decode("latin-1")
    path = scope["raw_path"].decode("latin-1").partition("?")[0]
    asked = f"{path}?{query}" if query else path
    return RedirectResponse(f"/console/login?next={quote(asked, safe='/')}", 303, headers={"Vary": "Accept, Cookie"})
