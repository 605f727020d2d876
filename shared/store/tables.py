"""All tables. Ids of tracks, jobs and models are UUIDv7, made here; item ids count up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    Float,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7


class Base(DeclarativeBase):
    """Every column has an explicit type where Python's does not say enough."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        float: Float,
    }


def _new_id() -> Mapped[UUID]:
    return mapped_column(primary_key=True, default=uuid7)


def _now() -> Mapped[datetime]:
    return mapped_column(server_default=func.now())


class Track(Base):
    """One recording."""

    __tablename__ = "tracks"
    id: Mapped[UUID] = _new_id()
    title: Mapped[str | None]
    artist: Mapped[str | None]
    artist_group: Mapped[str]
    album: Mapped[str | None]
    isrc: Mapped[str | None] = mapped_column(index=True)
    duration_s: Mapped[float | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = _now()
    identity_keys: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """`domain.identity.Recording.keys`; None before anybody looked."""
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"))
    """The track that stands for this one, at the end of every chain of merges. Follows from `track_merges`."""
    survivor_id: Mapped[UUID] = mapped_column(Computed("COALESCE(merged_into, id)", persisted=True), index=True)
    """`merged_into`, or the track itself: tracks of one recording have it in common."""
    __table_args__ = (
        Index("tracks_identity_keys", "identity_keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )


class TrackMerge(Base):
    """One track was taken for another. A row is never deleted, only undone."""

    __tablename__ = "track_merges"
    __table_args__ = (
        Index("one_merge_a_track", "from_id", unique=True, postgresql_where=text("undone_at is null")),
        CheckConstraint("from_id <> to_id"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    from_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    score: Mapped[float]
    why: Mapped[str]
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class Duplicate(Base):
    """Two tracks that may be one: a question to a person, and the answer."""

    __tablename__ = "duplicates"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id"),
        CheckConstraint("one_id < other_id"),
        CheckConstraint("state in ('open', 'merged', 'dismissed')"),
        Index("duplicates_open", "score", "id", postgresql_where=text("state = 'open'")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    one_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    score: Mapped[float]
    why: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    who: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    resolved_at: Mapped[datetime | None]


class TrackSource(Base):
    """Where a track came from. Short-lived URLs are never kept."""

    __tablename__ = "track_sources"
    __table_args__ = (UniqueConstraint("source", "source_id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    source_id: Mapped[str]
    locator: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    mtime_ns: Mapped[int | None] = mapped_column(BigInteger)
    licence: Mapped[str | None]
    attribution: Mapped[str | None]
    seen_at: Mapped[datetime] = _now()


class AnnotatorRow(Base):
    """Who judges: a person, a playlist, an import."""

    __tablename__ = "annotators"
    __table_args__ = (UniqueConstraint("kind", "name"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]


class AnnotationRow(Base):
    """One judgement: an emotion, tags, a place on the plane, or several of them. Append-only."""

    __tablename__ = "annotations"
    __table_args__ = (
        Index("annotations_latest", "track_id", "annotator_id", "id"),
        CheckConstraint("(taxonomy is null) = (emotion is null)"),
        CheckConstraint("emotion is not null or tags is not null or valence is not null or arousal is not null"),
        CheckConstraint("valence between -1 and 1 and arousal between -1 and 1"),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"))
    annotator_id: Mapped[int] = mapped_column(ForeignKey("annotators.id"), index=True)
    taxonomy: Mapped[str | None]
    emotion: Mapped[str | None]
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    valence: Mapped[float | None]
    arousal: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class CatalogueFeatures(Base):
    """The 13 numbers of the talk's tables, by where they came from. Each is measured, a proxy, or absent."""

    __tablename__ = "catalogue_features"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str] = mapped_column(primary_key=True)
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
    statuses: Mapped[dict[str, Any] | None]
    """measured, proxy or null by column; None: measured by whoever delivered the row."""
    spec: Mapped[str | None]
    """The feature spec of a computed row."""


class FeatureSpecRow(Base):
    """What a fingerprint stands for."""

    __tablename__ = "feature_specs"
    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    parameters: Mapped[dict[str, Any]]
    descriptor_names: Mapped[list[Any]]
    descriptor_units: Mapped[list[Any] | None]


class FeatureSet(Base):
    """What one spec gave for one track: descriptors, or the reason why there are none."""

    __tablename__ = "feature_sets"
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    spec: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    audio_sha256: Mapped[str | None] = mapped_column(index=True)
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
    parameters: Mapped[dict[str, Any]]
    blob_key: Mapped[str]
    sha256: Mapped[str]
    shape: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Pack(Base):
    """Arrays of many tracks in a few memory-mappable files. The manifest says what lies where."""

    __tablename__ = "packs"
    id: Mapped[UUID] = _new_id()
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
    summary: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = _now()
    __table_args__ = (UniqueConstraint("digest"),)


class Embedding(Base):
    """A network's vector of a track: its last layer before the answer. Goes with its model, and with its features."""

    __tablename__ = "embeddings"
    __table_args__ = (Index("embeddings_of_a_model", "model_id"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    vector: Mapped[Any] = mapped_column(Vector())


class StandardRow(Base):
    """By what the descriptors of a library are standardised. One for each spec, on real or on synthetic tracks."""

    __tablename__ = "standards"
    __table_args__ = (UniqueConstraint("spec", "synthetic"),)
    id: Mapped[UUID] = _new_id()
    spec: Mapped[str]
    synthetic: Mapped[bool]
    n_tracks: Mapped[int]
    """In the library when it was made."""
    content: Mapped[bytes]
    caught_up_at: Mapped[datetime | None]
    """Every track whose features are older has its vector."""
    created_at: Mapped[datetime] = _now()


class StandardVector(Base):
    """The standardised descriptors of a track, in few dimensions."""

    __tablename__ = "standard_vectors"
    __table_args__ = (Index("vectors_of_a_standard", "standard_id"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    standard_id: Mapped[UUID] = mapped_column(ForeignKey("standards.id", ondelete="CASCADE"), primary_key=True)
    vector: Mapped[Any] = mapped_column(Vector())


class Job(Base):
    """What a person asked for. A row before it is a message."""

    __tablename__ = "jobs"
    id: Mapped[UUID] = _new_id()
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    reason: Mapped[str | None]
    detail: Mapped[str | None]
    note: Mapped[str | None]
    listed: Mapped[bool] = mapped_column(default=False)
    """Nothing is left to do on the job as a whole: its source is listed, or its candidates are judged."""
    ignored: Mapped[dict[str, Any]] = mapped_column(default=dict)
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    cursor: Mapped[dict[str, Any] | None]
    """How far the source is listed: written with the items of each page."""
    wake_at: Mapped[datetime | None]
    """Parked until then: nobody takes it before."""
    dispatched_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = _now()
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
    stage: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
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


class SnapshotRow(Base):
    """A frozen training set."""

    __tablename__ = "snapshots"
    id: Mapped[UUID] = _new_id()
    taxonomy: Mapped[str]
    inputs: Mapped[list[Any]]
    spec: Mapped[str]
    synthetic: Mapped[bool]
    n_folds: Mapped[int]
    seed: Mapped[int]
    counts: Mapped[dict[str, Any]]
    leak_check: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = _now()


class SnapshotItem(Base):
    """One example of a snapshot."""

    __tablename__ = "snapshot_items"
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    target: Mapped[str]
    numbers: Mapped[list[float] | None] = mapped_column(ARRAY(Double))
    """For a head that is no taxonomy: 1 or 0 for each tag, or a number for each dimension, in the head's order."""
    artist_group: Mapped[str]
    fold: Mapped[int]


class OofPrediction(Base):
    """What a model said of an example while it had not seen its artist."""

    __tablename__ = "oof_predictions"
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(REAL))


class Model(Base):
    """A published artefact. `version` counts within a taxonomy, on real or on synthetic tracks."""

    __tablename__ = "models"
    __table_args__ = (
        UniqueConstraint("taxonomy", "synthetic", "version"),
        Index(
            "one_champion_a_slot",
            "taxonomy",
            "inputs",
            "synthetic",
            unique=True,
            postgresql_where=text("state = 'champion'"),
        ),
        Index("one_default_a_taxonomy", "taxonomy", "synthetic", unique=True, postgresql_where=text("is_default")),
        CheckConstraint("not is_default or state = 'champion'", name="a_default_is_a_champion"),
    )
    id: Mapped[UUID] = _new_id()
    job_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("job_items.id", ondelete="SET NULL"), unique=True, nullable=True
    )
    estimator: Mapped[str]
    inputs: Mapped[str]
    taxonomy: Mapped[str]
    synthetic: Mapped[bool]
    version: Mapped[int]
    spec: Mapped[str]
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id"))
    state: Mapped[str] = mapped_column(default="candidate")
    is_default: Mapped[bool] = mapped_column(default=False)
    """Of the champions of a taxonomy this one is asked first."""
    metrics: Mapped[dict[str, Any]]
    card: Mapped[dict[str, Any]]
    artefact_key: Mapped[str]
    artefact_sha256: Mapped[str]
    created_at: Mapped[datetime] = _now()


class ModelHistory(Base):
    """Every promotion and roll-back."""

    __tablename__ = "model_history"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    taxonomy: Mapped[str]
    inputs: Mapped[str]
    synthetic: Mapped[bool]
    from_model_id: Mapped[UUID | None]
    to_model_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(default="promotion")
    """`promotion` or `rollback`."""
    who: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Prediction(Base):
    """What a model says of a track. Never an annotation."""

    __tablename__ = "predictions"
    __table_args__ = (Index("predictions_of_a_model", "model_id", "track_id"),)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True)
    emotion: Mapped[str]
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(REAL))
    made_at: Mapped[datetime] = _now()


class WorkerPulse(Base):
    """When a worker last really took a message from its queue."""

    __tablename__ = "worker_pulses"
    queue: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(primary_key=True)
    pulsed_at: Mapped[datetime]


class ClipRow(Base):
    """Audio that may not be kept: in the blob store until it is analysed. The row stays and says that it was there."""

    __tablename__ = "clips"
    __table_args__ = (
        Index("clips_to_delete", "key", postgresql_where=text("dropped_at is not null and deleted_at is null")),
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    match_score: Mapped[float]
    fetched_at: Mapped[datetime] = _now()
    dropped_at: Mapped[datetime | None]
    """It was analysed; its bytes may go."""
    deleted_at: Mapped[datetime | None]


class CoolDown(Base):
    """A source that asked for rest: nobody calls it with this credential before `until`."""

    __tablename__ = "cool_downs"
    source: Mapped[str] = mapped_column(primary_key=True)
    credential: Mapped[str] = mapped_column(primary_key=True)
    """A hash: which one, not what it is."""
    until: Mapped[datetime]
    detail: Mapped[str]


class Upload(Base):
    """A song that was sent in to be asked about. Its audio goes when it is analysed, this row a while later."""

    __tablename__ = "uploads"
    id: Mapped[UUID] = _new_id()
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    track_id: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id", ondelete="SET NULL"), index=True)
    """Where it was to be kept: the track that it became."""
    name: Mapped[str]
    """The file's own name: for the person, never a path."""
    audio_key: Mapped[str | None]
    """In the blob store; None once it is dropped."""
    keep: Mapped[bool] = mapped_column(default=False)
    taxonomy: Mapped[str | None]
    model_id: Mapped[UUID | None]
    spec: Mapped[str | None]
    duration_s: Mapped[float | None]
    audio_sha256: Mapped[str | None]
    descriptors: Mapped[list[float] | None] = mapped_column(ARRAY(REAL))
    mel: Mapped[bytes | None]
    """The array in decibels, in numpy's own format."""
    excerpts: Mapped[bytes | None]
    """The excerpts over the whole clip, in the same form: what networks read."""
    waveform: Mapped[bytes | None]
    """The samples as int16 in numpy's own format, where waveforms are stored."""
    created_at: Mapped[datetime] = _now()


class EvaluationRow(Base):
    """How a model did on labelled tracks that were not in its training."""

    __tablename__ = "evaluations"
    id: Mapped[UUID] = _new_id()
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    subset: Mapped[dict[str, Any]]
    counts: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = _now()


class FoldResult(Base):
    """What a candidate in training said of the rows of one fold. Gone when the model is published."""

    __tablename__ = "fold_results"
    job_item_id: Mapped[int] = mapped_column(ForeignKey("job_items.id", ondelete="CASCADE"), primary_key=True)
    fold: Mapped[int] = mapped_column(primary_key=True)
    n_classes: Mapped[int]
    probabilities: Mapped[list[float]] = mapped_column(ARRAY(Double))
    chosen: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    """The hyperparameters of the fold."""
    made_at: Mapped[datetime] = _now()
