"""`POST /crawl/preview`: what a crawl would fetch, with what calls, without doing it."""

from typing import Annotated

from fastapi import APIRouter, Body

from services.api.crawl.router import EXAMPLES, CrawlBody, admit_paths
from services.api.crawl.schemas import PreviewDocument
from services.api.deps import PortsDep
from services.api.schemas.common import Problem
from shared.access import require_access
from shared.domain.crawl_plan import plan
from shared.errors import PermanentError

router = APIRouter(tags=["crawl"])


@router.post("/crawl/preview", responses={403: {"model": Problem}, 404: {"model": Problem}, 422: {"model": Problem}})
def preview(body: Annotated[CrawlBody, Body(openapi_examples=EXAMPLES)], ports: PortsDep) -> PreviewDocument:
    """Plan a crawl. A source that is off is planned all the same, with what to set to turn it on."""
    admit_paths(body, ports)
    request = body.request()
    refusal = None
    try:
        require_access(request, ports.sources)
    except PermanentError as error:
        refusal = error.detail
    return PreviewDocument.of(plan(request, extended=ports.sources.spotify_extended), refusal=refusal)
