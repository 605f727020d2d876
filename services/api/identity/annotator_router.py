"""`/annotators`: who judges, and how far they agree."""

from fastapi import APIRouter

from services.api.deps import PortsDep, TaxonomyQuery
from services.api.identity.schemas import AgreementDocument
from services.api.schemas.common import Page, Problem
from shared.store.tracks.annotations import Annotations

router = APIRouter(tags=["annotators"])


@router.get("/annotators", responses={422: {"model": Problem}})
def list_annotators(ports: PortsDep, taxonomy: TaxonomyQuery = None) -> Page[AgreementDocument]:
    """Everybody who judged, with their agreement with the others in a taxonomy (`mood4` if not said). One page."""
    in_words_of = taxonomy or ports.settings.default_taxonomy
    with ports.store.read() as session:
        found = Annotations(session).agreements(taxonomy=in_words_of)
    return Page(items=[AgreementDocument.of(*one, taxonomy=in_words_of) for one in found], next=None)
