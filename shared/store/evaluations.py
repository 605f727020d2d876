"""Labelled tracks that a model has not learned from, and how it did on them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.subset import Subset
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    EvaluationRow,
    FeatureSet,
    Model,
    SnapshotItem,
    Track,
    TrackSource,
)  # fmt: skip


class Evaluations:
    """All SQL on evaluations and on what may be in one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def judgements(self, subset: Subset, *, synthetic: bool) -> dict[UUID, list[Annotation]]:
        """The judgements of `subset` alone on each recording."""
        query = (
            select(Track.survivor_id, AnnotationRow, AnnotatorRow)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .join(Track, Track.id == AnnotationRow.track_id)
            .where(Track.synthetic == synthetic, *_conditions(subset))
            .order_by(AnnotationRow.track_id, AnnotationRow.id)
        )
        by_track: dict[UUID, list[Annotation]] = {}
        for survivor_id, row, who in self._session.execute(query):
            annotator = Annotator(AnnotatorKind(who.kind), who.name)
            judged = Annotation(
                annotator=annotator, taxonomy=row.taxonomy, emotion=row.emotion, tags=tuple(row.tags or ()),
                valence=row.valence, arousal=row.arousal, at=row.at,
            )  # fmt: skip
            by_track.setdefault(survivor_id, []).append(judged)
        return by_track

    def heard(self, model: Model) -> tuple[set[UUID], set[str], set[str]]:
        """`(track ids, artist groups, audio hashes)` that `model` learned from."""
        query = (
            select(SnapshotItem.track_id, SnapshotItem.artist_group, Track.artist_group, FeatureSet.audio_sha256)
            .join(Track, Track.id == SnapshotItem.track_id)
            # of every spec: whatever was hashed, an equal hash is an equal sound
            .outerjoin(FeatureSet, FeatureSet.track_id == Track.id)
            .where(SnapshotItem.snapshot_id == model.snapshot_id)
        )
        rows = self._session.execute(query).all()
        groups = {name for _, united, own, _ in rows for name in (united, own)}
        return {row[0] for row in rows}, groups, {row[3] for row in rows if row[3]}

    def artist_groups(self, track_ids: Collection[UUID]) -> dict[UUID, str]:
        """The artist group of each track."""
        query = select(Track.id, Track.artist_group).where(Track.id.in_(track_ids))
        return dict(self._session.execute(query).all())

    def save(
        self, model_id: UUID, *, job_id: UUID, subset: dict[str, Any], counts: dict[str, int], metrics: dict[str, Any]
    ) -> None:
        """Keep an evaluation; a second attempt of its job changes nothing."""
        row = {"id": uuid7(), "model_id": model_id, "job_id": job_id, "subset": subset, "counts": counts}
        query = insert(EvaluationRow).values(**row, metrics=metrics)
        self._session.execute(query.on_conflict_do_nothing(index_elements=["job_id"]))

    def of(self, model_id: UUID, *, before: UUID | None = None, limit: int = 50) -> Sequence[EvaluationRow]:
        """The evaluations of a model, the latest first."""
        query = select(EvaluationRow).where(EvaluationRow.model_id == model_id).order_by(EvaluationRow.id.desc())
        if before is not None:
            query = query.where(EvaluationRow.id < before)
        return self._session.scalars(query.limit(limit)).all()


def _conditions(subset: Subset) -> Iterable[Any]:
    if subset.source is not None:
        yield exists().where(TrackSource.track_id == AnnotationRow.track_id, TrackSource.source == subset.source)
    if subset.annotator is not None:
        yield AnnotatorRow.name == subset.annotator
    if subset.annotator_kind is not None:
        yield AnnotatorRow.kind == subset.annotator_kind
    if subset.since is not None:
        yield AnnotationRow.at >= subset.since
    if subset.until is not None:
        yield AnnotationRow.at < subset.until
