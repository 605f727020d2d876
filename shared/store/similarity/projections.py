"""Descriptor projections, and the projected vectors of tracks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, String, and_, cast, delete, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, defer

from shared.domain.job import JobKind, Stage
from shared.store.base_repository import BaseRepository
from shared.store.features.descriptor_copy import DescriptorTable, copy_arrays, read_described, read_table
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.jobs.repository import OPEN_JOBS, JobRepository, NewItem
from shared.store.models.scores import ScoreRepository, TrackSpan
from shared.store.similarity.embeddings import as_array, insert_vectors
from shared.store.tables import FeatureSet, Job, ProjectedVector, ProjectionRow, Track, TrackMerge

EVERY_TRACK = TrackSpan(after=None, upto=UUID(int=2**128 - 1))
_COMMITTED = timedelta(minutes=5)
"""Features are written in transactions that are shorter than that: what is older than it is seen."""


class LibraryProjections(BaseRepository, ABC):
    """All SQL on a library's projection of one kind of values, fitted to real or to synthetic tracks."""

    def __init__(self, session: Session, *, synthetic: bool) -> None:
        super().__init__(session)
        self._synthetic = synthetic

    @abstractmethod
    def read_sample(self, n: int) -> DescriptorTable:
        """The values of `n` recordings: the same ones, as long as no others come."""

    @abstractmethod
    def read_missing(self, projection: ProjectionRow, span: TrackSpan) -> DescriptorTable:
        """The values of those recordings in a span that have some and no vector."""

    @abstractmethod
    def _is_ours(self) -> ColumnElement[bool]:
        """The condition on rows of projections."""

    @abstractmethod
    def _select_readable(self) -> Select[UUID]:
        """Recordings that have values; one may come several times."""

    @abstractmethod
    def _select_newer(self, since: datetime) -> Select[UUID]:
        """Those of them whose values were made since."""

    @abstractmethod
    def _new_row(self, content: bytes, *, n_tracks: int) -> ProjectionRow:
        """A row of this kind."""

    @abstractmethod
    def _slot(self) -> str:
        """One word for the kind and the library: there is one projection of it."""

    def get_current(self) -> ProjectionRow | None:
        """The projection of this library, or None."""
        return self._session.scalar(self._select_current())

    def describe_current(self) -> ProjectionRow | None:
        """The same without its content, which is a megabyte."""
        return self._session.scalar(self._select_current().options(defer(ProjectionRow.content, raiseload=True)))

    def _select_current(self) -> Select[ProjectionRow]:
        query: Select[ProjectionRow] = select(ProjectionRow).where(
            self._is_ours(), ProjectionRow.synthetic == self._synthetic
        )
        return query.order_by(ProjectionRow.id.desc()).limit(1)

    def replace_current(self, content: bytes, *, n_tracks: int, instead_of: UUID | None) -> ProjectionRow:
        """Replace the projection and its vectors. Another one that was saved meanwhile stays and is returned.

        `n_tracks` is what `count_tracks` returned; `instead_of` is the id of the one to replace, None where there is
        none.
        """
        slot = f"standard/{self._slot()}/{self._synthetic}"
        self._session.execute(text("select pg_advisory_xact_lock(hashtext(:slot))"), {"slot": slot})
        present = self.get_current()
        if present is not None and present.id != instead_of:
            return present
        self._session.execute(delete(ProjectionRow).where(ProjectionRow.id == instead_of))
        made = self._new_row(content, n_tracks=n_tracks)
        self._session.add(made)
        self._session.flush()
        return made

    def count_tracks(self) -> int:
        """Recordings that have values."""
        return (
            self._session.scalar(select(func.count()).select_from(self._select_readable().distinct().subquery())) or 0
        )

    def is_behind(self, projection: ProjectionRow) -> bool:
        """Whether there may be tracks without a vector: values or merges have come since, or may have."""
        if projection.caught_up_at is None:
            return True
        since = projection.caught_up_at - _COMMITTED
        has = has_vector(projection)
        regrouped = (
            select(TrackMerge.id)
            .join(Track, or_(Track.id == TrackMerge.from_id, Track.id == TrackMerge.to_id))
            .where(or_(TrackMerge.at > since, TrackMerge.undone_at > since), ~has)
        )
        return bool(
            self._session.scalar(select(or_(self._select_newer(since).where(~has).exists(), regrouped.exists())))
        )

    def count_missing(self, projection: ProjectionRow) -> int:
        """Recordings with values and without a vector."""
        missing = self._select_readable().where(~has_vector(projection)).distinct().subquery()
        return self._session.scalar(select(func.count()).select_from(missing)) or 0

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

    def schedule_first(self, basis: str) -> tuple[UUID, list[int]]:
        """`(job, items)`: a job that fits a projection where there is none, and projects the whole library.

        `basis` is the kind of values. Where there is such a job that has not ended it is given, without items.
        """
        params = {"basis": basis, "synthetic": self._synthetic}
        jobs = JobRepository(self._session)
        open_job = select(Job.id).where(
            Job.kind == JobKind.STANDARDISE, Job.params.contains(params), Job.state.in_(OPEN_JOBS)
        )
        job_id = self._session.scalar(open_job.limit(1))
        if job_id is not None:
            return job_id, []
        job, _ = jobs.create_job(JobKind.STANDARDISE, params, listed=True)
        return job.id, jobs.add_items(job.id, Stage.STANDARDISE, [NewItem(f"{basis} of all tracks", params)])

    def get_latest_job(self, projection: ProjectionRow) -> Job | None:
        """The job that projected the library last, or does so now."""
        query = select(Job).where(
            Job.kind == JobKind.STANDARDISE, Job.params["standard_id"].astext == str(projection.id)
        )
        return self._session.scalar(query.order_by(Job.id.desc()).limit(1))

    def _list_sample(self, n: int) -> Sequence[UUID]:
        readable = self._select_readable().distinct().subquery()
        query = select(readable.c.survivor_id).order_by(func.md5(cast(readable.c.survivor_id, String))).limit(n)
        return self._session.scalars(query).all()


class ProjectionRepository(LibraryProjections):
    """Projections of one version of the descriptors. Specs that agree in their descriptors share one."""

    def __init__(self, session: Session, *, spec: str, synthetic: bool) -> None:
        super().__init__(session, synthetic=synthetic)
        self._spec = spec
        self._specs = SpecStages(session).list_specs_sharing(spec, ("descriptors",))

    def reads_spec(self, spec: str) -> bool:
        """Whether descriptors of `spec` may be projected by that of this library."""
        return spec in self._specs

    def read_sample(self, n: int) -> DescriptorTable:
        """The descriptors of `n` recordings: the same ones, as long as no others come."""
        return read_described(self._session, self._list_sample(n), specs=self._specs)

    def read_missing(self, projection: ProjectionRow, span: TrackSpan) -> DescriptorTable:
        """The descriptors of those in a span that have no vector."""
        return read_table(
            self._session,
            specs=self._specs,
            synthetic=self._synthetic,
            lacking="standard_vectors",
            owner=projection.id,
            after=span.after,
            upto=span.upto,
        )

    def _is_ours(self) -> ColumnElement[bool]:
        return and_(ProjectionRow.taggers.is_(None), ProjectionRow.spec.in_(self._specs))

    def _new_row(self, content: bytes, *, n_tracks: int) -> ProjectionRow:
        return ProjectionRow(spec=self._spec, synthetic=self._synthetic, n_tracks=n_tracks, content=content)

    def _slot(self) -> str:
        return min(self._specs)

    def _select_readable(self) -> Select[UUID]:
        return (
            select(Track.survivor_id)
            .join(FeatureSet, FeatureSet.track_id == Track.id)
            .where(
                is_representative(FeatureSet, self._specs),
                FeatureSet.state == "ready",
                FeatureSet.descriptors.is_not(None),
                Track.synthetic == self._synthetic,
            )
        )

    def _select_newer(self, since: datetime) -> Select[UUID]:
        return self._select_readable().where(FeatureSet.made_at > since)


def has_vector(projection: ProjectionRow) -> ColumnElement[bool]:
    """Whether the recording of `Track` has its vector."""
    return exists().where(ProjectedVector.track_id == Track.survivor_id, ProjectedVector.standard_id == projection.id)


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

    def list_vectors(self, standard_id: UUID, track_ids: Sequence[UUID]) -> DescriptorTable:
        """The vectors of those of the tracks that have one."""
        query = (
            "select track_id, vector::real[] from standard_vectors "
            "where standard_id = %s and track_id = any(cast(%s as uuid[]))"
        )
        return copy_arrays(self._session, query, (str(standard_id), [str(track_id) for track_id in track_ids]))

    def mark_caught_up(self, standard_id: UUID, at: datetime) -> None:
        """All that had features at `at` has its vector now."""
        self._session.execute(update(ProjectionRow).where(ProjectionRow.id == standard_id).values(caught_up_at=at))
