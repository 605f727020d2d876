"""Outputs of taggers on short windows, and the heads that make curves of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class WindowOutputRow(Base):
    """What taggers gave for the windows of a track, or of a song that was sent in."""

    __tablename__ = "window_outputs"
    id: Mapped[UUID] = new_id()
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    upload_id: Mapped[UUID | None] = mapped_column(ForeignKey("uploads.id", ondelete="CASCADE"))
    span: Mapped[str]
    """`file`: at most the first five minutes; or `excerpt`: what is described of the track."""
    fingerprint: Mapped[str]
    """Over the grid and the versions of the taggers (`fingerprint_windows`)."""
    audio_sha256: Mapped[str]
    """Of the excerpt that is described: windows of a file that changed are made anew."""
    taggers: Mapped[JsonObject]
    """The fingerprint of each tagger, by its name."""
    starts_s: Mapped[list[float]] = mapped_column(ARRAY(Float))
    """Of each window, seconds from the start of the file."""
    values: Mapped[bytes]
    """`(n_windows, n_values)`, float16, little-endian."""
    made_at: Mapped[datetime] = created_now()
    __table_args__ = (
        UniqueConstraint("track_id", "span", "fingerprint", name="window_outputs_of_a_track"),
        UniqueConstraint("upload_id", "fingerprint", name="window_outputs_of_an_upload"),
        CheckConstraint("num_nonnulls(track_id, upload_id) = 1", name="window_outputs_of_one"),
        CheckConstraint("span in ('file', 'excerpt')", name="a_known_span"),
    )


class CurveHeadRow(Base):
    """The head that makes the curve of a track of its windows, fitted to the training tracks of a model."""

    __tablename__ = "curve_heads"
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    """Of the windows that it reads, and of the rules by which it was fitted."""
    content: Mapped[bytes]
    """`CurveHead.to_bytes`."""
    figures: Mapped[JsonObject]
    """Held out, with what it was fitted to and how many tracks were left out."""
    made_at: Mapped[datetime] = created_now()
