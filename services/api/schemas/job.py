"""The response schemas of jobs and of work that waits."""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownJson, ShownPath, ShownText
from services.api.schemas.vocabulary import ItemStateName, JobKindName, JobStateName, StageName
from shared.domain.job import ItemCounts, JobKind, JobState, estimate_pace
from shared.store.jobs.repository import ParkedWork
from shared.store.tables import Job, JobItem


class ItemCountsResponse(BaseModel):
    """Items: requested = done + failed + skipped at the end."""

    requested: int
    queued: int
    running: int
    done: int
    failed: int
    skipped: int


class ParkedWorkResponse(BaseModel):
    """Work that waits for a source: nothing is lost, it goes on by itself."""

    n_items: int = Field(description="0: the listing itself waits")
    wake_at: datetime
    reason: str
    detail: ShownText


class WaitingResponse(BaseModel):
    """Work that does not start in quiet hours: it goes on by itself when they are over."""

    reason: str = Field(description="`quiet_hours`")
    until: datetime
    time_left_s: float
    n_items: int = Field(description="Items that wait")
    detail: str


class JobResponse(BaseModel):
    """A job, counted now."""

    id: UUID
    kind: JobKindName
    state: JobStateName
    params: ShownJson
    items: ItemCountsResponse
    reasons: dict[str, int] = Field(default_factory=dict, description="Why items failed or were skipped")
    ignored: dict[str, int] = Field(
        default_factory=dict,
        description="What the source holds that was passed over, by kind: a suffix, a column, …; "
        "what begins with `read` says how a table's cells were read, and how many",
    )
    missing: int = Field(default=0, description="Of a crawl: known files that it found to be gone")
    returned: int = Field(default=0, description="Of a crawl: files that were missing and are there again")
    rate_per_s: float | None = Field(description="Items a second so far")
    time_left_s: float | None = Field(description="Seconds to go at this rate; null until all items are known")
    parked: ParkedWorkResponse | None = Field(default=None, description="What waits for a source, and until when")
    waits: WaitingResponse | None = Field(default=None, description="What quiet hours hold back, and until when")
    note: ShownText | None = Field(default=None, description="What is being done just now")
    reason: str | None = None
    detail: ShownText | None = None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    href: str

    @classmethod
    def from_row(
        cls,
        job: Job,
        counts: ItemCounts,
        *,
        reasons: dict[str, int] | None = None,
        parked: ParkedWork | None = None,
        waits: WaitingResponse | None = None,
    ) -> "JobResponse":
        """The response for a job row and its counts."""
        end = job.finished_at or datetime.now(UTC)
        speed = estimate_pace(
            counts, started_at=job.started_at, now=end, listed=job.listed or job.kind == JobKind.TRAIN
        )
        ended = JobState(job.state).is_final
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            params=job.params,
            items=ItemCountsResponse(**{name: getattr(counts, name) for name in ItemCountsResponse.model_fields}),
            reasons=reasons or {},
            ignored=job.ignored,
            missing=job.n_missing,
            returned=job.n_returned,
            rate_per_s=_round_optional(speed.rate_per_s),
            time_left_s=0.0 if ended else _round_optional(speed.time_left_s),
            note=job.note,
            parked=ParkedWorkResponse(**asdict(parked)) if parked else None,
            waits=waits,
            reason=job.reason,
            detail=job.detail,
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            href=f"/jobs/{job.id}",
        )


class JobItemResponse(BaseModel):
    """One unit of a job's work."""

    id: int
    key: ShownPath
    stage: StageName
    state: ItemStateName
    attempts: int
    track_id: UUID | None
    reason: str | None
    detail: ShownText | None
    wake_at: datetime | None = Field(default=None, description="Parked until then")

    @classmethod
    def from_row(cls, item: JobItem) -> "JobItemResponse":
        """The response for an item row."""
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class PendingResponse(BaseModel):
    """202: the track is on its way."""

    track_id: UUID
    stage: StageName
    state: ItemStateName
    detail: str


def _round_optional(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
