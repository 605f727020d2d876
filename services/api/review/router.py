"""`/review`: tracks to label next, and what the labels say of the model."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.access.annotator_names import require_own_name, resolve_annotator
from services.api.access.caller import CallerDep
from services.api.deps import TEXT, PortsDep, TaxonomyQuery
from services.api.review.progress import report_progress
from services.api.review.schemas import ReviewProgressResponse, ReviewResponse
from services.api.review.service import ReviewRequest, draw_review
from services.api.schemas.problem import ProblemDetails, ResponsesByStatus

router = APIRouter(prefix="/review", tags=["review"])

_RESPONSES: ResponsesByStatus = {422: {"model": ProblemDetails}}

AnnotatorQuery = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=100,
        pattern=TEXT,
        description="The person who labels; default: the name of the key (also `me`); where none is needed, who "
        "annotated last, else the user that mer runs as",
    ),
]


@router.get("", responses=_RESPONSES)
def draw_tracks(
    ports: PortsDep,
    caller: CallerDep,
    response: Response,
    n: Annotated[int, Query(ge=1, le=200, description="Tracks")] = 20,
    annotator: AnnotatorQuery = None,
    taxonomy: TaxonomyQuery = None,
    seed: Annotated[
        int | None, Query(ge=0, lt=2**31, description="The same one draws the same tracks while nothing else changes")
    ] = None,
) -> ReviewResponse:
    """Draw the tracks that a person labels next, one an artist. Each request draws anew, and keeps what it drew."""
    response.headers["Cache-Control"] = "no-store"
    annotator = caller.name if annotator is None else require_own_name(caller, annotator)
    seed = secrets.randbelow(2**31) if seed is None else seed
    return draw_review(ports, ReviewRequest(annotator=annotator, taxonomy=taxonomy, n=n, seed=seed))


@router.get("/progress", responses=_RESPONSES)
def show_progress(
    ports: PortsDep, caller: CallerDep, annotator: AnnotatorQuery = None, taxonomy: TaxonomyQuery = None
) -> ReviewProgressResponse:
    """How often the model agreed with a person before it learned from the labels of drawn tracks, and how often now."""
    annotator = caller.name if annotator is None else resolve_annotator(caller, annotator)
    return report_progress(ports, annotator, taxonomy)
