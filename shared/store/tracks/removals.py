"""Removing tracks: what would go, and the removal of whole recordings with everything that hangs on them.

Files on the disk are never touched. What models were trained on stays: snapshot items and out-of-fold predictions go
by ids of their own, and a row a track keeps what tells the recording when it returns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text

from shared.domain.annotation import AnnotatorKind
from shared.store.base_repository import BaseRepository, page_after
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    ArrayRow,
    FeatureSet,
    Prediction,
    Track,
    TrackSource,
    VariantRow,
)
from shared.store.tracks.missing_tracks import HOLD_RECORDINGS, MissingWanted, is_shown
from shared.store.tracks.standing_annotations import is_standing


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What goes with a recording."""

    track_id: UUID
    title: str | None
    artist: str | None
    files: tuple[str, ...]
    """Locators. The files themselves stay."""
    n_tracks: int
    """Its tracks: those that were merged go together."""
    n_features: int
    n_arrays: int
    """Arrays and augmented variants in the blob store."""
    n_predictions: int
    annotations: Mapping[str, int] = field(default_factory=dict)
    """Standing ones by the kind of annotator."""

    @property
    def is_labelled_by_people(self) -> bool:
        """Whether a person's word would go."""
        return bool(self.annotations.get(AnnotatorKind.PERSON.value))


class RemovalRepository(BaseRepository):
    """All SQL that removes tracks."""

    def page_missing(self, *, after: UUID | None = None, limit: int) -> Sequence[UUID]:
        """Recordings whose last file is gone, by the tracks that stand for them, in the order in which they came."""
        query = select(Track.id).where(Track.merged_into.is_(None), is_shown(MissingWanted.ONLY))
        return self._session.scalars(page_after(query, Track.id, after, limit=limit)).all()

    def describe(self, survivor_ids: Sequence[UUID]) -> list[Removal]:
        """What would go with each recording, in the order of the ids; those that there are."""
        tracks = select(Track).where(Track.id.in_(survivor_ids), Track.merged_into.is_(None))
        counted = {table: self._count(table, survivor_ids) for table in (FeatureSet, ArrayRow, VariantRow, Prediction)}
        members, files = self._members(survivor_ids), self._files(survivor_ids)
        annotations = self._annotations(survivor_ids)
        known = {track.id: track for track in self._session.scalars(tracks)}
        return [
            Removal(
                track_id=track_id,
                title=known[track_id].title,
                artist=known[track_id].artist,
                files=tuple(files.get(track_id, ())),
                n_tracks=members[track_id],
                n_features=counted[FeatureSet].get(track_id, 0),
                n_arrays=counted[ArrayRow].get(track_id, 0) + counted[VariantRow].get(track_id, 0),
                n_predictions=counted[Prediction].get(track_id, 0),
                annotations=annotations.get(track_id, {}),
            )
            for track_id in survivor_ids
            if track_id in known
        ]

    def remove(self, survivor_ids: Sequence[UUID], *, who: str) -> None:
        """Remove recordings, and remember them. Blobs that nobody else has go later (`UnusedBlobs`)."""
        self._hold()
        given = {"ids": list(survivor_ids), "who": who}
        for statement in (_REMEMBER_TRACKS, _REMEMBER_FILES, _NOTE_BLOBS):
            self._session.execute(statement, given)
        self._delete(survivor_ids)

    def drop_returned(self, returned: Mapping[UUID, UUID]) -> None:
        """Remove new recordings that are removed ones come back (`{survivor: removed track}`); files are remembered."""
        self._hold()
        given = {"ids": list(returned), "old": list(returned.values())}
        for statement in (_REMEMBER_FILES_OF_RETURNED, _NOTE_BLOBS, *_DROP_FINGERPRINTS):
            self._session.execute(statement, given)
        self._delete(list(returned))

    def _hold(self) -> None:
        """Let nobody merge until this transaction ends: a recording goes whole."""
        self._session.execute(HOLD_RECORDINGS)

    def _delete(self, survivor_ids: Sequence[UUID]) -> None:
        gone = delete(Track).where(Track.survivor_id.in_(survivor_ids)).execution_options(synchronize_session=False)
        self._session.execute(gone)
        self._session.expire_all()

    def _count(self, table: Any, survivor_ids: Sequence[UUID]) -> dict[UUID, int]:
        query = (
            select(Track.survivor_id, func.count())
            .join(table, table.track_id == Track.id)
            .where(Track.survivor_id.in_(survivor_ids))
            .group_by(Track.survivor_id)
        )
        return dict(self._session.execute(query).all())

    def _members(self, survivor_ids: Sequence[UUID]) -> dict[UUID, int]:
        query = select(Track.survivor_id, func.count()).where(Track.survivor_id.in_(survivor_ids))
        return dict(self._session.execute(query.group_by(Track.survivor_id)).all())

    def _files(self, survivor_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
        query = (
            select(Track.survivor_id, TrackSource.source_id)
            .join(TrackSource, TrackSource.track_id == Track.id)
            .where(Track.survivor_id.in_(survivor_ids), TrackSource.source == "folder")
            .order_by(TrackSource.id)
        )
        files: dict[UUID, list[str]] = {}
        for track_id, locator in self._session.execute(query):
            files.setdefault(track_id, []).append(locator)
        return files

    def _annotations(self, survivor_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
        query = (
            select(Track.survivor_id, AnnotatorRow.kind, func.count())
            .join(AnnotationRow, AnnotationRow.track_id == Track.id)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(Track.survivor_id.in_(survivor_ids), is_standing())
            .group_by(Track.survivor_id, AnnotatorRow.kind)
            .order_by(AnnotatorRow.kind)
        )
        counts: dict[UUID, dict[str, int]] = {}
        for track_id, kind, number in self._session.execute(query):
            counts.setdefault(track_id, {})[kind] = number
        return counts


_REMEMBER_TRACKS = text("""
    insert into deleted_tracks
        (id, survivor_id, artist_group, synthetic, audio_sha256, decoded_sha256, duration_s, is_passed_over, who)
    select t.id, t.survivor_id, t.artist_group, t.synthetic,
        coalesce(array_agg(distinct f.audio_sha256) filter (where f.audio_sha256 <> ''), '{}'),
        coalesce(array_agg(distinct f.decoded_sha256) filter (where f.decoded_sha256 is not null), '{}'),
        coalesce(max(f.duration_s), t.duration_s), exists (
            select from track_sources s join tracks m on m.id = s.track_id
            where m.survivor_id = t.survivor_id and s.source = 'folder' and s.state <> 'missing'
        ), :who
    from tracks t left join feature_sets f on f.track_id = t.id
    where t.survivor_id = any(:ids)
    group by t.id
    on conflict do nothing
""")
"""Only what still has a file is passed over: the rest is not there to be found, unless somebody brings it back."""
_REMEMBER_FILES = text("""
    insert into deleted_files (locator, size_bytes, mtime_ns, deleted_id)
    select s.source_id, s.size_bytes, s.mtime_ns, t.id
    from track_sources s join tracks t on t.id = s.track_id
    where t.survivor_id = any(:ids) and s.source = 'folder' and s.state = 'present'
        and s.size_bytes is not null and s.mtime_ns is not null
    on conflict (locator) do update set size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,
        deleted_id = excluded.deleted_id
""")
"""What a changed file holds now was not decoded yet."""
_REMEMBER_FILES_OF_RETURNED = text("""
    insert into deleted_files (locator, size_bytes, mtime_ns, deleted_id)
    select s.source_id, s.size_bytes, s.mtime_ns, returned.old_id
    from unnest(cast(:ids as uuid[]), cast(:old as uuid[])) as returned (new_id, old_id)
    join tracks t on t.survivor_id = returned.new_id
    join track_sources s on s.track_id = t.id
    where s.source = 'folder' and s.size_bytes is not null and s.mtime_ns is not null
    on conflict (locator) do update set size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns,
        deleted_id = excluded.deleted_id
""")
_NOTE_BLOBS = text("""
    insert into unused_blobs (key)
    select a.blob_key from arrays a join tracks t on t.id = a.track_id where t.survivor_id = any(:ids)
    union
    select v.blob_key from variants v join tracks t on t.id = v.track_id where t.survivor_id = any(:ids)
    union
    select c.key from clips c join tracks t on t.id = c.track_id
    where t.survivor_id = any(:ids) and c.deleted_at is null
    union
    select m.blob_key from track_media m join tracks t on t.id = m.track_id
    where t.survivor_id = any(:ids) and m.blob_key is not null
    on conflict do nothing
""")
_DROP_FINGERPRINTS = (
    text(
        "delete from fingerprint_pairs p using tracks t where t.id in (p.one_id, p.other_id)"
        " and t.survivor_id = any(:ids)"
    ),
    text("delete from acoustic_fingerprints a using tracks t where t.id = a.track_id and t.survivor_id = any(:ids)"),
)
