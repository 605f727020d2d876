"""Tracks, where they came from, and what the catalogues say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    Uuid,
    column,
    delete,
    exists,
    func,
    select,
    tuple_,
    update,
)
from sqlalchemy import values as sql_values
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from shared.domain.file_state import FileState
from shared.domain.identity import read_recording
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceRef
from shared.domain.track_names import replace_given
from shared.errors import OF_THE_MOMENT
from shared.store.base_repository import RowRepository, page_after
from shared.store.features.derived_data import forget_catalogue_readers
from shared.store.id_arrays import any_bound, to_texts
from shared.store.tables import CatalogueFeatures, FeatureSet, Track, TrackSource
from shared.store.tables.base import ColumnValues
from shared.store.tracks.file_states import FileStates
from shared.store.tracks.missing_tracks import MissingWanted, SourceFile, is_shown
from shared.store.tracks.names import TrackNaming, own_group
from shared.store.tracks.tag_columns import tag_columns
from shared.store.tracks.word_search import matches


@dataclass(frozen=True)
class RegisteredTrack:
    """The track of what was collected, and what that changed."""

    track_id: UUID
    """The track that the first ref belongs to, also where another track stands for it: its file is analysed for it."""
    is_new: bool
    audio_changed: bool
    learned: bool = False
    """The track is new, or something that tells recordings apart was learned of it."""
    also: tuple[UUID, ...] = ()
    """Other tracks that the refs name: the same recording, says the source."""
    is_open: bool = False
    """Whose sound the file is will be known when it is decoded: until then nothing is said of any track."""
    is_stale: bool = False
    """The file holds what cannot be decoded: what is said of it is not said of the sound that the track has."""


class TrackFilters(TypedDict, total=False):
    """Which surviving tracks a list holds: all that are not missing, where nothing is given."""

    search: str | None
    """Words, also of a track that another stands for: see `matches`."""
    ids: Any
    """A subquery of their ids."""
    but: Any
    """A subquery of ids that are left out."""
    synthetic: bool | None
    rule: ColumnElement[bool] | None
    """A further condition."""
    conditions: Sequence[ColumnElement[bool]]
    """More of them: see `library_conditions`."""
    missing: MissingWanted
    """Whether tracks whose last file is gone are listed."""


class TrackRepository(RowRepository[Track, UUID]):
    """All SQL on tracks and their sources."""

    row_type = Track

    def register_track(self, collected: CollectedTrack, *, reread: bool = False) -> RegisteredTrack:
        """The track that any of the refs names, made if none does.

        Where whose sound its file is, is not known (`is_open`: it changed, it joins a track that has another file, or
        is to be read again), nothing else is written: what was collected waits for the decode.

        Safe against a second worker that registers the same ref at the same moment: the unique key decides.
        """
        known = self._rows(collected.refs)
        file = _file_ref(collected)
        track_id = next((known[ref].track_id for ref in collected.refs if ref in known), None)
        if file is not None and collected.audio is not None and track_id is not None:
            if file not in known and self._has_file(track_id):
                self._attach_sources(track_id, collected, [file], state=FileState.CHANGED)
                known |= self._rows([file])
            if file in known and (FileStates(self._session).mark_seen(known[file], collected.audio) or reread):
                return RegisteredTrack(known[file].track_id, is_new=False, audio_changed=True, is_open=True)
        is_new = track_id is None
        if track_id is None:
            track_id = self._create_track(collected)
        new_refs = [ref for ref in collected.refs if ref not in known]
        self._attach_sources(track_id, collected, new_refs)
        winner = self._rows(collected.refs[:1])[collected.refs[0]].track_id
        if winner != track_id and is_new:
            self._session.execute(delete(Track).where(Track.id == track_id))
            is_new = False
        learned = is_new or self._name(winner, collected, known.get(file) if file else None)
        also = tuple(sorted({row.track_id for row in known.values()} - {winner}))
        is_stale = file in known and self._is_stale(known[file])
        return RegisteredTrack(winner, is_new, file in new_refs, learned, also, is_stale=is_stale)

    def create(self, collected: CollectedTrack, *, synthetic: bool) -> UUID:
        """A new track without any ref, of a file whose sound no track has."""
        return self._create_track(replace(collected, synthetic=synthetic))

    def list_by_id(self, track_ids: Sequence[UUID]) -> Sequence[Track]:
        """Those of the tracks that there are, in no order."""
        return self._session.scalars(select(Track).where(Track.id.in_(track_ids))).all()

    def list_sources(self, track_ids: Sequence[UUID]) -> dict[UUID, list[TrackSource]]:
        """Where each surviving track came from, with the sources of the tracks that it stands for."""
        sources: dict[UUID, list[TrackSource]] = {track_id: [] for track_id in track_ids}
        query = (
            select(Track.survivor_id, TrackSource)
            .join(TrackSource, TrackSource.track_id == Track.id)
            .where(Track.survivor_id.in_(track_ids))
            .order_by(TrackSource.id)
        )
        for survivor_id, source in self._session.execute(query):
            sources[survivor_id].append(source)
        return sources

    def list_file_rows(self, track_ids: Sequence[UUID]) -> dict[UUID, list[SourceFile]]:
        """What `file_to_play` asks of the sources of each surviving track and of the tracks that it stands for."""
        files: dict[UUID, list[SourceFile]] = {track_id: [] for track_id in track_ids}
        rows = self._session.execute(_FILE_ROWS, {"track_ids": to_texts(track_ids)})
        for survivor_id, *columns in rows:
            files[survivor_id].append(SourceFile(*columns))
        return files

    def list_locators(self, track_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The audio file of each track that has one of its own, whoever stands for it: the one seen last.

        Of files that sound as they did: one that changed, or is missing, is none.
        """
        query = (
            select(TrackSource.track_id, TrackSource.locator)
            .where(TrackSource.track_id.in_(track_ids), TrackSource.locator.is_not(None))
            .where(TrackSource.state == FileState.PRESENT)
            .order_by(TrackSource.seen_at, TrackSource.id)
        )
        return {track_id: locator for track_id, locator in self._session.execute(query) if locator}

    def list_by_source_id(self, source: str, source_ids: Sequence[str]) -> dict[str, UUID]:
        """The track of each id that `source` gave, for those that are known."""
        refs = [SourceRef(source, source_id) for source_id in source_ids]
        return {ref.source_id: track_id for ref, track_id in self._list_by_ref(refs).items()}

    def by_refs(self, refs: Sequence[SourceRef]) -> dict[SourceRef, UUID]:
        """The track of each ref, for those that are known."""
        return self._list_by_ref(refs) if refs else {}

    def list_page(
        self,
        *,
        after: UUID | None = None,
        limit: int = 50,
        **filters: Unpack[TrackFilters],
    ) -> Sequence[Track]:
        """Surviving tracks in the order in which they came."""
        listed = select_listed(**filters)
        return self._session.scalars(page_after(listed, Track.id, after, limit=limit)).all()

    def search_page(
        self, *, words: str, isrc: str | None, years: tuple[int, int] | None, offset: int, limit: int
    ) -> tuple[Sequence[Track], int]:
        """Surviving tracks that have all of what is asked for, in the order in which they came, after the first
        `offset`; and how many there are. Empty `words`, no `isrc` and no `years` (first and last) ask for nothing.
        """
        query = select_listed(search=words or None)
        if isrc is not None:
            query = query.where(Track.id.in_(_select_survivors(Track.isrc == isrc)))
        if years is not None:
            query = query.where(Track.year.between(*years))
        total = self._session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
        return self._session.scalars(query.order_by(Track.id).offset(offset).limit(limit)).all(), total

    def count_tracks(self, *, synthetic: bool | None = None, missing: MissingWanted = MissingWanted.NO) -> int:
        """How many tracks there are, without those that are `missing` unless asked for; a recording counts once."""
        query = select(func.count()).select_from(Track).where(Track.merged_into.is_(None), is_shown(missing))
        if synthetic is not None:
            query = query.where(Track.synthetic == synthetic)
        return self._session.scalar(query) or 0

    def save_catalogue(self, track_id: UUID, values: dict[str, float], *, origin: str) -> bool:
        """Keep what an origin says; True if that is new."""
        row = {column: values.get(column) for column in CATALOGUE_COLUMNS}
        there = self._session.get(CatalogueFeatures, (track_id, origin, ""))
        if there is not None and all(getattr(there, column) == value for column, value in row.items()):
            return False
        self._session.execute(
            insert(CatalogueFeatures)
            .values(track_id=track_id, origin=origin, spec="", **row)
            .on_conflict_do_update(index_elements=["track_id", "origin", "spec"], set_=row)
        )
        self._forget_catalogue(track_id)
        return True

    def correct_durations(self, durations_s: Mapping[UUID, float]) -> None:
        """Write down how long tracks are by what was decoded of them: it stands over a header, a tag or a table."""
        if not durations_s:
            return
        decoded = sql_values(column("track_id", Uuid), column("duration_s", Float), name="decoded").data(
            list(durations_s.items())
        )
        self._session.execute(
            update(Track)
            .where(Track.id == decoded.c.track_id, Track.duration_s.is_distinct_from(decoded.c.duration_s))
            .values(duration_s=decoded.c.duration_s)
            .execution_options(synchronize_session=False)
        )

    def _forget_catalogue(self, track_id: UUID) -> None:
        """What models read of the recording's catalogue columns is news."""
        survivor = select(Track.survivor_id).where(Track.id == track_id).scalar_subquery()
        forget_catalogue_readers(self._session, select(Track.id).where(Track.survivor_id == survivor))

    def _list_by_ref(self, refs: Sequence[SourceRef]) -> dict[SourceRef, UUID]:
        return {ref: row.track_id for ref, row in self._rows(refs, lock=False).items()}

    def _rows(self, refs: Sequence[SourceRef], *, lock: bool = True) -> dict[SourceRef, TrackSource]:
        """The rows of those of the refs that are known, locked in one order where they are to be changed."""
        pairs = [(ref.source, ref.source_id) for ref in refs]
        query = select(TrackSource).where(tuple_(TrackSource.source, TrackSource.source_id).in_(pairs))
        if lock:
            query = query.order_by(TrackSource.id).with_for_update().execution_options(populate_existing=True)
        return {SourceRef(row.source, row.source_id): row for row in self._session.scalars(query)}

    def _is_stale(self, row: TrackSource) -> bool:
        """The track has features of what its file held before, and what it holds now cannot be decoded."""
        if row.reason is None or row.reason in OF_THE_MOMENT:
            return False
        ready = exists().where(FeatureSet.track_id == row.track_id, FeatureSet.state == "ready")
        return bool(self._session.scalar(select(ready)))

    def _has_file(self, track_id: UUID) -> bool:
        query = exists().where(TrackSource.track_id == track_id, TrackSource.source == "folder")
        return bool(self._session.scalar(select(query)))

    def _create_track(self, collected: CollectedTrack) -> UUID:
        track_id = uuid7()
        self._session.add(
            Track(
                id=track_id,
                title=collected.title,
                artist=collected.artist,
                artist_group=own_group(collected.artist, track_id),
                album=collected.album,
                isrc=collected.isrc,
                duration_s=collected.duration_s,
                synthetic=collected.synthetic,
                given_names=replace_given((), collected.names_source, collected.names_given) or None,
                identity_keys=list(read_recording(collected.title, collected.artist).lookup_keys),
                **tag_columns(collected.tags_of_file),
            )
        )
        self._session.flush()
        return track_id

    def _name(self, track_id: UUID, collected: CollectedTrack, file: TrackSource | None) -> bool:
        """Keep what names it was given, and write those that stand. True if that tells recordings apart otherwise."""
        track, naming = self._session.get_one(Track, track_id), TrackNaming(self._session)
        forgotten = naming.read_file(file, collected) if file is not None else {}
        forgotten |= naming.give(track_id, collected)
        gap_filled = track.duration_s is None and collected.duration_s is not None
        if gap_filled:
            track.duration_s = collected.duration_s
        return naming.resolve(track_id, forgotten=forgotten) or gap_filled

    def _attach_sources(
        self,
        track_id: UUID,
        collected: CollectedTrack,
        refs: Sequence[SourceRef],
        *,
        state: FileState = FileState.PRESENT,
    ) -> None:
        """Add the refs to the track, those that nobody else added meanwhile."""
        for ref in refs:
            values: ColumnValues = {}
            if collected.audio is not None and ref.source == "folder":
                values = {**asdict(collected.audio), "state": state.value}
                if state is FileState.PRESENT:
                    values |= {"tags": collected.tags_of_file, "listed_names": collected.listed_names or None}
            row = {
                "track_id": track_id,
                "source": ref.source,
                "source_id": ref.source_id,
                "licence": collected.licence,
                "attribution": collected.attribution,
            }
            query = insert(TrackSource).values(**row, **values)
            self._session.execute(query.on_conflict_do_nothing(index_elements=["source", "source_id"]))


_FILE_ROWS = (  # built once, for answers that wait for it
    select(Track.survivor_id, *(getattr(TrackSource, name) for name in SourceFile._fields))
    .join(TrackSource, TrackSource.track_id == Track.id)
    .where(Track.survivor_id == any_bound("track_ids"))
    .order_by(TrackSource.id)
)


def _file_ref(collected: CollectedTrack) -> SourceRef | None:
    if collected.audio is None:
        return None
    return next((ref for ref in collected.refs if ref.source == "folder"), None)


def select_listed(**filters: Unpack[TrackFilters]) -> Select[Track]:
    """Surviving tracks in no order."""
    query = select(Track).where(Track.merged_into.is_(None), is_shown(filters.get("missing", MissingWanted.NO)))
    if search := filters.get("search"):
        query = query.where(Track.id.in_(_select_survivors(matches(search))))
    if (ids := filters.get("ids")) is not None:
        query = query.where(Track.id.in_(ids))
    if (but := filters.get("but")) is not None:
        query = query.where(Track.id.not_in(but))
    if (synthetic := filters.get("synthetic")) is not None:
        query = query.where(Track.synthetic == synthetic)
    if (rule := filters.get("rule")) is not None:
        query = query.where(rule)
    return query.where(*filters.get("conditions", ()))


def _select_survivors(rule: Any) -> Any:
    return select(Track.survivor_id).where(rule)
