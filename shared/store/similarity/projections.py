"""Descriptor projections, and the projected vectors of tracks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, String, cast, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import Session

from shared.domain.job import JobKind, Stage
from shared.store.base_repository import BaseRepository
from shared.store.features.descriptor_copy import DescriptorTable, read_described, read_table
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.scores import ScoreRepository, TrackSpan
from shared.store.similarity.embeddings import as_array, insert_vectors
from shared.store.tables import FeatureSet, Job, ProjectedVector, ProjectionRow, Track, TrackMerge

EVERY_TRACK = TrackSpan(after=None, upto=UUID(int=2**128 - 1))
_COMMITTED = timedelta(minutes=5)
"""Features are written in transactions that are shorter than that: what is older than it is seen."""


class ProjectionRepository(BaseRepository):
    """All SQL on a library's projection of one version of the descriptors, fitted to real or to synthetic tracks.

    Specs that agree in their descriptors share one.
    """

    def __init__(self, session: Session, *, spec: str, synthetic: bool) -> None:
        super().__init__(session)
        self._spec, self._synthetic = spec, synthetic
        self._specs = SpecStages(session).list_specs_sharing(spec, ("descriptors",))

    def get_current(self) -> ProjectionRow | None:
        """The projection of this library, or None."""
        query = select(ProjectionRow).where(
            ProjectionRow.spec.in_(self._specs), ProjectionRow.synthetic == self._synthetic
        )
        return self._session.scalar(query.order_by(ProjectionRow.id.desc()).limit(1))

    def reads_spec(self, spec: str) -> bool:
        """Whether descriptors of `spec` may be projected by that of this library."""
        return spec in self._specs

    def replace_current(self, content: bytes, *, n_tracks: int, instead_of: UUID | None) -> ProjectionRow:
        """Replace the projection and its vectors. Another one that was saved meanwhile stays and is returned.

        `n_tracks` is what `count_tracks` returned; `instead_of` is the id of the one to replace, None where there is
        none.
        """
        slot = f"standard/{min(self._specs)}/{self._synthetic}"
        self._session.execute(text("select pg_advisory_xact_lock(hashtext(:slot))"), {"slot": slot})
        present = self.get_current()
        if present is not None and present.id != instead_of:
            return present
        self._session.execute(delete(ProjectionRow).where(ProjectionRow.id == instead_of))
        made = ProjectionRow(spec=self._spec, synthetic=self._synthetic, n_tracks=n_tracks, content=content)
        self._session.add(made)
        self._session.flush()
        return made

    def count_tracks(self) -> int:
        """Recordings that have descriptors."""
        return (
            self._session.scalar(select(func.count()).select_from(self._select_described().distinct().subquery())) or 0
        )

    def read_sample(self, n: int) -> DescriptorTable:
        """The descriptors of `n` recordings: the same ones, as long as no others come."""
        described = self._select_described().distinct().subquery()
        query = select(described.c.survivor_id).order_by(func.md5(cast(described.c.survivor_id, String))).limit(n)
        return read_described(self._session, self._session.scalars(query).all(), specs=self._specs)

    def is_behind(self, projection: ProjectionRow) -> bool:
        """Whether there may be tracks without a vector: features or merges have come since, or may have."""
        if projection.caught_up_at is None:
            return True
        since = projection.caught_up_at - _COMMITTED
        has = exists().where(
            ProjectedVector.track_id == Track.survivor_id, ProjectedVector.standard_id == projection.id
        )
        newer = self._select_described().where(FeatureSet.made_at > since, ~has)
        regrouped = (
            select(TrackMerge.id)
            .join(Track, or_(Track.id == TrackMerge.from_id, Track.id == TrackMerge.to_id))
            .where(or_(TrackMerge.at > since, TrackMerge.undone_at > since), ~has)
        )
        return bool(self._session.scalar(select(or_(newer.exists(), regrouped.exists()))))

    def count_missing(self, projection: ProjectionRow) -> int:
        """Recordings with descriptors and without a vector."""
        has = exists().where(
            ProjectedVector.track_id == Track.survivor_id, ProjectedVector.standard_id == projection.id
        )
        missing = self._select_described().where(~has).distinct().subquery()
        return self._session.scalar(select(func.count()).select_from(missing)) or 0

    def read_missing(self, projection: ProjectionRow, span: TrackSpan) -> DescriptorTable:
        """The descriptors of those of them in a span."""
        return read_table(
            self._session,
            specs=self._specs,
            synthetic=self._synthetic,
            lacking="standard_vectors",
            owner=projection.id,
            after=span.after,
            upto=span.upto,
        )

    def schedule_library(self, projection: ProjectionRow) -> tuple[UUID, list[int]]:
        """`(job, items)`: a job that projects the whole library, a span an item."""
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.STANDARDISE, {"standard_id": str(projection.id)}, listed=True)
        items, first = [], 1
        for span, n_tracks in ScoreRepository(self._session).list_spans(synthetic=self._synthetic):
            key = f"tracks {first} to {first + n_tracks - 1}"
            items.append(NewItem(key, {"standard_id": str(projection.id), **span.to_payload()}))
            first += n_tracks
        return job.id, jobs.add_items(job.id, Stage.STANDARDISE, items)

    def get_latest_job(self, projection: ProjectionRow) -> Job | None:
        """The job that projected the library last, or does so now."""
        query = select(Job).where(
            Job.kind == JobKind.STANDARDISE, Job.params["standard_id"].astext == str(projection.id)
        )
        return self._session.scalar(query.order_by(Job.id.desc()).limit(1))

    def _select_described(self) -> Select[UUID]:
        return (
            select(Track.survivor_id)
            .join(FeatureSet, FeatureSet.track_id == Track.id)
            .where(
                is_representative(FeatureSet, self._specs),
                FeatureSet.state == "ready",
                Track.synthetic == self._synthetic,
            )
        )


class ProjectedVectorRepository(BaseRepository):
    """All SQL on projected vectors."""

    def get_projection(self, standard_id: UUID) -> ProjectionRow | None:
        """The projection, None where another replaced it."""
        return self._session.get(ProjectionRow, standard_id)

    def save_vectors(self, standard_id: UUID, track_ids: Sequence[UUID], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors `(len(track_ids), d)`."""
        insert_vectors(self._session, "standard_vectors", "standard_id", standard_id, track_ids, vectors)

    def get_vector(self, track_id: UUID, standard_id: UUID) -> NDArray[np.float32] | None:
        """The vector of a track, `(d,)`, or None."""
        is_wanted = ProjectedVector.track_id == track_id, ProjectedVector.standard_id == standard_id
        return as_array(self._session.scalar(select(ProjectedVector.vector).where(*is_wanted)))

    def mark_caught_up(self, standard_id: UUID, at: datetime) -> None:
        """All that had features at `at` has its vector now."""
        self._session.execute(update(ProjectionRow).where(ProjectionRow.id == standard_id).values(caught_up_at=at))
