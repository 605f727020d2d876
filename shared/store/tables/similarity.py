"""Vectors of tracks, by which near ones are found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    ForeignKey,
    Index,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class Embedding(Base):
    """A network's vector of a track: its last layer before the answer. Goes with its model, and with its features."""

    __tablename__ = "embeddings"
    __table_args__ = (Index("embeddings_of_a_model", "model_id"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    vector: Mapped[Any] = mapped_column(Vector())


class ProjectionRow(Base):
    """By what the descriptors of a library, or what taggers gave for it, are standardised.

    One for each spec, or set of taggers, on real or on synthetic tracks.
    """

    __tablename__ = "standards"
    __table_args__ = (UniqueConstraint("spec", "synthetic"),)
    id: Mapped[UUID] = new_id()
    spec: Mapped[str]
    """Of the descriptors; of what taggers gave: their names and fingerprints as one word."""
    taggers: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    """The fingerprint of each tagger by its name; None: of descriptors."""
    synthetic: Mapped[bool]
    n_tracks: Mapped[int]
    """In the library when it was made."""
    content: Mapped[bytes]
    caught_up_at: Mapped[datetime | None]
    """Every track whose features are older has its vector."""
    created_at: Mapped[datetime] = created_now()


class ProjectedVector(Base):
    """What is standardised of a track, in few dimensions."""

    __tablename__ = "standard_vectors"
    __table_args__ = (Index("vectors_of_a_standard", "standard_id"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standards.id", ondelete="CASCADE"), primary_key=True)
    vector: Mapped[Any] = mapped_column(Vector())


class VectorFileRow(Base):
    """A file of vectors in the blob store, which the API maps into memory. The one with the highest id is read."""

    __tablename__ = "vector_files"
    id: Mapped[UUID] = new_id()
    key: Mapped[str]
    contents: Mapped[JsonObject] = mapped_column(JSONB)
    """What each section was written from, by the id of its owner: see `VectorFileRepository.measure_vectors`."""
    created_at: Mapped[datetime] = created_now()
