"""`/models/<id>/evaluate`: a model on labelled tracks that it has not learned from."""

from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Body, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.api.deps import TEXT, Cursor, IdempotencyKey, Limit, ModelId, PortsDep, require_model
from services.api.jobs.service import start_items
from services.api.models.schemas import EvaluationResponse
from services.api.schemas.job import JobResponse
from services.api.schemas.page import PageResponse, next_cursor
from services.api.schemas.problem import ProblemDetails
from shared.domain.annotation import AnnotatorKind
from shared.domain.job import JobKind, Stage
from shared.domain.subset import TrackSubset
from shared.store.jobs.repository import NewItem

router = APIRouter(prefix="/models", tags=["models"], responses={404: {"model": ProblemDetails}})


def _convert_to_utc(moment: datetime) -> datetime:
    """PostgreSQL refuses offsets of 16 hours and more, which ISO 8601 allows. Raises ValueError at the ends of time."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is outside of the years 1 to 9999 in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_convert_to_utc)]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]


class EvaluateRequest(BaseModel):
    """Which labelled tracks; without anything, all that are new to the model."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"source": "jamendo"}})
    source: Words | None = Field(default=None, description="Only tracks that come from it")
    annotator: Words | None = Field(default=None, description="Only what this person, playlist or import said")
    annotator_kind: AnnotatorKind | None = None
    since: Moment | None = Field(default=None, description="Only what was said then or later")
    until: Moment | None = Field(default=None, description="Only what was said before")

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since must be before until")
        return self

    def to_subset(self) -> TrackSubset:
        """The domain's form of the body."""
        kind = self.annotator_kind.value if self.annotator_kind else None
        since: datetime | None = self.since
        return TrackSubset(
            source=self.source, annotator=self.annotator, annotator_kind=kind, since=since, until=self.until
        )


@router.post(
    "/{model_id}/evaluate", status_code=202, responses={409: {"model": ProblemDetails}, 422: {"model": ProblemDetails}}
)
def evaluate(
    model_id: ModelId,
    ports: PortsDep,
    response: Response,
    body: Annotated[EvaluateRequest | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> JobResponse:
    """Evaluate a model on labelled tracks: neither the track, its artist nor its audio was in its training set."""
    with ports.store.read() as repositories:
        require_model(repositories, model_id)
    subset = (body or EvaluateRequest()).to_subset().to_params()
    params = {"model_id": str(model_id), "subset": subset}
    item_key = ", ".join(f"{name} {value}" for name, value in subset.items()) or "all labelled tracks"
    return start_items(
        ports,
        JobKind.EVALUATE,
        params,
        stage=Stage.EVALUATE,
        items=[NewItem(item_key, params)],
        idempotency_key=idempotency_key,
        response=response,
    )


@router.get("/{model_id}/evaluations")
def list_evaluations(
    model_id: ModelId, ports: PortsDep, cursor: Cursor = None, limit: Limit = 50
) -> PageResponse[EvaluationResponse]:
    """The evaluations of a model on other tracks, the latest first."""
    with ports.store.read() as repositories:
        require_model(repositories, model_id)
        rows = repositories.evaluations.list_by_model(model_id, before=cursor, limit=limit)
    return PageResponse(items=[EvaluationResponse.from_row(row) for row in rows], next=next_cursor(rows, limit=limit))
