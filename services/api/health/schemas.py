"""What the API shows of its own health."""

from pydantic import BaseModel, Field

from services.api.access.shown_paths import ShownPath, ShownText


class WorkerHealthResponse(BaseModel):
    """Whether a worker works."""

    alive: bool = Field(description="Whether it took a message within the last minute")
    last_seen_s: float | None = Field(description="Seconds since it last took a message; null where it never did")


class TrackCountsResponse(BaseModel):
    """Tracks by library."""

    real: int
    synthetic: int = Field(description="Of the demo library")


class StarterHealthResponse(BaseModel):
    """What the starter answers, and what it lacks where it does not."""

    enabled: bool
    answers: list[str] = Field(description="The taxonomies in which it predicts")
    lacks_taggers: list[str] = Field(description="Taggers that it reads and MER_TAGGERS leaves out")
    detail: str | None = Field(description="The same in words; null where it lacks none")


class WorkingHealthResponse(BaseModel):
    """All parts of the API work."""

    status: str = Field(description="`ok`")
    workers: dict[str, WorkerHealthResponse] = Field(description="By queue")
    tracks: TrackCountsResponse
    queues: dict[str, int] = Field(description="Messages that wait, by queue")
    roots: list[ShownPath] = Field(description="The folders of the library")
    default_taxonomy: str
    starter: StarterHealthResponse


class FailingHealthResponse(BaseModel):
    """A part of the API is away, or does not answer; what is not known, or needs a key, is absent."""

    status: str = Field(description="What is away, or does not answer")
    detail: ShownText | None = None
    workers: dict[str, WorkerHealthResponse] | None = Field(default=None, description="By queue")
    tracks: TrackCountsResponse | None = None
    queues: dict[str, int] | None = Field(default=None, description="Messages that wait, by queue")


class HealthStatusResponse(BaseModel):
    """What is answered without a key, where one is needed."""

    status: str = Field(description="`ok`, or what is away or does not answer")
