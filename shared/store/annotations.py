"""Judgements: appended, never changed. Labels are derived from them on reading."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind, Label, derive_label
from shared.store.tables import AnnotationRow, AnnotatorRow, Track


class Annotations:
    """All SQL on annotations and annotators."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, track_id: UUID, annotator: Annotator, *, taxonomy: str, emotion: str) -> bool:
        """Add a judgement, unless it is this annotator's standing word in this taxonomy. True if it was added."""
        annotator_id = self.annotator_id(annotator)
        latest = self._session.execute(
            select(AnnotationRow.emotion)
            .where(
                AnnotationRow.track_id == track_id,
                AnnotationRow.annotator_id == annotator_id,
                AnnotationRow.taxonomy == taxonomy,
            )
            .order_by(AnnotationRow.id.desc())
            .limit(1)
        ).scalar()
        if latest == emotion:
            return False
        self._session.add(
            AnnotationRow(track_id=track_id, annotator_id=annotator_id, taxonomy=taxonomy, emotion=emotion)
        )
        self._session.flush()
        return True

    def of(self, track_ids: Iterable[UUID]) -> dict[UUID, list[Annotation]]:
        """All judgements of each track, oldest first."""
        found: dict[UUID, list[Annotation]] = {track_id: [] for track_id in track_ids}
        query = _judgements().where(AnnotationRow.track_id.in_(found)).order_by(AnnotationRow.id)
        for track_id, annotation in self._read(query):
            found[track_id].append(annotation)
        return found

    def labels(self, *, taxonomy: str, synthetic: bool) -> dict[UUID, Label]:
        """The label of every track that has one in `taxonomy`."""
        by_track: dict[UUID, list[Annotation]] = {}
        query = (
            _judgements()
            .join(Track, Track.id == AnnotationRow.track_id)
            .where(Track.synthetic == synthetic)
            .order_by(AnnotationRow.track_id, AnnotationRow.id)
        )
        for track_id, annotation in self._read(query):
            by_track.setdefault(track_id, []).append(annotation)
        derived = {track_id: derive_label(judged, taxonomy=taxonomy) for track_id, judged in by_track.items()}
        return {track_id: label for track_id, label in derived.items() if label is not None}

    def _read(self, query: Select[AnnotationRow, AnnotatorRow]) -> Iterable[tuple[UUID, Annotation]]:
        for row, annotator in self._session.execute(query):
            yield (
                row.track_id,
                Annotation(
                    annotator=Annotator(AnnotatorKind(annotator.kind), annotator.name),
                    taxonomy=row.taxonomy,
                    emotion=row.emotion,
                    at=row.at,
                ),
            )

    def annotator_id(self, annotator: Annotator) -> int:
        """The row of an annotator, made at its first word."""
        query = select(AnnotatorRow.id).where(AnnotatorRow.kind == annotator.kind, AnnotatorRow.name == annotator.name)
        known = self._session.scalar(query)
        if known is None:
            self._session.execute(
                insert(AnnotatorRow).values(kind=annotator.kind, name=annotator.name).on_conflict_do_nothing()
            )
            known = self._session.scalars(query).one()
        return known


def _judgements() -> Select[AnnotationRow, AnnotatorRow]:
    return select(AnnotationRow, AnnotatorRow).join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)


def annotated_track_ids() -> Select[UUID]:
    """A subquery for `Tracks.page`: tracks that somebody judged."""
    return select(AnnotationRow.track_id)


def judged_as(emotions: Sequence[str]) -> Select[UUID]:
    """A subquery for `Tracks.page`: tracks that somebody judged to be one of `emotions`."""
    return select(AnnotationRow.track_id).where(AnnotationRow.emotion.in_(emotions))
