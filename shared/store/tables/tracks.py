"""Tracks, where they came from, and which of them are one."""

from datetime import datetime
from typing import Any
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
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from shared.json_objects import JsonObject
from shared.store.tables.base import Base, created_now, new_id


class Track(Base):
    """One recording."""

    __tablename__ = "tracks"
    id: Mapped[UUID] = new_id()
    title: Mapped[str | None]
    artist: Mapped[str | None]
    artist_group: Mapped[str]
    album: Mapped[str | None]
    isrc: Mapped[str | None] = mapped_column(index=True)
    duration_s: Mapped[float | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = created_now()
    identity_keys: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    """`domain.identity.RecordingKey.lookup_keys`; None before anybody looked."""
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("tracks.id"))
    """The track that stands for this one, at the end of every chain of merges. Follows from `track_merges`."""
    survivor_id: Mapped[UUID] = mapped_column(Computed("COALESCE(merged_into, id)", persisted=True), index=True)
    """`merged_into`, or the track itself: tracks of one recording have it in common."""
    corrected_names: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    """Title, artist and album as a person gave them: they stand over everything else."""
    given_names: Mapped[list[JsonObject] | None] = mapped_column(JSONB(none_as_null=True))
    """Title, artist, album and ISRC as tables and catalogues gave them, by source (`domain.track_names.GivenNames`):
    they stand over the tags of a file.
    """
    artists: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Each artist that the tags of its file credit, the first one first; None before anybody read them."""
    album_artist: Mapped[str | None]
    track_number: Mapped[int | None]
    disc_number: Mapped[int | None]
    year: Mapped[int | None]
    genres: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    moods: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Words of an embedded MOOD: shown, and nobody's annotation."""
    search_vector: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("mer_search_vector(array[title, artist, album, album_artist] || artists)", persisted=True),
        nullable=True,
        deferred=True,
    )
    """Its words without case and accents. The rules are functions of migration 0023: no writer can forget them."""
    title_key: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed("mer_sort_key(title)", persisted=True), deferred=True
    )
    """The title as lists are sorted by it: without case and accents."""
    artist_key: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed("mer_sort_key(artist)", persisted=True), deferred=True
    )
    missing_since: Mapped[datetime | None]
    """Of all tracks of a recording alike: its last file is gone. None for one that never had a file."""
    __table_args__ = (
        Index("tracks_identity_keys", "identity_keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("tracks_search", "search_vector", postgresql_using="gin"),
        Index("tracks_by_title_key", "title_key", "id"),
        Index("tracks_by_artist_key", "artist_key", "id"),
        Index("tracks_by_duration_s", "duration_s", "id"),
        Index("tracks_missing", "missing_since", postgresql_where=text("missing_since is not null")),
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
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        CheckConstraint("state in ('present', 'changed', 'missing')"),
        Index("track_sources_not_present", "state", postgresql_where=text("state <> 'present'")),
    )
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    track_id: Mapped[UUID] = mapped_column(ForeignKey("tracks.id", ondelete="CASCADE"), index=True)
    source: Mapped[str]
    source_id: Mapped[str]
    locator: Mapped[str | None]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    mtime_ns: Mapped[int | None] = mapped_column(BigInteger)
    licence: Mapped[str | None]
    attribution: Mapped[str | None]
    seen_at: Mapped[datetime] = created_now()
    state: Mapped[str] = mapped_column(default="present", server_default="present")
    """`domain.file_state.FileState`; of what is no file always `present`."""
    state_at: Mapped[datetime | None]
    state_before: Mapped[str | None]
    """Of a missing file, its state before: a file that was `changed` comes back as that."""
    reason: Mapped[str | None]
    """Why the file could not be read or decoded when that was tried last."""
    detail: Mapped[str | None]
    tags: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    """What the tags of the file say; None before anybody read them."""
    listed_names: Mapped[JsonObject | None] = mapped_column(JSONB(none_as_null=True))
    """Title, artist and album as a playlist says them of the file."""


class LibraryMount(Base):
    """A folder below a library root on which another file system was mounted when a crawl saw it: a disk, a share."""

    __tablename__ = "library_mounts"
    locator: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = created_now()


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
    fetched_at: Mapped[datetime] = created_now()
    dropped_at: Mapped[datetime | None]
    """It was analysed; its bytes may go."""
    deleted_at: Mapped[datetime | None]


class Upload(Base):
    """A song that was sent in to be asked about. Its audio goes when it is analysed, this row a while later."""

    __tablename__ = "uploads"
    id: Mapped[UUID] = new_id()
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
    tagger_outputs: Mapped[JsonObject | None]
    """By tagger its fingerprint and its values, as `encode_outputs` of `shared.store.features.tagger_outputs`."""
    window_taggers: Mapped[list[Any] | None]
    """Pairs of a tagger and its fingerprint, of which windows for a curve are to be made; None where nobody asked."""
    created_at: Mapped[datetime] = created_now()
