"""The page on which a browser logs in."""

from types import MappingProxyType

from fastapi.responses import HTMLResponse

from services.api.access.caller import Caller
from services.api.console.page_templates import render_template
from shared.domain.roles import Role

LOGIN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Styles and fonts of this service, no scripts, and forms that are sent here only."""
_HEADERS = MappingProxyType({"Content-Security-Policy": LOGIN_POLICY, "Cache-Control": "no-store"})
_MAY = MappingProxyType(
    {
        Role.READ: "You may listen, and read what mer answers.",
        Role.LABEL: "You may label songs; your labels stand under this name.",
        Role.OPERATE: "You may do everything: label, train, crawl, and change settings.",
    }
)


def render_login_page(
    *,
    next_path: str,
    caller: Caller | None = None,
    problem: str | None = None,
    is_followed_link: bool = False,
    status: int = 200,
    retry_after: str | None = None,
) -> HTMLResponse:
    """The page: a form; or, with a caller, who is logged in.

    With `is_followed_link` it goes on to `next_path` by itself: after a link on a page of another site browsers keep
    the cookie back, and send it with the request that follows from here.
    """
    text = render_template(
        "login.html", next=next_path, caller=caller, problem=problem, is_followed_link=is_followed_link, may=_MAY
    )
    headers = {**_HEADERS, **({"Retry-After": retry_after} if retry_after else {})}
    return HTMLResponse(text, status, headers=headers)
