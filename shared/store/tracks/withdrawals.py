"""What is taken back: by a person, by a source that does not say it any more, by files that moved.

A withdrawal is a row of the annotator, on the very track that was annotated, so that parting merged tracks gives back
exactly what there was. Which annotations stand is said in `standing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, insert, or_, select, true
from sqlalchemy.orm import aliased

from shared.domain.annotation import Annotation, Annotator
from shared.domain.job import ItemState, JobKind, JobState
from shared.errors import Reason
from shared.store.base_repository import BaseRepository
from shared.store.tables import AnnotationRow, AnnotatorRow, Job, JobItem, Track
from shared.store.tracks.annotations import annotation_of
from shared.store.tracks.names import TrackNaming
from shared.store.tracks.standing_annotations import is_standing

_LOST = (Reason.INTERNAL.value, Reason.WORKER_LOST.value)
"""Why an item ended before anybody could look at what it names."""


@dataclass(frozen=True, kw_only=True)
class GivenAnnotation:
    """An annotation that was given once, and what became of it."""

    annotation: Annotation
    is_latest: bool
    """It stands, and is the annotator's latest in its taxonomy."""
    withdrawn_at: datetime | None


class WithdrawalRepository(BaseRepository):
    """All SQL on what is taken back."""

    def list_given(self, survivor_id: UUID) -> list[GivenAnnotation]:
        """Everything that was ever said of a recording, oldest first, each with whether it stands."""
        later = aliased(AnnotationRow)
        withdrawn_at = (
            select(func.min(later.at)).where(later.withdrawn, _is_of_the_same(later), later.id > AnnotationRow.id)
        ).scalar_subquery()
        query = (
            select(AnnotationRow, AnnotatorRow, withdrawn_at)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .join(Track, Track.id == AnnotationRow.track_id)
            .where(Track.survivor_id == survivor_id, ~AnnotationRow.withdrawn)
            .order_by(AnnotationRow.at, AnnotationRow.id)
        )
        rows = self._session.execute(query).all()
        latest = {(row.annotator_id, row.taxonomy): row.id for row, _, at in rows if at is None}
        return [
            GivenAnnotation(
                annotation=annotation_of(row, annotator),
                is_latest=at is None and latest[row.annotator_id, row.taxonomy] == row.id,
                withdrawn_at=at,
            )
            for row, annotator, at in rows
        ]

    def withdraw(self, survivor_id: UUID, annotator: Annotator, *, taxonomy: str | None = None) -> int:
        """Take back what the annotator said of a recording: all of it, or in one taxonomy; how many words that were."""
        return self._append(
            Track.survivor_id == survivor_id,
            AnnotatorRow.kind == annotator.kind,
            AnnotatorRow.name == annotator.name,
            true() if taxonomy is None else AnnotationRow.taxonomy == taxonomy,
        )

    def withdraw_rows(self, annotation_ids: Sequence[int]) -> int:
        """Take back these annotations, with everything that their annotators said in the same words before."""
        return self._append(AnnotationRow.id.in_(annotation_ids)) if annotation_ids else 0

    def withdraw_unsaid(self, job_ids: Iterable[UUID]) -> int:
        """Take back the words and the names that the sources of crawls that have just ended well gave once, and do not
        give any more; how many words that were.

        Only of lists that were read to their end. A piece that could not be read, or that a rule passed over, still
        names its track, and takes nothing back; where it is not known what a piece names, nothing is.
        """
        done = select(Job).where(
            Job.id.in_(list(job_ids)),
            Job.kind == JobKind.CRAWL,
            Job.state == JobState.DONE,
            Job.read_whole.is_not(None),
            ~Job.has_unnamed,
        )
        read = self._session.scalars(done.execution_options(populate_existing=True))
        jobs = [job for job in read if not self._has_lost(job.id)]
        for job in jobs:
            self._withdraw_names(job)
        return sum(self._withdraw_unsaid(job) for job in jobs)

    def _withdraw_unsaid(self, job: Job) -> int:
        whose = or_(false(), *(self._is_read(job, read) for read in job.read_whole or ()))
        return self._append(whose, ~_is_said_by(job.id), ~_is_named_by(job.id)) if job.read_whole else 0

    def _withdraw_names(self, job: Job) -> None:
        """Of tracks that no item of the job names, whatever became of it."""
        is_named = exists().where(JobItem.job_id == job.id, JobItem.track_id == Track.id)
        for source in [read["name"] for read in job.read_whole or () if read.get("name") is not None]:
            query = select(Track.id).where(Track.given_names.contains([{"source": source}]), ~is_named)
            for track_id in self._session.scalars(query.order_by(Track.id)).all():
                TrackNaming(self._session).withdraw_given(track_id, source)

    def _is_read(self, job: Job, read: dict[str, Any]) -> ColumnElement[bool]:
        """Whether an annotation is of a list that was read; without a `name`, of those that gave the job's items."""
        taxonomies = read["taxonomies"]
        in_words = true() if taxonomies is None else _is_in(taxonomies)
        if read.get("name") is not None:
            return and_(AnnotatorRow.kind == read["kind"], AnnotatorRow.name == read["name"], in_words)
        spoke = aliased(AnnotationRow)
        of_items = (
            select(spoke.annotator_id).join(JobItem, JobItem.annotation_id == spoke.id).where(JobItem.job_id == job.id)
        )
        return and_(AnnotatorRow.kind == read["kind"], AnnotatorRow.id.in_(of_items), in_words)

    def _has_lost(self, job_id: UUID) -> bool:
        lost = exists().where(
            JobItem.job_id == job_id,
            JobItem.state == ItemState.FAILED,
            JobItem.track_id.is_(None),
            JobItem.reason.in_(_LOST),
        )
        return bool(self._session.scalar(select(lost)))

    def _append(self, *rules: ColumnElement[bool]) -> int:
        """A withdrawal for each annotator, track and taxonomy of the standing annotations that meet the rules."""
        query = (
            select(AnnotationRow.track_id, AnnotationRow.annotator_id, AnnotationRow.taxonomy, true())
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .join(Track, Track.id == AnnotationRow.track_id)
            .where(is_standing(), *rules)
            .distinct()
        )
        added = insert(AnnotationRow).from_select(["track_id", "annotator_id", "taxonomy", "withdrawn"], query)
        return len(self._session.scalars(added.returning(AnnotationRow.id)).all())


def _is_of_the_same(other: Any) -> ColumnElement[bool]:
    return and_(
        other.track_id == AnnotationRow.track_id,
        other.annotator_id == AnnotationRow.annotator_id,
        other.taxonomy.is_not_distinct_from(AnnotationRow.taxonomy),
    )


def _is_in(taxonomies: Sequence[str | None]) -> ColumnElement[bool]:
    named = AnnotationRow.taxonomy.in_([name for name in taxonomies if name is not None])
    return or_(named, AnnotationRow.taxonomy.is_(None)) if None in taxonomies else named


def _is_said_by(job_id: UUID) -> ColumnElement[bool]:
    """Whether an item of the job gave an annotation of the same annotator, in the same words, of the same recording."""
    again, member = aliased(AnnotationRow), aliased(Track)
    return exists().where(
        JobItem.job_id == job_id,
        JobItem.annotation_id == again.id,
        member.id == again.track_id,
        member.survivor_id == Track.survivor_id,
        again.annotator_id == AnnotationRow.annotator_id,
        again.taxonomy.is_not_distinct_from(AnnotationRow.taxonomy),
    )


def _is_named_by(job_id: UUID) -> ColumnElement[bool]:
    """Whether an item of the job names the recording without having come so far as to say anything of it."""
    member = aliased(Track)
    is_silent = or_(
        JobItem.state == ItemState.FAILED,
        and_(JobItem.state == ItemState.SKIPPED, JobItem.reason.is_distinct_from(Reason.UNCHANGED.value)),
    )
    return exists().where(
        JobItem.job_id == job_id,
        JobItem.annotation_id.is_(None),
        is_silent,
        member.id == JobItem.track_id,
        member.survivor_id == Track.survivor_id,
    )
