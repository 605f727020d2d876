"""Who judged what."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.store.tables.base import Base


class AnnotatorRow(Base):
    """Who judges: a person, a playlist, an import."""

    __tablename__ = "annotators"
    __table_args__ = (UniqueConstraint("kind", "name"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    spelled: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Of a folder: by a path as somebody wrote it, before folders were named by their locators."""


class AnnotationRow(Base):
    """One annotation: an emotion, tags, valence and arousal, or several of them; or a withdrawal. Append-only.

    A withdrawal says nothing: it takes back what its annotator said of the track in its taxonomy before (no taxonomy:
    tags, and points on the plane, without an emotion). Which rows stand: `shared.store.tracks.standing_annotations`.
    """

    __tablename__ = "annotations"
    __table_args__ = (
        Index("annotations_latest", "track_id", "annotator_id", "id"),
        Index("annotations_by_tag", "tag_words", postgresql_using="gin"),
        Index("annotations_withdrawals", "track_id", "annotator_id", "id", postgresql_where=text("withdrawn")),
        CheckConstraint("withdrawn or (taxonomy is null) = (emotion is null)"),
        CheckConstraint(
            "withdrawn <> (emotion is not null or tags is not null or valence is not null or arousal is not null)"
        ),
        CheckConstraint("valence between -1 and 1 and arousal between -1 and 1"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotators.id"), index=True)
    taxonomy: Mapped[str | None]
    emotion: Mapped[str | None]
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    tag_words: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), Computed("mer_tag_words(tags)", persisted=True), deferred=True
    )
    """The tags as they are compared (`domain.targets.normalise_tag`), each once."""
    valence: Mapped[float | None]
    arousal: Mapped[float | None]
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default="false")
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
