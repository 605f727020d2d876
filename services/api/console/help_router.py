"""`/console/help`: the keys, the words, and where everything else is described."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.api.console.page_templates import render_page

router = APIRouter(include_in_schema=False)


@router.get("/console/help", response_class=HTMLResponse)
def show_help() -> HTMLResponse:
    """The page."""
    return render_page("help.html", path="/console/help")
