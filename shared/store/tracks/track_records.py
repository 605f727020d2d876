"""Tracks with everything that is known of them, page by page: what exports and reports read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotation
from shared.domain.catalogue import COMPUTED, list_input_columns
from shared.domain.labels import EmotionDecision, TrackLabel
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.base_repository import BaseRepository
from shared.store.features.learned_columns import LearnedColumnRepository
from shared.store.features.repository import FeatureRepository
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.tables import CatalogueFeatures, FeatureSet, Track, TrackSource
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.decisions import (
    AnsweringModel,
    StoredPrediction,
    TrackDecision,
    TrackDecisionRepository,
    TrackDecisions,
)
from shared.store.tracks.missing_tracks import MissingWanted, file_to_play
from shared.store.tracks.repository import TrackRepository

if TYPE_CHECKING:
    from shared.store.transactions import Store  # it makes the repositories, and so imports this module

PAGE = 500


@dataclass(frozen=True, kw_only=True)
class ShownCatalogue:
    """The catalogue columns of a track by its first origin."""

    values: Mapping[str, float] = field(default_factory=dict)
    origin: str | None = None
    has_inputs: bool = False


_NO_CATALOGUE = ShownCatalogue()


@dataclass(frozen=True, kw_only=True)
class TrackRecord:
    """One track, and what belongs to it."""

    track: Track
    sources: Sequence[TrackSource]
    annotations: Sequence[Annotation]
    catalogue: Mapping[str, float]
    """Those of the 13 numbers that its first origin has. Learned columns stand in place of computed ones, and the one
    on Spotify's scale beside them.
    """
    catalogue_origin: str | None
    """The first origin, None where nobody says anything."""
    has_catalogue_inputs: bool
    """Whether that origin has every column that a model may read of it, whatever is shown in place of some."""
    features: FeatureSet | None
    decided: TrackDecision

    @property
    def label(self) -> TrackLabel | None:
        """The label consensus of its annotators, where there is one."""
        return self.decided.consensus.label if self.decided.consensus else None

    @property
    def stored_prediction(self) -> StoredPrediction | None:
        """What the answering model predicted."""
        return self.decided.predicted

    @property
    def decision(self) -> EmotionDecision[str]:
        """The emotion that stands, and who decided."""
        return self.decided.decision

    @property
    def locator(self) -> str | None:
        """The audio file that is there and unchanged, the one seen last; None where there is none."""
        return file_to_play(self.sources, is_described=self.features is not None and self.features.state == "ready")


def iterate_tracks(
    store: "Store", *, spec: str, answering: AnsweringModel, synthetic: bool, missing: MissingWanted = MissingWanted.NO
) -> Iterator[list[TrackRecord]]:
    """Pages of all tracks, without `missing` ones unless asked for, in the order in which they came, each read in a
    transaction of its own.

    Predictions are those of the answering model alone, also where another is promoted meanwhile.
    """
    decisions = TrackDecisions(answering, synthetic=synthetic)
    after: UUID | None = None
    while True:
        with store.read() as repositories:
            page = repositories.track_records(spec=spec).list_page(after=after, decisions=decisions, missing=missing)
        if not page:
            return
        yield page
        after = page[-1].track.id


class TrackRecords(BaseRepository):
    """All SQL on whole tracks."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._spec = spec

    def list_page(
        self,
        *,
        after: UUID | None,
        decisions: TrackDecisions,
        limit: int = PAGE,
        missing: MissingWanted = MissingWanted.NO,
    ) -> list[TrackRecord]:
        """The tracks after `after` of the library of `decisions`."""
        tracks = TrackRepository(self._session).list_page(
            after=after, limit=limit, synthetic=decisions.synthetic, missing=missing
        )
        ids = [track.id for track in tracks]
        sources = TrackRepository(self._session).list_sources(ids)
        annotations = AnnotationRepository(self._session).list_by_track(ids)
        features = FeatureRepository(self._session, spec=self._spec).list_by_track(ids)
        catalogue = self._list_catalogue(ids)
        decided = TrackDecisionRepository(self._session).list_by_track(decisions, ids, annotations=annotations)
        return [
            TrackRecord(
                track=track,
                sources=sources[track.id],
                annotations=annotations[track.id],
                catalogue=shown.values,
                catalogue_origin=shown.origin,
                has_catalogue_inputs=shown.has_inputs,
                features=features.get(track.id),
                decided=decided[track.id],
            )
            for track in tracks
            for shown in [catalogue.get(track.id, _NO_CATALOGUE)]
        ]

    def _list_catalogue(self, ids: Sequence[UUID]) -> dict[UUID, ShownCatalogue]:
        of_version = is_representative(
            CatalogueFeatures, SpecStages(self._session).list_specs_sharing(self._spec, ("catalogue",))
        )
        query = (
            select(Track.survivor_id, CatalogueFeatures)
            .join(CatalogueFeatures, CatalogueFeatures.track_id == Track.id)
            .where(Track.survivor_id.in_(ids), or_(CatalogueFeatures.origin != COMPUTED, of_version))
            .order_by(CatalogueFeatures.origin, Track.id)
        )
        learned = LearnedColumnRepository(self._session, spec=self._spec).list_by_track(ids)
        catalogue: dict[UUID, ShownCatalogue] = {}
        for survivor_id, row in self._session.execute(query):
            values = {column: getattr(row, column) for column in CATALOGUE_COLUMNS}
            has_inputs = all(values[column] is not None for column in list_input_columns(row.origin))
            if row.origin == COMPUTED:
                values |= learned.get(survivor_id, {})
            known = {column: value for column, value in values.items() if value is not None}
            shown = ShownCatalogue(values=known, origin=row.origin, has_inputs=has_inputs)
            catalogue.setdefault(survivor_id, shown)
        return catalogue
