"""What models say of whole libraries: read, written and compared in bulk."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, false, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from shared.domain.annotation import AnnotatorKind
from shared.domain.catalogue import columns_read
from shared.domain.dataset import ARRAY_OF, CATALOGUE_READERS, NETWORK_INPUTS, SOUND
from shared.domain.emotion import TAXONOMIES, project
from shared.domain.job import JobKind, Stage
from shared.domain.track import CATALOGUE_COLUMNS
from shared.store.descriptor_copy import Table, read_table
from shared.store.jobs import Jobs, NewItem
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    ArrayRow,
    CatalogueFeatures,
    FeatureSet,
    Job,
    Model,
    Prediction,
    Track,
)

CHUNK = 2000
"""Tracks an item: a fraction of a second of work, so that a lost worker costs little and progress is seen."""

NETWORK_CHUNK = 200
"""Tracks an item of a network, which reads a third of a megabyte of each and takes tens of milliseconds."""

_SCORED = """
    create temporary table if not exists scored (
        track_id uuid, answer int, probabilities real[], valence real, arousal real
    ) on commit delete rows
"""
_NOWHERE = "\\N\t\\N"
"""No valence and no arousal, as COPY reads it."""
_FROM_SCORED = text("""
    insert into predictions (track_id, model_id, emotion, probabilities, valence, arousal)
    select s.track_id, :model, (cast(:emotions as text[]))[s.answer], s.probabilities, s.valence, s.arousal
    from scored s join tracks t on t.id = s.track_id
    on conflict do nothing
""")


@dataclass(frozen=True)
class Span:
    """Tracks by id: after `after` (from the first on, if None), up to and with `upto`."""

    after: UUID | None
    upto: UUID

    def to_payload(self) -> dict[str, Any]:
        """JSON values, as an item keeps it."""
        return {"after": str(self.after) if self.after else None, "upto": str(self.upto)}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "Span":
        """The span that `to_payload` wrote."""
        return cls(UUID(payload["after"]) if payload["after"] else None, UUID(payload["upto"]))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Two models' answers side by side. `held` are differences that a person's word covers: nothing changes there."""

    compared: int
    changed: dict[tuple[str, str], int]
    """(from, to) → tracks, the most frequent first."""
    held: int


class Scores:
    """All SQL on predictions of many tracks at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def spans(self, *, synthetic: bool, size: int = CHUNK) -> list[tuple[Span, int]]:
        """The library in spans of `size` tracks, each with its number of tracks."""
        numbered = select(
            Track.id, ((func.row_number().over(order_by=Track.id) - 1) // size).label("part")
        ).where(Track.synthetic == synthetic, Track.merged_into.is_(None)).subquery()  # fmt: skip
        query = select(func.max(cast(numbered.c.id, String)), func.count()).group_by(numbered.c.part)
        rows = self._session.execute(query.order_by(numbered.c.part)).all()
        ends = [UUID(end) for end, _ in rows]
        return [(Span(after, upto), n) for after, upto, (_, n) in zip([None, *ends], ends, rows, strict=False)]

    def schedule(self, model: Model, *, why: str) -> tuple[UUID, list[int]]:
        """`(job, items)`: a job that scores the whole library of `model` with it, a span an item."""
        jobs = Jobs(self._session)
        job, _ = jobs.create(JobKind.SCORE, {"model_id": str(model.id), "why": why}, listed=True)
        size = NETWORK_CHUNK if model.inputs in NETWORK_INPUTS else CHUNK
        spans = self.spans(synthetic=model.synthetic, size=size)
        first = 1
        items = []
        for span, n_tracks in spans:
            key = f"tracks {first} to {first + n_tracks - 1}"
            items.append(NewItem(key, {"model_id": str(model.id), **span.to_payload()}))
            first += n_tracks
        return job.id, jobs.add_items(job.id, Stage.SCORE, items)

    def unscored(self, model: Model, span: Span, *, limit: int | None = None) -> Sequence[UUID]:
        """Tracks of the span that `model` has said nothing of, in order."""
        query = self._unscored(model).where(Track.id <= span.upto)
        if span.after is not None:
            query = query.where(Track.id > span.after)
        return self._session.scalars(query.order_by(Track.id).limit(limit)).all()

    def unscored_descriptors(self, model: Model, span: Span) -> Table:
        """The descriptors of those of them that have some: far faster than rows as objects."""
        return read_table(self._session, spec=model.spec, synthetic=model.synthetic, lacking="predictions",
                          owner=model.id, after=span.after, upto=span.upto)  # fmt: skip

    def n_scorable(self, model: Model) -> int:
        """How many tracks `model` has said nothing of although they have what it reads."""
        missing = self._unscored(model).where(Track.id.in_(_having(model)))
        return self._session.scalar(select(func.count()).select_from(missing.subquery())) or 0

    def latest_job(self, model: Model) -> Job | None:
        """The job that scored the library with `model` last, or does so now."""
        query = select(Job).where(Job.kind == JobKind.SCORE, Job.params["model_id"].astext == str(model.id))
        return self._session.scalar(query.order_by(Job.id.desc()).limit(1))

    def save(
        self, model: Model, emotions: Sequence[str], track_ids: Sequence[UUID], probabilities: Any,
        answers: Sequence[int] | None = None, places: Any = None,
    ) -> None:  # fmt: skip
        """Keep `(n, k)` probabilities of the tracks; what the model said before stays.

        `answers` says which of `emotions` stands for each track; otherwise the one of the highest probability. `places`
        are valence and arousal, `(n, 2)`, of a model that answers them beside its classes.
        """
        if not len(track_ids):
            return
        answers = probabilities.argmax(axis=1).tolist() if answers is None else answers
        where = [_NOWHERE] * len(track_ids) if places is None else [f"{v!r}\t{a!r}" for v, a in places.tolist()]
        lines = "".join(
            f"{track_id}\t{answer + 1}\t{{{','.join(map(repr, row))}}}\t{place}\n"
            for track_id, answer, row, place in zip(track_ids, answers, probabilities.tolist(), where, strict=True)
        )
        self._session.execute(text(_SCORED))
        _cursor(self._session).copy_expert("copy scored from stdin", io.StringIO(lines))
        self._session.execute(_FROM_SCORED, {"model": model.id, "emotions": list(emotions)})
        self._session.execute(text("truncate scored"))

    def tally(self, candidate: Model, against: Model) -> Tally:
        """How many answers would change, and from what to what."""
        mine, theirs = aliased(Prediction), aliased(Prediction)
        held = _held_by_a_person(mine.track_id, candidate.taxonomy)
        query = (
            select(theirs.emotion, mine.emotion, held, func.count())
            .join(theirs, theirs.track_id == mine.track_id)
            .where(mine.model_id == candidate.id, theirs.model_id == against.id)
            .group_by(theirs.emotion, mine.emotion, held)
            .order_by(func.count().desc())
        )
        rows = self._session.execute(query).all()
        changes = [(before, after, is_held, n) for before, after, is_held, n in rows if before != after]
        return Tally(
            compared=sum(row[3] for row in rows),
            changed={(before, after): n for before, after, is_held, n in changes if not is_held},
            held=sum(n for _, _, is_held, n in changes if is_held),
        )

    def changes(
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
                mine.emotion != theirs.emotion,
                ~_held_by_a_person(mine.track_id, candidate.taxonomy),
            )
            .order_by(Track.id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(Track.id > after)
        return [(track, said, other) for track, said, other in self._session.execute(query)]

    def _unscored(self, model: Model) -> Select[UUID]:
        said = exists().where(Prediction.track_id == Track.id, Prediction.model_id == model.id)
        return select(Track.id).where(Track.synthetic == model.synthetic, Track.merged_into.is_(None), ~said)


def _having(model: Model) -> Select[UUID]:
    """Recordings that have what a model reads."""
    described = _recordings(FeatureSet).where(FeatureSet.spec == model.spec, FeatureSet.state == "ready")
    if model.inputs in CATALOGUE_READERS:
        columns = columns_read(model.card["feature_names"]) or CATALOGUE_COLUMNS
        whole = [getattr(CatalogueFeatures, column).is_not(None) for column in columns]
        origins = model.card["origins"]
        known = _recordings(CatalogueFeatures).where(CatalogueFeatures.origin.in_(origins), *whole)
        return known if model.inputs == "catalogue" else known.where(Track.survivor_id.in_(described))
    if model.inputs in ARRAY_OF:
        its = ArrayRow.excerpt == ARRAY_OF[model.inputs]
        stored = _recordings(ArrayRow).where(ArrayRow.spec == model.spec, its)
        return stored.where(Track.survivor_id.in_(described)) if model.inputs == SOUND else stored
    return described


def _recordings(table: Any) -> Select[UUID]:
    return select(Track.survivor_id).join(table, table.track_id == Track.id)


def _held_by_a_person(track_id: Any, taxonomy: str) -> Any:
    """Whether a person's label stands for the track in `taxonomy`."""
    return (
        exists()
        .where(
            AnnotationRow.track_id == track_id,
            or_(false(), *_readable_in(taxonomy)),
            AnnotatorRow.id == AnnotationRow.annotator_id,
            AnnotatorRow.kind == AnnotatorKind.PERSON,
        )
    )  # fmt: skip


def _readable_in(taxonomy: str) -> list[ColumnElement[bool]]:
    """What a judgement may be to say something in `taxonomy`, as `Annotation.heard_as` reads it."""
    found: list[ColumnElement[bool]] = []
    for name, words in TAXONOMIES.items():
        heard = [word for word in words.emotions if project(word, taxonomy=name, onto=taxonomy)]
        if heard:
            found.append((AnnotationRow.taxonomy == name) & AnnotationRow.emotion.in_(heard))
    return found


def _cursor(session: Session) -> Any:
    """psycopg2's own cursor within the session's transaction: COPY has no other way."""
    return session.connection().connection.cursor()
