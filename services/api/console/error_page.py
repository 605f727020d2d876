"""Errors of the console, as pages that say what happened and what to do."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi.responses import HTMLResponse

from services.api.console.page_templates import render_page

_HEADINGS = {
    401: "A key is needed here.",
    403: "This is not allowed.",
    404: "There is no such page.",
    405: "This page cannot be asked that way.",
    422: "This address cannot be read.",
    500: "Something in mer broke.",
    503: "mer cannot answer just now.",
}
SEE_DOCS = "see /docs for what there is"
"""What the API says where no route is; a person who follows links does not know routes."""
_OTHER_HEADING = "This did not work."


def is_console_path(path: str) -> bool:
    """Whether what is at a path is a page for people: its errors are pages too."""
    return path in {"/", "/console"} or path.startswith("/console/")


def render_error_page(
    path: str, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """The page of an error; `detail` says what to do."""
    heading = _HEADINGS.get(status, _OTHER_HEADING)
    if status == HTTPStatus.NOT_FOUND and detail.endswith(SEE_DOCS):
        detail = f"nothing is at {path}: the address may be mistyped, or lead to something that is gone"
    page = render_page(
        "error.html",
        path=path,
        status=status,
        heading=heading,
        code=code,
        detail=detail,
        status_code=status,
        asked_path=path,
    )
    page.headers.update(headers or {})
    return page
