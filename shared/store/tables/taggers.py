"""What audio taggers gave for tracks, and the tags and the columns that follow from it."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Numeric, text
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
    tag_rules: Mapped[str | None]
    """`TagRules.fingerprint` by which the track was given its tags; None before, and of other taggers."""
    __table_args__ = (
        Index("tagger_outputs_by_version", "tagger", "fingerprint"),
        Index("tagger_outputs_by_age", "made_at"),
        Index("tagger_outputs_by_tag_rules", "tag_rules", postgresql_where=text("tagger = 'musicnn'")),
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


class TrackTagRow(Base):
    """A tag that a version of a tagger gives a track. Goes with the values that it follows from."""

    __tablename__ = "track_tags"
    track_id: Mapped[UUID] = mapped_column(primary_key=True)
    tagger: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[Decimal] = mapped_column(Numeric(7, 3))
    """The standardised logit (`TagRules.give_tags`); exact, so that means of it order a list alike on every page."""
    __table_args__ = (
        ForeignKeyConstraint(
            ["track_id", "tagger", "fingerprint"],
            ["tagger_outputs.track_id", "tagger_outputs.tagger", "tagger_outputs.fingerprint"],
            ondelete="CASCADE",
        ),
        Index("track_tags_by_tag", "fingerprint", "tag", "score", "track_id"),
    )
