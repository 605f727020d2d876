"""What was computed of tracks, and packs of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class CatalogueFeatures(Base):
    """The 13 numbers of the talk's tables, by where they came from. Each is measured, a proxy, or absent."""

    __tablename__ = "catalogue_features"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
    spec: Mapped[str] = mapped_column(primary_key=True, default="", server_default="")
    """The feature spec of a computed row; empty for what somebody delivered."""
    danceability: Mapped[float | None]
    energy: Mapped[float | None]
    key: Mapped[float | None]
    loudness: Mapped[float | None]
    mode: Mapped[float | None]
    speechiness: Mapped[float | None]
    acousticness: Mapped[float | None]
    instrumentalness: Mapped[float | None]
    liveness: Mapped[float | None]
    valence: Mapped[float | None]
    tempo: Mapped[float | None]
    duration_ms: Mapped[float | None]
    time_signature: Mapped[float | None]
    loudness_dbfs: Mapped[float | None]
    statuses: Mapped[JsonObject | None]
    """measured, proxy or null by column; None: delivered, and nobody here measured it."""


class FeatureSpecRow(Base):
    """What a fingerprint stands for."""

    __tablename__ = "feature_specs"
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    parameters: Mapped[JsonObject]
    descriptor_names: Mapped[list[Any]]
    descriptor_units: Mapped[list[Any] | None]


class SpecStage(Base):
    """The fingerprint of one stage under a spec: specs that share it gave equal values."""

    __tablename__ = "spec_stages"
    spec: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


class FeatureSet(Base):
    """What one spec gave for one track: descriptors, or the reason why there are none."""

    __tablename__ = "feature_sets"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    spec: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    audio_sha256: Mapped[str | None] = mapped_column(index=True)
    decoded_sha256: Mapped[str | None]
    """Of all decoded samples, where another track has the same `audio_sha256`."""
    duration_s: Mapped[float | None]
    n_damaged_packets: Mapped[int | None]
    seconds_lost: Mapped[float | None]
    took_s: Mapped[float | None]
    """Seconds of one process; None where nothing had to be analysed."""
    descriptors: Mapped[list[float] | None] = mapped_column(ARRAY(REAL))
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    __table_args__ = (
        CheckConstraint("state in ('ready', 'failed')"),
        Index("feature_sets_by_age", "spec", "made_at"),
    )


class ArrayRow(Base):
    """Where an array lies, and what it is."""

    __tablename__ = "arrays"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    spec: Mapped[str] = mapped_column(primary_key=True)
    excerpt: Mapped[str] = mapped_column(primary_key=True)
    start_s: Mapped[float]
    starts_s: Mapped[list[float] | None] = mapped_column(ARRAY(Float))
    """Of each excerpt of a stack `(n, n_mels, n_frames)`; None for a single excerpt."""
    blob_key: Mapped[str]
    sha256: Mapped[str]
    shape: Mapped[list[Any]]
    dtype: Mapped[str]
    scale: Mapped[str]


class VariantRow(Base):
    """The array of an augmented variant of a track. For training folds only, never for judging."""

    __tablename__ = "variants"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    spec: Mapped[str] = mapped_column(primary_key=True)
    transform: Mapped[str] = mapped_column(primary_key=True)
    seed: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    copy: Mapped[int] = mapped_column(primary_key=True)
    parameters: Mapped[JsonObject]
    blob_key: Mapped[str]
    sha256: Mapped[str]
    shape: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Pack(Base):
    """Arrays of many tracks in a few memory-mappable files. The manifest says what lies where."""

    __tablename__ = "packs"
    id: Mapped[UUID] = new_id()
    spec: Mapped[str]
    kind: Mapped[str]
    digest: Mapped[str]
    """Over the kind, the spec and what is packed: the same content is packed once."""
    manifest_key: Mapped[str]
    manifest_sha256: Mapped[str]
    n_tracks: Mapped[int]
    n_arrays: Mapped[int]
    n_shards: Mapped[int]
    n_bytes: Mapped[int] = mapped_column(BigInteger)
    summary: Mapped[JsonObject]
    created_at: Mapped[datetime] = created_now()
    __table_args__ = (UniqueConstraint("digest"),)
