"""Renders the pages of the console from `templates`. Knows nothing of what they show."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.api.access.shown_paths import show_text
from services.api.console.navigation import NAVIGATION
from services.api.console.page_assets import locate_asset

CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of all pages: files of this service only, no inline script, no inline style."""


def render_page(template: str, *, path: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page of a template, with the frame around it. `path` is that of the current page in the navigation."""
    content = render_template(template, current_path=path, navigation=NAVIGATION, **values)
    return HTMLResponse(content, status, headers={"Content-Security-Policy": CONSOLE_POLICY})


def render_template(template: str, **values: Any) -> str:
    """The text of a page that stands without the frame."""
    return _open_environment().get_template(template).render(**values)


@cache
def _open_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_show_value,
    )
    environment.globals["asset"] = locate_asset
    environment.filters["count"] = format_count
    return environment


def _show_value(value: Any) -> Any:
    """What a template writes out: paths in it as the caller may see them. Pages are made of fields, not of JSON."""
    return show_text(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def format_count(number: int) -> str:
    """A number as people write it: 12,480."""
    return f"{number:,}"
