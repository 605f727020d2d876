"""Tracks with everything that is known of them, page by page: what exports and reports read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotation
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store import Store
from shared.store.annotations import Annotations
from shared.store.features import Features
from shared.store.tables import CatalogueFeatures, FeatureSet, Model, Prediction, Track, TrackSource
from shared.store.tracks import Tracks

PAGE = 500
_NO_CATALOGUE: tuple[str | None, dict[str, float]] = (None, {})


@dataclass(frozen=True, kw_only=True)
class Predicted:
    """What the champion of a taxonomy said of a track."""

    emotion: str
    probability: float
    model_id: UUID


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """One track, and what belongs to it."""

    track: Track
    sources: Sequence[TrackSource]
    annotations: Sequence[Annotation]
    catalogue: Mapping[str, float]
    """Those of the 13 numbers that its first origin has."""
    catalogue_origin: str | None
    """The first origin, None where nobody says anything."""
    features: FeatureSet | None
    predicted: Predicted | None

    @property
    def locator(self) -> str | None:
        """The audio file seen last, None where there is none."""
        held = [source for source in self.sources if source.locator]
        return max(held, key=lambda source: (source.seen_at, source.id)).locator if held else None


def every_track(store: Store, *, spec: str, taxonomy: str, synthetic: bool | None) -> Iterator[list[TrackRecord]]:
    """Pages of all tracks in the order in which they came, each read in a transaction of its own.

    Real ones, `synthetic` ones, or for None both.
    """
    after: UUID | None = None
    while True:
        with store.read() as session:
            page = Exporting(session, spec=spec).page(after=after, taxonomy=taxonomy, synthetic=synthetic)
        if not page:
            return
        yield page
        after = page[-1].track.id


class Exporting:
    """All SQL on whole tracks."""

    def __init__(self, session: Session, *, spec: str) -> None:
        self._session = session
        self._spec = spec

    def page(
        self, *, after: UUID | None, taxonomy: str, synthetic: bool | None, limit: int = PAGE
    ) -> list[TrackRecord]:
        """The tracks after `after`; predictions are those of the taxonomy's champions, the newest model's first."""
        tracks = Tracks(self._session).page(after=after, limit=limit, synthetic=synthetic)
        ids = [track.id for track in tracks]
        sources = Tracks(self._session).sources(ids)
        annotations = Annotations(self._session).of(ids)
        features = Features(self._session, spec=self._spec).many(ids)
        catalogue = self._catalogue(ids)
        predicted = predictions_of(self._session, ids, taxonomy)
        return [
            TrackRecord(
                track=track, sources=sources[track.id], annotations=annotations[track.id],
                catalogue=numbers, catalogue_origin=origin, features=features.get(track.id),
                predicted=predicted.get(track.id),
            )
            for track in tracks
            for origin, numbers in [catalogue.get(track.id, _NO_CATALOGUE)]
        ]  # fmt: skip

    def _catalogue(self, ids: Sequence[UUID]) -> dict[UUID, tuple[str | None, dict[str, float]]]:
        query = (
            select(Track.survivor_id, CatalogueFeatures)
            .join(CatalogueFeatures, CatalogueFeatures.track_id == Track.id)
            .where(Track.survivor_id.in_(ids))
            .order_by(CatalogueFeatures.origin, Track.id)
        )
        found: dict[UUID, tuple[str | None, dict[str, float]]] = {}
        for survivor_id, row in self._session.execute(query):
            values = {column: getattr(row, column) for column in CATALOGUE_COLUMNS}
            known = {column: value for column, value in values.items() if value is not None}
            found.setdefault(survivor_id, (row.origin, known))
        return found


def predictions_of(session: Session, ids: Sequence[UUID], taxonomy: str) -> dict[UUID, Predicted]:
    """What the taxonomy's champions said of the tracks, the newest model's word where several did."""
    query = (
        select(Prediction)
        .join(Model, Model.id == Prediction.model_id)
        .where(Prediction.track_id.in_(ids), Model.taxonomy == taxonomy, Model.state == "champion")
        .order_by(Model.id)
    )
    return {
        row.track_id: Predicted(
            emotion=row.emotion, probability=max(row.probabilities, default=0.0), model_id=row.model_id
        )
        for row in session.scalars(query)
    }
