"""`/docs` and `/redoc`: the OpenAPI document as pages that need no internet."""

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from services.api.errors import not_found
from services.api.http.documentation_assets import load_asset

router = APIRouter(include_in_schema=False)

DOCUMENTATION_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts of this service only, which may ask this service only."""
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>mer: the HTTP API</title>
<link rel="icon" href="data:,">
{links}
</head>
<body>
<div id="documentation"></div>
{scripts}
</body>
</html>
"""


@router.get("/docs", response_class=HTMLResponse)
def show_docs() -> HTMLResponse:
    """All routes, with forms to try them (Swagger UI)."""
    return _render_page("swagger-ui.css", "documentation.css", "swagger-ui-bundle.js", "start-docs.js")


@router.get("/redoc", response_class=HTMLResponse)
def show_redoc() -> HTMLResponse:
    """All routes on one page to read (Redoc)."""
    return _render_page("documentation.css", "redoc.standalone.js", "start-redoc.js")


@router.get("/docs/assets/{name}", response_class=Response)
def show_asset(name: str) -> Response:
    """A script or a style of these pages."""
    asset = load_asset(name)
    if asset is None:
        raise not_found("asset", name)
    content, media_type = asset
    return Response(content, media_type=media_type)


def _render_page(*names: str) -> HTMLResponse:
    styles = [f'<link rel="stylesheet" href="docs/assets/{name}">' for name in names if name.endswith(".css")]
    scripts = [f'<script src="docs/assets/{name}"></script>' for name in names if name.endswith(".js")]
    page = _PAGE.format(links="\n".join(styles), scripts="\n".join(scripts))
    return HTMLResponse(page, headers={"Content-Security-Policy": DOCUMENTATION_POLICY})
