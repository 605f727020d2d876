"""What models say of whole libraries: read, written and compared in bulk."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, false, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from shared.domain.annotation import AnnotatorKind
from shared.domain.catalogue import COMPUTED, list_columns_read
from shared.domain.dataset import ARRAY_OF, CATALOGUE_READERS, NETWORK_INPUTS, SOUND, TAGGED_DESCRIPTORS, TAGGER_READERS
from shared.domain.emotion import TAXONOMIES, project_emotion
from shared.domain.job import ItemState, JobKind, JobState, Stage
from shared.domain.prediction import PredictionBasis
from shared.domain.stages import STAGES_OF_INPUT, list_stages_read
from shared.domain.taggers import read_tagger_versions
from shared.domain.track import CATALOGUE_COLUMNS
from shared.json_objects import JsonObject
from shared.store.base_repository import BaseRepository, page_after
from shared.store.features.descriptor_copy import DescriptorTable, read_table
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.features.tagger_outputs import select_with_outputs
from shared.store.jobs.repository import OPEN_ITEMS, OPEN_JOBS, JobRepository, NewItem
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    ArrayRow,
    CatalogueFeatures,
    FeatureSet,
    Job,
    JobItem,
    Model,
    Prediction,
    ScoringRefusal,
    Track,
)
from shared.store.tracks.missing_tracks import is_shown
from shared.store.tracks.standing_annotations import is_standing

CHUNK = 2000
"""Tracks an item: a fraction of a second of work, so that a lost worker costs little and progress is seen."""

NETWORK_CHUNK = 200
"""Tracks an item of a network, which reads a third of a megabyte of each and takes tens of milliseconds."""

ENOUGH_NEW = 500
"""New tracks that are scored at once, although more are still being analysed."""
_AT_LEAST_EVERY = timedelta(minutes=5)
"""While tracks are being analysed, the few that are ready wait so long at most: fewer jobs, no track forgotten."""
_AFTER_FAILURE = timedelta(minutes=15)
"""After a job that failed, or that a person cancelled, new tracks wait so long."""

_SCORED = """
    create temporary table if not exists scored (
        track_id uuid, answer int, probabilities real[], basis text, valence real, arousal real
    ) on commit delete rows
"""
_NULL = "\\N"
"""Nothing, as COPY reads it."""
_NO_POINT = f"{_NULL}\t{_NULL}"
"""No valence and no arousal."""
_FROM_SCORED = text("""
    insert into predictions (track_id, model_id, emotion, probabilities, basis, valence, arousal)
    select s.track_id, :model, (cast(:emotions as text[]))[s.answer], s.probabilities, s.basis, s.valence, s.arousal
    from scored s join tracks t on t.id = s.track_id
    on conflict do nothing
""")


@dataclass(frozen=True)
class TrackSpan:
    """Tracks by id: after `after` (from the first on, if None), up to and with `upto`."""

    after: UUID | None
    upto: UUID

    def to_payload(self) -> JsonObject:
        """JSON values, as an item keeps it."""
        return {"after": str(self.after) if self.after else None, "upto": str(self.upto)}

    @classmethod
    def from_payload(cls, payload: JsonObject) -> "TrackSpan":
        """The span that `to_payload` wrote."""
        return cls(UUID(payload["after"]) if payload["after"] else None, UUID(payload["upto"]))


@dataclass(frozen=True, kw_only=True)
class ScoreTally:
    """Two models' answers side by side. `held` are differences that a person's word covers: nothing changes there."""

    compared: int
    changed: dict[tuple[str, str], int]
    """(from, to) → tracks, the most frequent first."""
    held: int


class ScoreRepository(BaseRepository):
    """All SQL on predictions of many tracks at once."""

    def list_spans(self, *, synthetic: bool, size: int = CHUNK) -> list[tuple[TrackSpan, int]]:
        """The library in spans of `size` tracks, each with its number of tracks."""
        numbered = (
            select(Track.id, ((func.row_number().over(order_by=Track.id) - 1) // size).label("part"))
            .where(Track.synthetic == synthetic, Track.merged_into.is_(None))
            .subquery()
        )
        query = select(func.max(cast(numbered.c.id, String)), func.count()).group_by(numbered.c.part)
        rows = self._session.execute(query.order_by(numbered.c.part)).all()
        ends = [UUID(end) for end, _ in rows]
        return [(TrackSpan(after, upto), n) for after, upto, (_, n) in zip([None, *ends], ends, rows, strict=False)]

    def schedule_library(self, model: Model, *, why: str) -> tuple[UUID, list[int]]:
        """`(job, items)`: a job that scores the whole library of `model` with it, a span an item."""
        jobs = JobRepository(self._session)
        job, _ = jobs.create_job(JobKind.SCORE, {"model_id": str(model.id), "why": why}, listed=True)
        size = NETWORK_CHUNK if model.inputs in NETWORK_INPUTS else CHUNK
        spans = self.list_spans(synthetic=model.synthetic, size=size)
        first = 1
        items = []
        for span, n_tracks in spans:
            key = f"tracks {first} to {first + n_tracks - 1}"
            items.append(NewItem(key, {"model_id": str(model.id), **span.to_payload()}))
            first += n_tracks
        return job.id, jobs.add_items(job.id, Stage.SCORE, items)

    def has_new(self, model: Model) -> bool:
        """Whether `schedule_new` would make a job."""
        if not self._may_begin(model):
            return False
        n_due = len(self._session.scalars(self._select_due(model).limit(ENOUGH_NEW)).all())
        return n_due >= ENOUGH_NEW or (n_due > 0 and not self._is_worth_waiting(model))

    def schedule_new(self, model: Model, *, size: int | None = None) -> tuple[UUID, list[int]] | None:
        """`(job, items)`: a job that scores the tracks that became ready since `model` scored the library, or None.

        None also while a job of this model is open, soon after one that failed, and while so few are ready that it is
        worth waiting for those that are still being analysed. Two callers at once make one job. `size`: tracks an item.
        """
        self._session.execute(text("select pg_advisory_xact_lock(hashtext(:model))"), {"model": f"scoring/{model.id}"})
        if not self.has_new(model):
            return None
        due = self.list_due(model)
        job, _ = JobRepository(self._session).create_job(
            JobKind.SCORE, {"model_id": str(model.id), "why": "new tracks"}, listed=True
        )
        size = size or (NETWORK_CHUNK if model.inputs in NETWORK_INPUTS else CHUNK)
        items = []
        for start in range(0, len(due), size):
            chunk = due[start : start + size]
            span = TrackSpan(after=UUID(int=chunk[0].int - 1), upto=chunk[-1])
            key = f"new tracks {start + 1} to {start + len(chunk)}"
            items.append(NewItem(key, {"model_id": str(model.id), **span.to_payload()}))
        return job.id, JobRepository(self._session).add_items(job.id, Stage.SCORE, items)

    def list_due(self, model: Model, span: TrackSpan | None = None) -> Sequence[UUID]:
        """Tracks (of a span) that have what `model` reads and that it has neither answered nor refused, in order."""
        query = self._select_due(model)
        if span is not None:
            query = query.where(_is_within(span))
        return self._session.scalars(query.order_by(Track.id)).all()

    def refuse_tracks(self, model: Model, track_ids: Iterable[UUID]) -> None:
        """Write down that `model` could not answer them, so that nobody tries again before they have new features."""
        rows = [{"track_id": track_id, "model_id": model.id} for track_id in track_ids]
        if rows:
            self._session.execute(insert(ScoringRefusal).on_conflict_do_nothing(), rows)

    def list_unscored(self, model: Model, span: TrackSpan, *, limit: int | None = None) -> Sequence[UUID]:
        """Tracks of the span that `model` has said nothing of, in order."""
        query = self._select_unscored(model).where(_is_within(span))
        return self._session.scalars(query.order_by(Track.id).limit(limit)).all()

    def read_unscored_descriptors(self, model: Model, span: TrackSpan) -> DescriptorTable:
        """The descriptors of those of them that have some: far faster than rows as objects."""
        specs = SpecStages(self._session).list_specs_sharing(model.spec, STAGES_OF_INPUT[model.inputs])
        return read_table(
            self._session,
            specs=specs,
            synthetic=model.synthetic,
            lacking="predictions",
            owner=model.id,
            after=span.after,
            upto=span.upto,
        )

    def count_scorable(self, model: Model) -> int:
        """How many tracks are not scored yet: they have what `model` reads, and it has neither answered nor refused."""
        return self._session.scalar(select(func.count()).select_from(self._select_due(model).subquery())) or 0

    def get_latest_job(self, model: Model) -> Job | None:
        """The job that scored the library with `model` last, or does so now."""
        query = select(Job).where(Job.kind == JobKind.SCORE, Job.params["model_id"].astext == str(model.id))
        return self._session.scalar(query.order_by(Job.id.desc()).limit(1))

    def save_predictions(
        self,
        model: Model,
        emotions: Sequence[str],
        track_ids: Sequence[UUID],
        probabilities: Any,
        answers: Sequence[int | None] | None = None,
        valence_arousal: Any = None,
        bases: Sequence[PredictionBasis] | None = None,
    ) -> None:
        """Keep `(n, k)` probabilities of the tracks; what the model said before stays.

        `answers` says which of `emotions` stands for each track, None of them for none; otherwise the one of the
        highest probability.
        `valence_arousal`, `(n, 2)`, is of a model that answers them beside its classes. `bases` say what the
        probabilities of each track rest on; without, none of them is a training track.
        """
        if not len(track_ids):
            return
        answers = probabilities.argmax(axis=1).tolist() if answers is None else answers
        points = (
            [_NO_POINT] * len(track_ids)
            if valence_arousal is None
            else [f"{valence!r}\t{arousal!r}" for valence, arousal in valence_arousal.tolist()]
        )
        lines = "".join(
            f"{track_id}\t{_NULL if answer is None else answer + 1}\t{{{','.join(map(repr, row))}}}\t{basis}\t{point}\n"
            for track_id, answer, row, basis, point in zip(
                track_ids,
                answers,
                probabilities.tolist(),
                bases or repeat(PredictionBasis.HELD_OUT, len(track_ids)),
                points,
                strict=True,
            )
        )
        self._session.execute(text(_SCORED))
        _raw_cursor(self._session).copy_expert("copy scored from stdin", io.StringIO(lines))
        self._session.execute(_FROM_SCORED, {"model": model.id, "emotions": list(emotions)})
        self._session.execute(text("truncate scored"))

    def tally_changes(self, candidate: Model, against: Model) -> ScoreTally:
        """How many answers would change, and from what to what; missing tracks count nowhere."""
        mine, theirs = aliased(Prediction), aliased(Prediction)
        held = _held_by_a_person(mine.track_id, candidate.taxonomy)
        query = (
            select(theirs.emotion, mine.emotion, held, func.count())
            .join(theirs, theirs.track_id == mine.track_id)
            .join(Track, Track.id == mine.track_id)
            .where(mine.model_id == candidate.id, theirs.model_id == against.id, is_shown())
            .group_by(theirs.emotion, mine.emotion, held)
            .order_by(func.count().desc())
        )
        rows = self._session.execute(query).all()
        changes = [(before, after, is_held, n) for before, after, is_held, n in rows if before != after]
        return ScoreTally(
            compared=sum(row[3] for row in rows),
            changed={(before, after): n for before, after, is_held, n in changes if not is_held},
            held=sum(n for _, _, is_held, n in changes if is_held),
        )

    def list_changes(
        self, candidate: Model, against: Model, *, after: UUID | None, limit: int
    ) -> Sequence[tuple[Track, Prediction, Prediction]]:
        """`(track, what the candidate says, what the other says)` where that differs and no person decided, in order
        of the tracks' ids.
        """
        mine, theirs = aliased(Prediction), aliased(Prediction)
        query = (
            select(Track, mine, theirs)
            .join(mine, mine.track_id == Track.id)
            .join(theirs, theirs.track_id == Track.id)
            .where(
                mine.model_id == candidate.id,
                theirs.model_id == against.id,
                mine.emotion.is_distinct_from(theirs.emotion),
                is_shown(),
                ~_held_by_a_person(mine.track_id, candidate.taxonomy),
            )
        )
        page = page_after(query, Track.id, after, limit=limit)
        return [(track, ours, other) for track, ours, other in self._session.execute(page)]

    def _may_begin(self, model: Model) -> bool:
        """No job of the model is open, and the latest did not fail just now."""
        latest = self.get_latest_job(model)
        if latest is None:
            return True
        if latest.state in OPEN_JOBS:
            return False
        failed = exists().where(JobItem.job_id == latest.id, JobItem.state == ItemState.FAILED)
        went_wrong = latest.state != JobState.DONE or self._session.scalar(select(failed))
        return not (went_wrong and _is_younger(latest.finished_at or latest.created_at, _AFTER_FAILURE))

    def _is_worth_waiting(self, model: Model) -> bool:
        """Others are being analysed, and the model has scored new tracks just now."""
        analysing = exists().where(
            JobItem.stage == Stage.FEATURIZE, JobItem.state.in_(OPEN_ITEMS), JobItem.wake_at.is_(None)
        )
        if not self._session.scalar(select(analysing)):
            return False
        latest = self.get_latest_job(model)
        return latest is not None and _is_younger(latest.created_at, _AT_LEAST_EVERY)

    def _select_due(self, model: Model) -> Select[UUID]:
        refused = exists().where(ScoringRefusal.track_id == Track.id, ScoringRefusal.model_id == model.id)
        return self._select_unscored(model).where(Track.id.in_(_select_readable(self._session, model)), ~refused)

    def _select_unscored(self, model: Model) -> Select[UUID]:
        is_scored = exists().where(Prediction.track_id == Track.id, Prediction.model_id == model.id)
        return select(Track.id).where(Track.synthetic == model.synthetic, Track.merged_into.is_(None), ~is_scored)


def _select_readable(session: Session, model: Model) -> Select[UUID]:
    """Recordings that have what a model reads, in the versions of the stages that it learned from."""
    origins = model.card["origins"]
    specs = SpecStages(session).list_specs_sharing(model.spec, list_stages_read(model.inputs, origins))
    described = _select_recordings(FeatureSet).where(is_representative(FeatureSet, specs), FeatureSet.state == "ready")
    if model.inputs in CATALOGUE_READERS:
        columns = list_columns_read(model.card["feature_names"]) or CATALOGUE_COLUMNS
        whole = [getattr(CatalogueFeatures, column).is_not(None) for column in columns]
        of_version = or_(CatalogueFeatures.origin != COMPUTED, is_representative(CatalogueFeatures, specs))
        known = _select_recordings(CatalogueFeatures).where(CatalogueFeatures.origin.in_(origins), of_version, *whole)
        return known if model.inputs == "catalogue" else known.where(Track.survivor_id.in_(described))
    if model.inputs in ARRAY_OF:
        is_input = ArrayRow.excerpt == ARRAY_OF[model.inputs]
        stored = _select_recordings(ArrayRow).where(is_representative(ArrayRow, specs), is_input)
        return stored.where(Track.survivor_id.in_(described)) if model.inputs == SOUND else stored
    if model.inputs in TAGGER_READERS:
        versions = read_tagger_versions(model.card)
        tagged = select(Track.survivor_id).where(select_with_outputs(versions))
        return tagged if model.inputs != TAGGED_DESCRIPTORS else tagged.where(Track.survivor_id.in_(described))
    return described


def _is_within(span: TrackSpan) -> ColumnElement[bool]:
    within = Track.id <= span.upto
    return within if span.after is None else within & (Track.id > span.after)


def _is_younger(moment: datetime, age: timedelta) -> bool:
    return datetime.now(UTC) - moment < age


def _select_recordings(table: Any) -> Select[UUID]:
    return select(Track.survivor_id).join(table, table.track_id == Track.id)


def _held_by_a_person(track_id: Any, taxonomy: str) -> Any:
    """Whether a person's label stands for the track in `taxonomy`."""
    return exists().where(
        AnnotationRow.track_id == track_id,
        is_standing(),
        or_(false(), *_readable_conditions(taxonomy)),
        AnnotatorRow.id == AnnotationRow.annotator_id,
        AnnotatorRow.kind == AnnotatorKind.PERSON,
    )


def _readable_conditions(taxonomy: str) -> list[ColumnElement[bool]]:
    """The annotations that can be read in `taxonomy`, as `Annotation.emotion_in` reads it."""
    conditions: list[ColumnElement[bool]] = []
    for name, words in TAXONOMIES.items():
        readable = [word for word in words.emotions if project_emotion(word, taxonomy=name, onto=taxonomy)]
        if readable:
            conditions.append((AnnotationRow.taxonomy == name) & AnnotationRow.emotion.in_(readable))
    return conditions


def _raw_cursor(session: Session) -> Any:
    """psycopg2's own cursor within the session's transaction: COPY has no other way."""
    return session.connection().connection.cursor()
