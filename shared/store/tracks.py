"""Tracks, where they came from, and what the catalogues say of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Uuid, column, delete, func, select, tuple_, update
from sqlalchemy import values as sql_values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from shared.domain.grouping import alone
from shared.domain.identity import recording
from shared.domain.names import artist_group
from shared.domain.track import CATALOGUE_COLUMNS, Collected, SourceRef
from shared.store.file_tags import tag_columns
from shared.store.finding import matches
from shared.store.forgetting import forget_catalogue_readers
from shared.store.tables import CatalogueFeatures, Track, TrackSource


@dataclass(frozen=True)
class Registered:
    """The track of what was collected, and what that changed."""

    track_id: UUID
    """The track that the first ref belongs to, also where another track stands for it: its file is analysed for it."""
    is_new: bool
    audio_changed: bool
    learned: bool = False
    """The track is new, or something that tells recordings apart was learned of it."""
    also: tuple[UUID, ...] = ()
    """Other tracks that the refs name: the same recording, says the source."""


class Tracks:
    """All SQL on tracks and their sources."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def register(self, collected: Collected) -> Registered:
        """The track that any of the refs names, made if none does. Its gaps are filled; nothing is overwritten.

        Safe against a second worker that registers the same ref at the same moment: the unique key decides.
        """
        known = self._by_refs(collected.refs)
        track_id = next((known[ref] for ref in collected.refs if ref in known), None)
        is_new = track_id is None
        learned = is_new
        if track_id is None:
            track_id = self._create(collected)
        else:
            learned = self._fill_gaps(track_id, collected)
        changed = self._attach(track_id, collected, known)
        winner = self._by_refs(collected.refs[:1])[collected.refs[0]]
        if winner != track_id and is_new:
            self._session.execute(delete(Track).where(Track.id == track_id))
        also = tuple(sorted({known[ref] for ref in collected.refs if ref in known} - {winner}))
        return Registered(winner, is_new and winner == track_id, changed, learned, also)

    def get(self, track_id: UUID) -> Track | None:
        """The track, or None."""
        return self._session.get(Track, track_id)

    def many(self, track_ids: Sequence[UUID]) -> Sequence[Track]:
        """Those of the tracks that there are, in no order."""
        return self._session.scalars(select(Track).where(Track.id.in_(track_ids))).all()

    def sources(self, track_ids: Sequence[UUID]) -> dict[UUID, list[TrackSource]]:
        """Where each surviving track came from, with the sources of the tracks that it stands for."""
        found: dict[UUID, list[TrackSource]] = {track_id: [] for track_id in track_ids}
        query = (
            select(Track.survivor_id, TrackSource)
            .join(TrackSource, TrackSource.track_id == Track.id)
            .where(Track.survivor_id.in_(track_ids))
            .order_by(TrackSource.id)
        )
        for survivor_id, source in self._session.execute(query):
            found[survivor_id].append(source)
        return found

    def locators(self, track_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The audio file of each track that has one of its own, whoever stands for it: the one seen last."""
        query = (
            select(TrackSource.track_id, TrackSource.locator)
            .where(TrackSource.track_id.in_(track_ids), TrackSource.locator.is_not(None))
            .order_by(TrackSource.seen_at, TrackSource.id)
        )
        return {track_id: locator for track_id, locator in self._session.execute(query) if locator}

    def by_source_ids(self, source: str, source_ids: Sequence[str]) -> dict[str, UUID]:
        """The track of each id that `source` gave, for those that are known."""
        refs = [SourceRef(source, source_id) for source_id in source_ids]
        return {ref.source_id: track_id for ref, track_id in self._by_refs(refs).items()}

    def source_ids(self, source: str, track_ids: Iterable[UUID]) -> dict[str, UUID]:
        """The ids that `source` gave to the tracks, each with its track."""
        query = select(TrackSource).where(TrackSource.source == source, TrackSource.track_id.in_(list(track_ids)))
        return {row.source_id: row.track_id for row in self._session.scalars(query)}

    def page(
        self, *, after: UUID | None = None, limit: int = 50, search: str | None = None, ids: Any = None,
        but: Any = None,
        synthetic: bool | None = None, rule: ColumnElement[bool] | None = None,
    ) -> Sequence[Track]:  # fmt: skip
        """Surviving tracks in the order in which they came: of `ids`, without `but`, each a subquery of their ids.

        `rule` is a further condition.

        Words are also found where a track is written that another stands for: see `matches`.
        """
        query = select(Track).where(Track.merged_into.is_(None)).order_by(Track.id).limit(limit)
        if after is not None:
            query = query.where(Track.id > after)
        if search:
            query = query.where(Track.id.in_(_survivors(matches(search))))
        if ids is not None:
            query = query.where(Track.id.in_(ids))
        if but is not None:
            query = query.where(Track.id.not_in(but))
        if synthetic is not None:
            query = query.where(Track.synthetic == synthetic)
        if rule is not None:
            query = query.where(rule)
        return self._session.scalars(query).all()

    def count(self, *, synthetic: bool | None = None) -> int:
        """How many tracks there are; those of one recording count once."""
        query = select(func.count()).select_from(Track).where(Track.merged_into.is_(None))
        if synthetic is not None:
            query = query.where(Track.synthetic == synthetic)
        return self._session.scalar(query) or 0

    def save_catalogue(self, track_id: UUID, values: dict[str, float], *, origin: str) -> bool:
        """Keep what an origin says; True if that is news."""
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

    def _by_refs(self, refs: Sequence[SourceRef]) -> dict[SourceRef, UUID]:
        pairs = [(ref.source, ref.source_id) for ref in refs]
        query = select(TrackSource).where(tuple_(TrackSource.source, TrackSource.source_id).in_(pairs))
        return {SourceRef(row.source, row.source_id): row.track_id for row in self._session.scalars(query)}

    def _create(self, collected: Collected) -> UUID:
        track_id = uuid7()
        self._session.add(
            Track(
                id=track_id, title=collected.title, artist=collected.artist,
                artist_group=_own_group(collected.artist, track_id), album=collected.album, isrc=collected.isrc,
                duration_s=collected.duration_s, synthetic=collected.synthetic,
                identity_keys=list(recording(collected.title, collected.artist).keys),
                **tag_columns(collected.file_tags),
            )
        )  # fmt: skip
        self._session.flush()
        return track_id

    def _fill_gaps(self, track_id: UUID, collected: Collected) -> bool:
        """True if something was filled that tells recordings apart."""
        track = self._session.get_one(Track, track_id)
        filled = set()
        for name in ("title", "artist", "album", "isrc", "duration_s"):
            if getattr(track, name) is None and getattr(collected, name) is not None:
                setattr(track, name, getattr(collected, name))
                filled.add(name)
        if "artist" in filled:
            track.artist_group = _own_group(track.artist, track_id)
        learned = track.identity_keys is None or bool(filled - {"album"})
        if learned:
            track.identity_keys = list(recording(track.title, track.artist).keys)
        self._session.flush()
        return learned

    def _attach(self, track_id: UUID, collected: Collected, known: dict[SourceRef, UUID]) -> bool:
        changed = False
        for ref in collected.refs:
            audio = collected.audio if collected.audio and ref.source == "folder" else None
            values: dict[str, Any] = {
                "locator": audio.locator if audio else None,
                "size_bytes": audio.size_bytes if audio else None,
                "mtime_ns": audio.mtime_ns if audio else None,
            }
            if audio and collected.file_tags is not None:
                values["tags"] = collected.file_tags.to_json()
            if ref not in known:
                self._session.execute(
                    insert(TrackSource)
                    .values(
                        track_id=track_id, source=ref.source, source_id=ref.source_id, licence=collected.licence,
                        attribution=collected.attribution, **values,
                    )
                    .on_conflict_do_nothing(index_elements=["source", "source_id"])
                )  # fmt: skip
                changed = changed or audio is not None
            elif audio is not None:
                updated = self._session.scalar(
                    update(TrackSource)
                    .where(
                        TrackSource.source == ref.source,
                        TrackSource.source_id == ref.source_id,
                        tuple_(TrackSource.size_bytes, TrackSource.mtime_ns) != (audio.size_bytes, audio.mtime_ns),
                    )
                    .values(seen_at=func.now(), **values)
                    .returning(TrackSource.id)
                )
                changed = changed or updated is not None
        return changed


def _survivors(rule: Any) -> Any:
    return select(Track.survivor_id).where(rule)


def _own_group(artist: str | None, track_id: UUID) -> str:
    """What a track's own words say, until `ArtistGroups.refresh` asks the whole library."""
    return artist_group(artist, ()) or alone(track_id)
