"""What is made of the audio of tracks for players and pages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now


class TrackMediaRow(Base):
    """Peaks, a cover or a copy in Opus of a track's file, or why there is none."""

    __tablename__ = "track_media"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """`MediaKind`."""
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    """Of the file it was made of, as is `mtime_ns`: of a file that changed it is made anew."""
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    content: Mapped[bytes | None]
    """Of what is small: a JPEG file, or one byte a peak."""
    blob_key: Mapped[str | None]
    """Of the copy in Opus."""
    n_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of the content or the blob."""
    sha256: Mapped[str | None]
    """Of the content or the blob."""
    duration_s: Mapped[float | None]
    """Of peaks: how long the sound is that they show."""
    reason: Mapped[str | None]
    """Why there is none: `no_cover`, or a `Reason`."""
    detail: Mapped[str | None]
    made_at: Mapped[datetime] = created_now()
    used_at: Mapped[datetime] = created_now()
    """When it was last asked for, to the minute: the copies used least recently go first."""
    __table_args__ = (
        CheckConstraint("kind in ('peaks', 'cover_96', 'cover_480', 'opus')", name="a_known_kind_of_media"),
        CheckConstraint("num_nonnulls(content, blob_key, reason) = 1", name="media_or_a_reason"),
        Index("track_media_blobs", "blob_key", postgresql_where=text("blob_key is not null")),
    )
