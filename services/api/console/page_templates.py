"""Renders the pages of the console from `templates`. Knows nothing of what they show."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.api.console.navigation import NAVIGATION
from services.api.console.page_assets import locate_asset

CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of all pages: files of this service only, no inline script, no inline style."""


def render_page(template: str, *, path: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template, with the frame around it. `path` is that of the current page in the navigation."""
    content = _open_environment().get_template(template).render(current_path=path, navigation=NAVIGATION, **values)
    return HTMLResponse(content, status, headers={"Content-Security-Policy": CONSOLE_POLICY})


@cache
def _open_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = locate_asset
    environment.filters["count"] = format_count
    return environment


def format_count(number: int) -> str:
    """A number as people write it: 12,480."""
    return f"{number:,}"
