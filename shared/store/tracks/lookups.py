"""Questions about many tracks at once, for sources and trainings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, or_, select, tuple_

from shared.domain.track import SourceRef
from shared.errors import Reason
from shared.store.base_repository import BaseRepository
from shared.store.tables import CatalogueFeatures, Duplicate, FeatureSet, Track, TrackSource
from shared.store.tracks.missing_tracks import MissingWanted, is_shown

_LACKS_AUDIO = (Reason.AUDIO_GONE, Reason.NO_AUDIO)


@dataclass(frozen=True)
class UncataloguedTrack:
    """How a catalogue may know a track that we know."""

    ref: SourceRef
    isrc: str | None
    position: int
    """The `after` that continues behind this track."""


class TrackLookups(BaseRepository):
    """SQL that reads across tracks, sources and features."""

    def list_without_catalogue(self, origin: str, *, after: int, limit: int) -> list[UncataloguedTrack]:
        """Tracks with a Spotify id or an ISRC of which `origin` has said nothing yet, in a fixed order."""
        there = select(CatalogueFeatures.track_id).where(CatalogueFeatures.origin == origin)
        query = (
            select(TrackSource.source, TrackSource.source_id, Track.isrc, TrackSource.id)
            .join(Track, Track.id == TrackSource.track_id)
            .where(TrackSource.id > after, TrackSource.track_id.not_in(there), Track.synthetic.is_(False))
            .where((TrackSource.source == "spotify") | Track.isrc.is_not(None))
            .order_by(TrackSource.id)
            .limit(limit)
        )
        return [UncataloguedTrack(SourceRef(row[0], row[1]), row[2], row[3]) for row in self._session.execute(query)]

    def filter_with_features(self, refs: Iterable[SourceRef], *, spec: str) -> set[SourceRef]:
        """Those of the refs whose track was analysed already, or was tried with audio that is no good."""
        pairs = [(ref.source, ref.source_id) for ref in refs]
        query = (
            select(TrackSource.source, TrackSource.source_id)
            .join(FeatureSet, FeatureSet.track_id == TrackSource.track_id)
            .where(FeatureSet.spec == spec, (FeatureSet.state == "ready") | FeatureSet.reason.not_in(_LACKS_AUDIO))
            .where(tuple_(TrackSource.source, TrackSource.source_id).in_(pairs))
        )
        return {SourceRef(source, source_id) for source, source_id in self._session.execute(query)}

    def get_release_years(self, track_ids: Sequence[UUID]) -> dict[UUID, int]:
        """The year of each track of which one is known."""
        query = select(Track.id, Track.year).where(Track.id.in_(track_ids), Track.year.is_not(None))
        return {row[0]: row[1] for row in self._session.execute(query) if row[1] is not None}

    def filter_permitted(
        self,
        track_ids: Sequence[UUID],
        *,
        exclude_sources: Sequence[str] = (),
        licences: Sequence[str] = (),
        missing: bool = False,
    ) -> list[UUID]:
        """Those of the tracks that come from none of `exclude_sources`, and carry one of `licences` if any is named.

        `missing`: also those whose last file is gone.
        A licence fits by its beginning, so that `http://creativecommons.org/licenses/by/` means all its versions.
        """
        wanted = MissingWanted.INCLUDE if missing else MissingWanted.NO
        query = select(Track.id).where(Track.id.in_(track_ids), is_shown(wanted)).order_by(Track.id)
        if exclude_sources:
            query = query.where(Track.id.not_in(_select_by_source(TrackSource.source.in_(exclude_sources))))
        if licences:
            starts = [TrackSource.licence.startswith(licence, autoescape=True) for licence in licences]
            fits = starts[0]
            for start in starts[1:]:
                fits |= start
            query = query.where(Track.id.in_(_select_by_source(fits)))
        return list(self._session.scalars(query))

    def list_likely_same(self, track_id: UUID) -> set[UUID]:
        """Tracks of which nobody has said yet whether they are this one."""
        return set(self._session.scalars(select_likely_same(track_id)))

    def list_artist_groups(self, track_id: UUID) -> set[str]:
        """The artist groups of all tracks of a recording, whichever of them is named."""
        return set(self._session.scalars(select_artist_groups(track_id)))

    def list_with_audio(self, audio_sha256: str) -> set[UUID]:
        """Recordings whose decoded audio has this hash."""
        query = select(Track.survivor_id).join(FeatureSet, FeatureSet.track_id == Track.id)
        return set(self._session.scalars(query.where(FeatureSet.audio_sha256 == audio_sha256)))


def select_likely_same(track_id: Any) -> Select[UUID]:
    """Tracks of which nobody has said yet whether they are the track, which may be a bound parameter."""
    other = case((Duplicate.one_id == track_id, Duplicate.other_id), else_=Duplicate.one_id)
    asked = or_(Duplicate.one_id == track_id, Duplicate.other_id == track_id)
    query: Select[UUID] = select(Track.survivor_id).join(Duplicate, other == Track.id)
    return query.where(asked, Duplicate.state == "open")


def select_artist_groups(track_id: Any) -> Select[str]:
    """The artist groups of all tracks of the recording of the track, which may be a bound parameter."""
    survivor = select(Track.survivor_id).where(Track.id == track_id).scalar_subquery()
    return select(Track.artist_group).where(Track.survivor_id == survivor)


def _select_by_source(condition: Any) -> Select[UUID]:
    """Recordings of which any track has such a source."""
    return select(Track.survivor_id).join(TrackSource, TrackSource.track_id == Track.id).where(condition)
