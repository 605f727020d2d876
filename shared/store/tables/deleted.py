"""What is remembered of tracks that were removed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base, created_now


class DeletedTrack(Base):
    """A track that was removed. Its snapshot items, out-of-fold predictions and fingerprints go by the same id."""

    __tablename__ = "deleted_tracks"
    __table_args__ = (Index("deleted_tracks_audio", "audio_sha256", postgresql_using="gin"),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    survivor_id: Mapped[UUID] = mapped_column(index=True)
    """The track that stood for it: tracks of one recording have it in common."""
    artist_group: Mapped[str]
    synthetic: Mapped[bool]
    audio_sha256: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Of its described windows, under every spec."""
    decoded_sha256: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Of all its samples, where that was ever asked for."""
    duration_s: Mapped[float | None]
    """As it was decoded."""
    is_passed_over: Mapped[bool] = mapped_column(default=True, server_default="true")
    """Crawls pass its sound over. False where its files were gone already, and once somebody took it in again: the rest
    is still what models know of it."""
    who: Mapped[str]
    at: Mapped[datetime] = created_now()


class DeletedFile(Base):
    """A file of a removed track: passed over at its listing while it is as it was."""

    __tablename__ = "deleted_files"
    locator: Mapped[str] = mapped_column(primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    deleted_id: Mapped[UUID] = mapped_column(ForeignKey("deleted_tracks.id", ondelete="CASCADE"), index=True)


class UnusedBlob(Base):
    """A blob that a removed track had, or that left the cache: deleted where nobody refers to it."""

    __tablename__ = "unused_blobs"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = created_now()
