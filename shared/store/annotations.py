"""Judgements: appended, never changed. Labels are derived from them on reading."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.domain.agreement import Agreement, agreements
from shared.domain.annotation import Annotation, Annotator, AnnotatorKind, Label, Standing, stand, voices
from shared.store.tables import AnnotationRow, AnnotatorRow, Track


class Annotations:
    """All SQL on annotations and annotators."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self,
        track_id: UUID,
        annotator: Annotator,
        *,
        taxonomy: str | None = None,
        emotion: str | None = None,
        tags: Sequence[str] = (),
        valence: float | None = None,
        arousal: float | None = None,
    ) -> bool:
        """Add a judgement, unless it is this annotator's standing word in this taxonomy. True if it was added.

        Without an emotion the judgement is of no taxonomy: tags or a place on the plane, each in [-1, 1]. It stays with
        this very track, whoever stands for it.
        """
        said = {
            "emotion": emotion, "tags": list(tags) or None, "valence": valence, "arousal": arousal,
        }  # fmt: skip
        taxonomy = taxonomy if emotion is not None else None
        annotator_id = self.annotator_id(annotator)
        latest = self._session.scalar(
            select(AnnotationRow)
            .where(
                AnnotationRow.track_id == track_id,
                AnnotationRow.annotator_id == annotator_id,
                AnnotationRow.taxonomy.is_not_distinct_from(taxonomy),
            )
            .order_by(AnnotationRow.id.desc())
            .limit(1)
        )
        if latest is not None and all(getattr(latest, name) == value for name, value in said.items()):
            return False
        self._session.add(AnnotationRow(track_id=track_id, annotator_id=annotator_id, taxonomy=taxonomy, **said))
        self._session.flush()
        return True

    def of(self, track_ids: Iterable[UUID]) -> dict[UUID, list[Annotation]]:
        """All judgements of each surviving track and of those that it stands for, oldest first."""
        found: dict[UUID, list[Annotation]] = {track_id: [] for track_id in track_ids}
        query = _judgements().where(Track.survivor_id.in_(found)).order_by(AnnotationRow.at, AnnotationRow.id)
        for track_id, annotation in self._read(query):
            found[track_id].append(annotation)
        return found

    def labels(self, *, taxonomy: str, synthetic: bool) -> dict[UUID, Label]:
        """The label of every surviving track that has one in `taxonomy`."""
        standings = self.standings(taxonomy=taxonomy, synthetic=synthetic)
        return {track_id: standing.label for track_id, standing in standings.items() if standing.label is not None}

    def standings(self, *, taxonomy: str, synthetic: bool) -> dict[UUID, Standing]:
        """How the judgements of every surviving track stand that somebody judged in `taxonomy`.

        A track whose label is None is contradicted evenly.
        """
        by_track = self._by_track(Track.synthetic == synthetic)
        weights = _weights(by_track.values(), taxonomy=taxonomy)
        found = {track_id: stand(judged, taxonomy=taxonomy, weights=weights) for track_id, judged in by_track.items()}
        return {track_id: standing for track_id, standing in found.items() if standing is not None}

    def judgements(self, *, synthetic: bool) -> dict[UUID, list[Annotation]]:
        """Everything that was said of every surviving track that somebody judged, oldest first."""
        return self._by_track(Track.synthetic == synthetic)

    def weights(self, annotators: Collection[Annotator], *, taxonomy: str) -> dict[Annotator, float]:
        """What the word of each annotator weighs in `taxonomy`, by agreement on real or on synthetic tracks alike."""
        if not annotators:
            return {}
        judged_by_them = (
            select(Track.survivor_id)
            .join(AnnotationRow, AnnotationRow.track_id == Track.id)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(tuple_(AnnotatorRow.kind, AnnotatorRow.name).in_([(one.kind.value, one.name) for one in annotators]))
        )
        by_track = self._by_track(Track.survivor_id.in_(judged_by_them))
        found = _weights(by_track.values(), taxonomy=taxonomy)
        return {annotator: found[annotator] for annotator in annotators if annotator in found}

    def agreements(self, *, taxonomy: str) -> list[tuple[Annotator, int, Agreement | None]]:
        """`(annotator, number of judgements of any kind, agreement in the taxonomy)`, by kind and name."""
        by_track = self._by_track(true())
        beside = agreements(_said(by_track.values(), taxonomy=taxonomy))
        counts = Counter(judged.annotator for of_track in by_track.values() for judged in of_track)
        return [
            (annotator, count, beside.get(annotator))
            for annotator, count in sorted(counts.items(), key=lambda pair: (pair[0].kind, pair[0].name))
        ]

    def _by_track(self, rule: ColumnElement[bool]) -> dict[UUID, list[Annotation]]:
        by_track: dict[UUID, list[Annotation]] = {}
        for track_id, annotation in self._read(_judgements().where(rule).order_by(AnnotationRow.id)):
            by_track.setdefault(track_id, []).append(annotation)
        return by_track

    def _read(self, query: Select[Any, Any, Any]) -> Iterable[tuple[UUID, Annotation]]:
        for survivor_id, row, annotator in self._session.execute(query):
            yield (
                survivor_id,
                Annotation(
                    annotator=Annotator(AnnotatorKind(annotator.kind), annotator.name),
                    taxonomy=row.taxonomy,
                    emotion=row.emotion,
                    tags=tuple(row.tags or ()),
                    valence=row.valence,
                    arousal=row.arousal,
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


def _judgements() -> Select[Any, Any, Any]:
    return (
        select(Track.survivor_id, AnnotationRow, AnnotatorRow)
        .join(AnnotationRow, AnnotationRow.track_id == Track.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
    )


def _said(tracks: Iterable[list[Annotation]], *, taxonomy: str) -> Iterable[dict[Annotator, str]]:
    for judged in tracks:
        yield {annotator: voice.emotion for annotator, voice in voices(judged, taxonomy=taxonomy).items()}


def _weights(tracks: Iterable[list[Annotation]], *, taxonomy: str) -> dict[Annotator, float]:
    beside = agreements(_said(tracks, taxonomy=taxonomy))
    return {annotator: one.weight for annotator, one in beside.items()}


def annotated_track_ids() -> Select[UUID]:
    """A subquery for `Tracks.page`: surviving tracks that somebody judged; free words alone are no judgement."""
    said = AnnotationRow.emotion.is_not(None) | AnnotationRow.valence.is_not(None) | AnnotationRow.arousal.is_not(None)
    return select(Track.survivor_id).join(AnnotationRow, AnnotationRow.track_id == Track.id).where(said)


def judged_as(emotions: Sequence[str]) -> Select[UUID]:
    """A subquery for `Tracks.page`: surviving tracks that somebody judged to be one of `emotions`."""
    return annotated_track_ids().where(AnnotationRow.emotion.in_(emotions))
