"""`/models/<id>/evaluate`: a model on labelled tracks that it has not learned from."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from services.api.deps import TEXT, Cursor, IdempotencyKey, Limit, ModelId, PortsDep, require_model
from services.api.errors import conflict_error
from services.api.jobs.service import start_items
from services.api.models.schemas import EvaluationResponse
from services.api.schemas.job import JobResponse
from services.api.schemas.page import PageResponse, next_cursor
from services.api.schemas.problem import ProblemDetails
from shared.domain.annotation import AnnotatorKind
from shared.domain.job import JobKind, Stage
from shared.domain.subset import TrackSubset
from shared.errors import Reason
from shared.store.jobs.repository import NewItem

router = APIRouter(prefix="/models", tags=["models"])
_EARLIEST, _LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def _convert_to_utc(moment: datetime) -> datetime:
    """PostgreSQL refuses offsets of 16 hours and more, which ISO 8601 allows. What is outside of the years 1 to 9999 in
    UTC becomes the nearest moment in them: no label is from beyond.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return _EARLIEST if moment.year == _EARLIEST.year else _LATEST


Moment = Annotated[AwareDatetime, AfterValidator(_convert_to_utc)]
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]


class EvaluateRequest(BaseModel):
    """Which labelled tracks; without anything, all that are new to the model."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"source": "jamendo"}})
    source: Words | None = Field(default=None, description="Only tracks that come from it")
    annotator: Words | None = Field(default=None, description="Only what this person, playlist or import said")
    annotator_kind: AnnotatorKind | None = Field(default=None, strict=False)
    since: Moment | None = Field(default=None, strict=False, description="Only what was said then or later")
    until: Moment | None = Field(default=None, strict=False, description="Only what was said before")

    @property
    def is_empty_period(self) -> bool:
        """Whether nothing can have been said from `since` on and before `until`."""
        return self.since is not None and self.until is not None and self.since >= self.until

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
    wanted = body or EvaluateRequest()
    if wanted.is_empty_period:
        raise conflict_error(Reason.NOTHING_TO_JUDGE.value, "since must be before until: no label lies between them")
    subset = wanted.to_subset().to_params()
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
