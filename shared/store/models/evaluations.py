"""Labelled tracks that a model has not learned from, and how it did on them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from uuid_utils.compat import uuid7

from shared.domain.annotation import Annotation
from shared.domain.exposure import EvaluationCounts, RecordingTraces
from shared.domain.subset import TrackSubset
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository, page_before
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    DeletedTrack,
    EvaluationRow,
    FeatureSet,
    Model,
    SnapshotItem,
    Track,
    TrackSource,
)
from shared.store.tracks.annotations import annotation_of
from shared.store.tracks.standing_annotations import is_standing


class EvaluationRepository(BaseRepository):
    """All SQL on evaluations and on what may be in one."""

    def list_annotations(self, subset: TrackSubset, *, synthetic: bool) -> dict[UUID, list[Annotation]]:
        """The annotations of `subset` alone, by recording."""
        query = (
            select(Track.survivor_id, AnnotationRow, AnnotatorRow)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .join(Track, Track.id == AnnotationRow.track_id)
            .where(Track.synthetic == synthetic, is_standing(), *_subset_conditions(subset))
            .order_by(AnnotationRow.track_id, AnnotationRow.id)
        )
        by_track: dict[UUID, list[Annotation]] = {}
        for survivor_id, row, who in self._session.execute(query):
            by_track.setdefault(survivor_id, []).append(annotation_of(row, who))
        return by_track

    def list_training_traces(self, model: Model) -> RecordingTraces:
        """What the recordings of a model's training set are known by today, and by which names they were frozen.

        Those that were removed since are known by what they were removed with.
        """
        ours = SnapshotItem.snapshot_id == model.snapshot_id
        frozen = self._session.scalars(select(SnapshotItem.artist_group).where(ours).distinct())
        recordings = select(Track.survivor_id).join(SnapshotItem, SnapshotItem.track_id == Track.id).where(ours)
        today = self._list_traces(Track.survivor_id.in_(recordings))
        removed = self._removed(model)
        return RecordingTraces(
            recordings=frozenset(today) | {row.id for row in removed},
            artist_groups=frozenset(frozen).union(
                {row.artist_group for row in removed}, *(one.artist_groups for one in today.values())
            ),
            audio_sha256=frozenset[str]().union(
                *(row.audio_sha256 for row in removed), *(one.audio_sha256 for one in today.values())
            ),
        )

    def _removed(self, model: Model) -> Sequence[DeletedTrack]:
        """The tracks of the training set's recordings that were removed since."""
        old = aliased(DeletedTrack)
        ours = select(old.survivor_id).join(SnapshotItem, SnapshotItem.track_id == old.id)
        query = select(DeletedTrack).where(
            DeletedTrack.survivor_id.in_(ours.where(SnapshotItem.snapshot_id == model.snapshot_id))
        )
        return self._session.scalars(query).all()

    def list_traces(self, track_ids: Sequence[UUID]) -> dict[UUID, RecordingTraces]:
        """What each recording is known by; `track_ids` are survivors."""
        return self._list_traces(Track.survivor_id.in_(track_ids))

    def _list_traces(self, whose: ColumnElement[bool]) -> dict[UUID, RecordingTraces]:
        """By survivor: the artist groups and the audio of all its members, whatever they were analysed for."""
        groups = func.array_agg(Track.artist_group.distinct())
        audio = func.array_agg(FeatureSet.audio_sha256.distinct()).filter(FeatureSet.audio_sha256.is_not(None))
        query = (
            select(Track.survivor_id, groups, audio)
            .outerjoin(FeatureSet, FeatureSet.track_id == Track.id)
            .where(whose)
            .group_by(Track.survivor_id)
        )
        return {
            survivor_id: RecordingTraces(
                recordings=frozenset({survivor_id}),
                artist_groups=frozenset(names),
                audio_sha256=frozenset(filter(None, hashes or ())),
            )
            for survivor_id, names, hashes in self._session.execute(query)
        }

    def save_evaluation(
        self, model_id: UUID, *, job_id: UUID, subset: JsonObject, counts: EvaluationCounts, metrics: JsonObject
    ) -> None:
        """Keep an evaluation; a second attempt of its job changes nothing."""
        row = {"id": uuid7(), "model_id": model_id, "job_id": job_id, "subset": subset, "counts": counts}
        query = insert(EvaluationRow).values(**row, metrics=metrics)
        self._session.execute(query.on_conflict_do_nothing(index_elements=["job_id"]))

    def list_by_model(self, model_id: UUID, *, before: UUID | None = None, limit: int = 50) -> Sequence[EvaluationRow]:
        """The evaluations of a model, the latest first."""
        query = select(EvaluationRow).where(EvaluationRow.model_id == model_id)
        return self._session.scalars(page_before(query, EvaluationRow.id, before, limit=limit)).all()


def _subset_conditions(subset: TrackSubset) -> Iterable[Any]:
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
