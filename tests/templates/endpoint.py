"""`/taxonomies/{name}`: the emotions of a taxonomy. Copy to `services/api/<noun>/router.py`.

Schemas that are more than a few lines stand beside it in `schemas.py`, and what they are computed from in `service.py`.
"""

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel

from services.api.errors import not_found
from services.api.schemas.problem import ProblemDetails
from shared.domain.emotion import TAXONOMIES, EmotionTaxonomy

router = APIRouter(tags=["taxonomies"])


class TaxonomyResponse(BaseModel):
    """A taxonomy; the order of its emotions is that of every list of probabilities."""

    name: str
    emotions: list[str]
    description: str

    @classmethod
    def from_taxonomy(cls, taxonomy: EmotionTaxonomy) -> Self:
        """The domain's form as JSON."""
        return cls(name=taxonomy.name, emotions=list(taxonomy.emotions), description=taxonomy.description)


@router.get("/taxonomies/{name}", responses={404: {"model": ProblemDetails}})
def show_taxonomy(name: str) -> TaxonomyResponse:
    """The emotions of a taxonomy, in their order."""
    if name not in TAXONOMIES:
        raise not_found("taxonomy", name)
    return TaxonomyResponse.from_taxonomy(TAXONOMIES[name])
