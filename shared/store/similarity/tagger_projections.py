"""Projections of what audio taggers gave for a library."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from shared.store.features.descriptor_copy import DescriptorTable
from shared.store.features.tagger_outputs import (
    TaggerOutputRepository,
    TaggerVersions,
    is_of_versions,
    select_with_outputs,
)
from shared.store.models.scores import TrackSpan
from shared.store.similarity.projections import LibraryProjections, has_vector
from shared.store.tables import ProjectionRow, TaggerOutputRow, Track


class TaggerProjectionRepository(LibraryProjections):
    """Projections of the joined values of taggers, each in one version. Recordings that have all of them are read."""

    def __init__(self, session: Session, *, versions: TaggerVersions, synthetic: bool) -> None:
        super().__init__(session, synthetic=synthetic)
        self._versions = versions

    def read_sample(self, n: int) -> DescriptorTable:
        """The values of `n` recordings: the same ones, as long as no others come."""
        return self._read(self._list_sample(n))

    def read_missing(self, projection: ProjectionRow, span: TrackSpan) -> DescriptorTable:
        """The values of those in a span that have no vector."""
        query = self._select_readable().where(~has_vector(projection), Track.survivor_id <= span.upto)
        if span.after is not None:
            query = query.where(Track.survivor_id > span.after)
        return self._read(self._session.scalars(query.distinct().order_by(Track.survivor_id)).all())

    def _read(self, track_ids: Sequence[UUID]) -> DescriptorTable:
        by_track = TaggerOutputRepository(self._session).list_by_track(track_ids, versions=self._versions)
        with_values = tuple(track_id for track_id in track_ids if track_id in by_track)
        if not with_values:
            return DescriptorTable((), np.empty((0, 0), dtype=np.float32))
        return DescriptorTable(with_values, np.stack([by_track[track_id] for track_id in with_values]))

    def _is_ours(self) -> ColumnElement[bool]:
        return ProjectionRow.taggers.is_not(None) & (ProjectionRow.spec == self._slot())

    def _new_row(self, content: bytes, *, n_tracks: int) -> ProjectionRow:
        return ProjectionRow(
            spec=self._slot(),
            taggers=dict(self._versions),
            synthetic=self._synthetic,
            n_tracks=n_tracks,
            content=content,
        )

    def _slot(self) -> str:
        return " ".join(f"{name}={digits}" for name, digits in self._versions.items())

    def _select_readable(self) -> Select[UUID]:
        return select(Track.survivor_id).where(
            Track.synthetic == self._synthetic, Track.merged_into.is_(None), select_with_outputs(self._versions)
        )

    def _select_newer(self, since: datetime) -> Select[UUID]:
        return (
            select(Track.survivor_id)
            .join(TaggerOutputRow, TaggerOutputRow.track_id == Track.id)
            .where(
                is_of_versions(self._versions),
                TaggerOutputRow.made_at > since,
                Track.synthetic == self._synthetic,
                select_with_outputs(self._versions),
            )
        )
