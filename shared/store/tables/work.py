"""Jobs, their items, and what is known of those who work on them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class Job(Base):
    """What a person asked for. A row before it is a message."""

    __tablename__ = "jobs"
    id: Mapped[UUID] = new_id()
    kind: Mapped[str]
    params: Mapped[JsonObject]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    note: Mapped[str | None]
    listed: Mapped[bool] = mapped_column(default=False)
    """Nothing is left to do on the job as a whole: its source is listed, or its candidates are judged."""
    ignored: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    """What the source holds and was passed over, by kind."""
    n_missing: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of a crawl of a folder: known files that its listing showed to be gone."""
    n_returned: Mapped[int] = mapped_column(default=0, server_default="0")
    """Files that were missing and are there again."""
    read_whole: Mapped[list[Any] | None]
    """Of a crawl that read a list to its end: whose list (`shared.store.tracks.withdrawals`). None where it did not."""
    has_unnamed: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A piece could not be read, not even so far that it would be known which track it names."""
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    cursor: Mapped[JsonObject | None]
    """How far the source is listed: written with the items of each page."""
    wake_at: Mapped[datetime | None]
    """Parked until then: nobody takes it before."""
    dispatched_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = created_now()
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobItem(Base):
    """One unit of work: claimed, counted, and done once."""

    __tablename__ = "job_items"
    __table_args__ = (
        UniqueConstraint("job_id", "key"),
        Index("job_items_by_state", "job_id", "state"),
        Index("job_items_open", "stage", "state", postgresql_where=text("state in ('queued', 'running')")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    key: Mapped[str]
    locator: Mapped[str | None]
    """The file of the library that this item is about."""
    stage: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    payload: Mapped[JsonObject] = mapped_column(default=dict)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
    annotation_id: Mapped[int | None] = mapped_column(BigInteger)
    """The annotation that this item gave, or said once more."""
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    wake_at: Mapped[datetime | None]
    """Parked until then: nobody takes it before."""
    dispatched_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class WorkerPulse(Base):
    """When a worker last really took a message from its queue."""

    __tablename__ = "worker_pulses"
    queue: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    pulsed_at: Mapped[datetime]


class CoolDown(Base):
    """A source that asked for rest: nobody calls it with this credential before `until`."""

    __tablename__ = "cool_downs"
    source: Mapped[str] = mapped_column(primary_key=True)
    credential: Mapped[str] = mapped_column(primary_key=True)
    """A hash: which one, not what it is."""
    until: Mapped[datetime]
    detail: Mapped[str]
