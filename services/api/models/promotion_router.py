"""`/models`: promotions, what they would change, and their history."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from services.api.deps import TEXT, ApiPorts, Cursor, Limit, ModelId, PortsDep, require_model
from services.api.errors import conflict_error, not_promoted
from services.api.jobs.service import job_response
from services.api.models.head_diff_schemas import PointMoveListResponse, TagFlipListResponse
from services.api.models.head_prediction_diff import FARTHEST, MOVED
from services.api.models.prediction_diff import list_model_flips, prepare_comparison
from services.api.models.schemas import (
    EmotionFlipListResponse,
    PromotionHistoryResponse,
    PromotionResponse,
    model_response,
)
from services.api.pending_responses import pending_job_response
from services.api.schemas.job import JobResponse
from services.api.schemas.page import PageResponse, next_cursor
from services.api.schemas.problem import ProblemDetails
from shared.domain.dataset import INPUTS
from shared.domain.job import Stage
from shared.errors import PermanentError
from shared.registry import promotion
from shared.registry.promotion import ChampionChange
from shared.store.repositories import Repositories
from shared.store.tables import Model
from shared.worker.context import send_hints

router = APIRouter(prefix="/models", tags=["models"])


class PromoteRequest(BaseModel):
    """Who wants it, and why: it is written into the history."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"who": "ada", "why": "its errors are easier to live with"}},
    )
    who: str = Field(default="a person", max_length=100, pattern=TEXT)
    why: str = Field(default="asked for", max_length=500, pattern=TEXT)
    force: bool = Field(default=False, description="Also if it is not better than the champion, or badly calibrated")


class RollbackRequest(BaseModel):
    """Which slot shall have its earlier champion back."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"taxonomy": "mood4", "inputs": "descriptors", "who": "ada"}},
    )
    taxonomy: str = Field(default="mood4", max_length=200, pattern=TEXT)
    inputs: str = Field(default="descriptors", max_length=200, pattern=TEXT, description=f"One of {', '.join(INPUTS)}")
    synthetic: bool = Field(default=False, description="The champion of the demo library")
    who: str = Field(default="a person", max_length=100, pattern=TEXT)
    why: str = Field(default="asked for", max_length=500, pattern=TEXT)


@router.get("/history")
def list_history(
    ports: PortsDep, cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None, limit: Limit = 50
) -> PageResponse[PromotionHistoryResponse]:
    """Promotions and roll-backs, the latest first."""
    with ports.store.read() as repositories:
        rows = repositories.models.list_history(before=cursor, limit=limit)
    return PageResponse(
        items=[PromotionHistoryResponse.from_row(row) for row in rows], next=next_cursor(rows, limit=limit)
    )


@router.post("/rollback", responses={409: {"model": ProblemDetails}})
def roll_back(ports: PortsDep, body: Annotated[RollbackRequest, Body()]) -> PromotionResponse:
    """Bring back the champion that the present one replaced, or the starter where it was the first."""

    def restore(repositories: Repositories) -> tuple[Model, ChampionChange | None]:
        return promotion.roll_back(repositories, **body.model_dump(), starter_answers=ports.champions.rule.starter)

    try:
        model, change = ports.store.transact("model.rollback", restore)
    except PermanentError as error:
        raise conflict_error("nothing_to_roll_back", error.detail) from None
    return _promotion_response(ports, model, change, why=f"rolled back: {body.why}")


@router.post("/{model_id}/promote", responses={409: {"model": ProblemDetails}})
def promote(
    model_id: ModelId, ports: PortsDep, body: Annotated[PromoteRequest | None, Body()] = None
) -> PromotionResponse:
    """Make a model the champion of its slot, if the gate lets it through or `force` overrules it.

    A leak, an export that answers something else, or a damaged artefact are never overruled.
    """
    request = body or PromoteRequest()
    with ports.store.read() as repositories:
        model = require_model(repositories, model_id)
    ports.champions.get_predictor(model)  # an artefact that is damaged or gone is refused before it answers anything

    def promote_candidate(repositories: Repositories) -> tuple[str, ChampionChange | None]:
        candidate = require_model(repositories, model_id)
        verdict = promotion.examine_model(repositories, candidate, blobs=ports.blobs)
        if not verdict.promote and not (request.force and verdict.may_be_forced):
            raise not_promoted(verdict.why)
        forced = not verdict.promote
        why = f"forced: {request.why}" if forced else request.why
        change = promotion.promote_model(repositories, candidate, who=request.who, why=why, n_tried=verdict.n_tried)
        return f"forced, although {verdict.why}" if forced else verdict.why, change

    why, change = ports.store.transact("model.promote", promote_candidate)
    return _promotion_response(ports, model, change, why=why)


@router.get(
    "/{model_id}/flips",
    responses={
        202: {"model": JobResponse, "description": "Many tracks are to be scored first: watch the job, then ask again"},
        409: {"model": ProblemDetails, "description": "There is no model to compare with"},
    },
)
def list_flips(
    model_id: ModelId,
    ports: PortsDep,
    against: Annotated[str | None, Query(description="Another model; default: the one that answers now")] = None,
    moved: Annotated[
        float | None,
        Query(ge=0, le=FARTHEST, description=f"Of valence and arousal: list what moves so far; default: {MOVED}"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EmotionFlipListResponse | TagFlipListResponse | PointMoveListResponse:
    """Tracks whose prediction would change if this model were promoted, with counts of the changes."""
    pair = prepare_comparison(ports, model_id, against, moved=moved)
    if pair.job_id is not None:
        job = job_response(ports, pair.job_id)
        return pending_job_response(job, location=job.href)  # type: ignore[return-value]
    return list_model_flips(ports, pair, moved=moved, after=cursor, limit=limit)


def _promotion_response(ports: ApiPorts, model: Model, change: ChampionChange | None, *, why: str) -> PromotionResponse:
    if change is not None:
        send_hints(ports.bus, Stage.SCORE, change.item_ids)
    with ports.store.read() as repositories:
        promoted = model_response(require_model(repositories, model.id))
    href = f"/jobs/{change.job_id}" if change else None
    return PromotionResponse(**promoted.model_dump(), why=why, job_href=href)
