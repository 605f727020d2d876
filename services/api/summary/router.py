"""`GET /summary`: what is in a library, how much is analysed and labelled, and which moods it has."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query

from services.api.deps import ApiPorts, PortsDep, TaxonomyQuery
from services.api.schemas.problem import ProblemDetails
from services.api.summary.schemas import SummaryResponse
from services.api.tracks.service import get_answering_model
from shared.errors import RetryableError, StoreUnavailableError

router = APIRouter(tags=["dataset"])


@router.get("/summary", responses={422: {"model": ProblemDetails}})
def show_summary(
    ports: PortsDep,
    taxonomy: TaxonomyQuery = None,
    synthetic: Annotated[bool, Query(description="The demo library instead of your own")] = False,
) -> SummaryResponse:
    """The counts of the Home page. Those of a large library may be a little old: `counted_at` says when they were made,
    and a request for counts that are too old starts the next count without waiting for it.
    """
    return ports.summaries.get_summary(
        ports.store,
        get_answering_model(ports, taxonomy, synthetic=synthetic),
        synthetic=synthetic,
        spec=ports.spec.fingerprint,
        coverage=ports.settings.coverage,
        records=ports.starter_records,
    )


def count_ahead(ports: ApiPorts) -> None:
    """Count the library before anybody asks. Where the database is away, the first request counts."""
    with suppress(RetryableError, StoreUnavailableError):
        show_summary(ports)
