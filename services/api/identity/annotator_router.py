"""`/annotators`: who annotates, and how far they agree."""

from fastapi import APIRouter

from services.api.deps import PortsDep, TaxonomyQuery
from services.api.identity.schemas import AgreementResponse
from services.api.schemas.page import PageResponse
from services.api.schemas.problem import ProblemDetails

router = APIRouter(tags=["annotators"])


@router.get("/annotators", responses={422: {"model": ProblemDetails}})
def list_annotators(ports: PortsDep, taxonomy: TaxonomyQuery = None) -> PageResponse[AgreementResponse]:
    """Every annotator, with their agreement with the others in a taxonomy (the default one if not said). One page."""
    taxonomy_name = taxonomy or ports.champions.get_default_taxonomy(synthetic=False)
    with ports.store.read() as repositories:
        agreements = repositories.annotations.measure_agreements(taxonomy=taxonomy_name)
    return PageResponse(
        items=[AgreementResponse.from_agreement(*row, taxonomy=taxonomy_name) for row in agreements], next=None
    )
