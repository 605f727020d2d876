"""`POST /crawl/preview`: what a crawl would fetch, with what calls, without doing it."""

from typing import Annotated

from fastapi import APIRouter, Body

from services.api.crawl.router import EXAMPLES, StartCrawlRequest, admit_paths
from services.api.crawl.schemas import CrawlPreviewResponse
from services.api.deps import PortsDep
from services.api.schemas.problem import ProblemDetails
from shared.access import require_access
from shared.domain.crawl_plan import plan_crawl
from shared.errors import PermanentError

router = APIRouter(tags=["crawl"])


@router.post(
    "/crawl/preview",
    responses={403: {"model": ProblemDetails}, 404: {"model": ProblemDetails}, 422: {"model": ProblemDetails}},
)
def preview(
    body: Annotated[StartCrawlRequest, Body(openapi_examples=EXAMPLES)], ports: PortsDep
) -> CrawlPreviewResponse:
    """Plan a crawl. A source that is off is planned all the same, with what to set to turn it on."""
    admit_paths(body, ports)
    request = body.to_request()
    refusal = None
    try:
        require_access(request, ports.sources)
    except PermanentError as error:
        refusal = error.detail
    return CrawlPreviewResponse.from_plan(plan_crawl(request, extended=ports.sources.spotify_extended), refusal=refusal)
