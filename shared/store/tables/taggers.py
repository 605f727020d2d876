"""What audio taggers gave for tracks, and the columns that are learned from it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now


class TaggerOutputRow(Base):
    """The values that one version of a tagger gave for a track."""

    __tablename__ = "tagger_outputs"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    tagger: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    """`TaggerSpec.fingerprint`: rows of two versions are never read together."""
    values: Mapped[bytes]
    """float16, little-endian, in the order of `TaggerSpec.value_names`."""
    content_kind: Mapped[str | None]
    """A `ContentKind`, in rows of YAMNet whose track is no music; None in all others."""
    made_at: Mapped[datetime] = created_now()
    __table_args__ = (
        Index("tagger_outputs_by_version", "tagger", "fingerprint"),
        Index("tagger_outputs_not_music", "track_id", postgresql_where=text("content_kind IS NOT NULL")),
    )


class LearnedColumnRow(Base):
    """The catalogue columns that were learned from labelled clips, of one track."""

    __tablename__ = "learned_columns"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    """Over weights, taggers and descriptors (`LearnedColumnsSpec`)."""
    values: Mapped[JsonObject]
    """`LEARNED_VALUES` by name; null where nothing is said."""
    made_at: Mapped[datetime] = created_now()
