"""Questions about many tracks at once, for sources and trainings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator
from shared.domain.track import SourceRef
from shared.errors import Reason
from shared.store.annotations import Annotations
from shared.store.tables import AnnotatorRow, CatalogueFeatures, FeatureSet, Track, TrackSource, TrackTag

_LACKS_AUDIO = (Reason.AUDIO_GONE, Reason.NO_AUDIO)


@dataclass(frozen=True)
class KnownTrack:
    """How a catalogue may know a track that we know."""

    ref: SourceRef
    isrc: str | None
    place: int
    """Where to go on."""


class Lookups:
    """SQL that reads across tracks, sources and features."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def without_catalogue(self, origin: str, *, after: int, limit: int) -> list[KnownTrack]:
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
        return [KnownTrack(SourceRef(row[0], row[1]), row[2], row[3]) for row in self._session.execute(query)]

    def with_features(self, refs: Iterable[SourceRef], *, spec: str) -> set[SourceRef]:
        """Those of the refs whose track was analysed already, or was tried with audio that is no good."""
        pairs = [(ref.source, ref.source_id) for ref in refs]
        query = (
            select(TrackSource.source, TrackSource.source_id)
            .join(FeatureSet, FeatureSet.track_id == TrackSource.track_id)
            .where(FeatureSet.spec == spec, (FeatureSet.state == "ready") | FeatureSet.reason.not_in(_LACKS_AUDIO))
            .where(tuple_(TrackSource.source, TrackSource.source_id).in_(pairs))
        )
        return {SourceRef(source, source_id) for source, source_id in self._session.execute(query)}

    def permitted(
        self, track_ids: Sequence[UUID], *, exclude_sources: Sequence[str] = (), licences: Sequence[str] = ()
    ) -> list[UUID]:
        """Those of the tracks that come from none of `exclude_sources`, and carry one of `licences` if any is named.

        A licence fits by its beginning, so that `http://creativecommons.org/licenses/by/` means all its versions.
        """
        if not exclude_sources and not licences:
            return list(track_ids)
        query = select(Track.id).where(Track.id.in_(track_ids)).order_by(Track.id)
        if exclude_sources:
            query = query.where(Track.id.not_in(_of_source(TrackSource.source.in_(exclude_sources))))
        if licences:
            starts = [TrackSource.licence.startswith(licence, autoescape=True) for licence in licences]
            fits = starts[0]
            for start in starts[1:]:
                fits |= start
            query = query.where(Track.id.in_(_of_source(fits)))
        return list(self._session.scalars(query))


class Tags:
    """All SQL on free words."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, track_id: UUID, annotator: Annotator, tags: Iterable[str]) -> bool:
        """Keep an annotator's words for a track. True if one is new."""
        annotator_id = Annotations(self._session).annotator_id(annotator)
        rows = [{"track_id": track_id, "annotator_id": annotator_id, "tag": tag} for tag in dict.fromkeys(tags)]
        if not rows:
            return False
        made = self._session.scalars(
            insert(TrackTag).on_conflict_do_nothing().returning(TrackTag.tag), rows
        )  # fmt: skip
        return bool(made.all())

    def of(self, track_id: UUID) -> list[tuple[str, str]]:
        """`(tag, annotator)` of a track, oldest first."""
        query = (
            select(TrackTag.tag, AnnotatorRow.name)
            .join(AnnotatorRow, AnnotatorRow.id == TrackTag.annotator_id)
            .where(TrackTag.track_id == track_id)
            .order_by(TrackTag.at, TrackTag.tag)
        )
        return [(tag, name) for tag, name in self._session.execute(query)]


def _of_source(condition: Any) -> Select[UUID]:
    return select(TrackSource.track_id).where(condition)
