"""The catalogue row of each track that is shown to clients of Spotify's Web API."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.domain.catalogue import COMPUTED
from shared.store.features.learned_columns import LearnedValues
from shared.store.repositories import Repositories
from shared.store.tables import CatalogueFeatures


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    """A catalogue row, and the learned columns that stand in place of its proxies."""

    row: CatalogueFeatures
    learned: LearnedValues | None


def list_shown_rows(repositories: Repositories, track_ids: Collection[UUID], *, spec: str) -> Mapping[UUID, ShownRow]:
    """By track: what was computed goes before what somebody delivered. A track without either is absent."""
    rows: dict[UUID, CatalogueFeatures] = {}
    for track_id, row in repositories.catalogue_features(spec=spec).list_shown_catalogue(track_ids):
        if track_id not in rows or (row.origin == COMPUTED and rows[track_id].origin != COMPUTED):
            rows[track_id] = row
    learned = repositories.learned_columns(spec=spec).list_by_track(rows)
    return {track_id: ShownRow(row=row, learned=learned.get(track_id)) for track_id, row in rows.items()}
