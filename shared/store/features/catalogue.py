"""Catalogue columns of recordings, delivered by tables or computed: as models read them, and as they are shown."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_

from shared.domain.catalogue import COMPUTED, list_input_columns
from shared.store.features.by_recording import first_by_track, select_by_recording
from shared.store.features.spec_stages import StageReader, is_representative
from shared.store.tables import CatalogueFeatures, FeatureSet


class CatalogueFeatureRepository(StageReader):
    """All queries for catalogue columns; computed ones are of specs that agree with this one."""

    def list_catalogue(self, track_ids: Iterable[UUID]) -> dict[UUID, tuple[str, list[float]]]:
        """`(origin, the numbers of its input columns)` of each recording that has them all: delivered or computed ones.

        Never both: a proxy of ours and the column that it stands in for are on different scales, so a set of tracks is
        read from what was delivered where any of it was; from what was computed only where none was.
        """
        delivered: dict[UUID, tuple[str, list[float]]] = {}
        computed: dict[UUID, tuple[str, list[float]]] = {}
        for track_id, row in self._list_rows(track_ids):
            numbers = _complete_columns(row, list_input_columns(row.origin))
            if numbers is not None:
                side = computed if row.origin == COMPUTED else delivered
                side.setdefault(track_id, (row.origin, numbers))
        return delivered or computed

    def list_catalogue_for(
        self, track_ids: Iterable[UUID], *, columns: Sequence[str], origins: Collection[str]
    ) -> dict[UUID, tuple[str, list[float]]]:
        """`(origin, numbers)` as a model reads them: `columns` of each recording that has them all from one origin.

        From one of its own `origins` where there is one; another is told, so that the model can refuse it.
        """
        own: dict[UUID, tuple[str, list[float]]] = {}
        others: dict[UUID, tuple[str, list[float]]] = {}
        for track_id, row in self._list_rows(track_ids):
            numbers = _complete_columns(row, columns)
            if numbers is not None:
                (own if row.origin in origins else others).setdefault(track_id, (row.origin, numbers))
        return others | own

    def list_shown_catalogue(self, track_ids: Iterable[UUID]) -> list[tuple[UUID, CatalogueFeatures]]:
        """The columns by every origin; where none of this version were computed, the newest of another one as well.

        For people, who see the spec beside them: never for a model.
        """
        track_ids = list(track_ids)
        rows = self._list_rows(track_ids)
        lacking = set(track_ids) - {track_id for track_id, row in rows if row.origin == COMPUTED}
        made = FeatureSet.made_at.desc()
        query = (
            select_by_recording(CatalogueFeatures, lacking, first=made)
            .join(
                FeatureSet,
                (FeatureSet.track_id == CatalogueFeatures.track_id) & (FeatureSet.spec == CatalogueFeatures.spec),
            )
            .where(CatalogueFeatures.origin == COMPUTED)
        )
        older = first_by_track(self._session.execute(query)) if lacking else {}
        return rows + list(older.items())

    def _list_rows(self, track_ids: Iterable[UUID]) -> list[tuple[UUID, CatalogueFeatures]]:
        """What every origin says of each recording, by origin; the track's own rows before another's.

        Of computed rows those of this spec's version alone.
        """
        its_version = or_(
            CatalogueFeatures.origin != COMPUTED, is_representative(CatalogueFeatures, self._specs_to_read("catalogue"))
        )
        query = select_by_recording(CatalogueFeatures, track_ids).where(its_version).order_by(CatalogueFeatures.origin)
        return [(track_id, row) for track_id, row in self._session.execute(query)]


def _complete_columns(row: CatalogueFeatures, columns: Sequence[str]) -> list[float] | None:
    """The numbers of `columns`, or None where one is missing."""
    numbers = [getattr(row, column) for column in columns]
    return None if None in numbers else numbers
