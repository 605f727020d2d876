"""Annotations: appended, never changed. Labels are resolved on reading, from those that nobody withdrew."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import insert

from shared.domain.agreement import AnnotatorAgreement, measure_agreements
from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.labels import LabelConsensus, depends_on_weights, latest_votes, resolve_all_consensus
from shared.store.base_repository import BaseRepository
from shared.store.id_arrays import any_bound, to_texts
from shared.store.tables import AnnotationRow, AnnotatorRow, Track
from shared.store.tracks.standing_annotations import is_standing

AnnotationKey = tuple[UUID, Annotator, str | None]
"""`(track, annotator, taxonomy)`."""


class AnnotationRepository(BaseRepository):
    """All SQL on annotations and annotators."""

    def append_annotation(
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
        """Add an annotation, unless it is this annotator's latest one in this taxonomy. True if it was added.

        Without an emotion it is of no taxonomy: tags, or valence and arousal, each in [-1, 1]. It stays with
        this very track, whoever stands for it.
        """
        values = {
            "emotion": emotion,
            "tags": list(tags) or None,
            "valence": valence,
            "arousal": arousal,
        }
        taxonomy = taxonomy if emotion is not None else None
        annotator_id = self.get_annotator_id(annotator)
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
        if latest is not None and all(getattr(latest, name) == value for name, value in values.items()):
            return False
        self._session.add(AnnotationRow(track_id=track_id, annotator_id=annotator_id, taxonomy=taxonomy, **values))
        self._session.flush()
        return True

    def list_by_track(self, track_ids: Iterable[UUID]) -> dict[UUID, list[Annotation]]:
        """All annotations of each surviving track and of those that it stands for, oldest first; none withdrawn."""
        by_track: dict[UUID, list[Annotation]] = {track_id: [] for track_id in track_ids}
        rows = self._session.execute(_select_of_tracks(), {"track_ids": to_texts(by_track)})
        for track_id, row, annotator in rows:
            by_track[track_id].append(annotation_of(row, annotator))
        return by_track

    def list_label_consensus(self, *, taxonomy: str, synthetic: bool) -> dict[UUID, LabelConsensus]:
        """The consensus of every surviving track of a library that somebody annotated in `taxonomy`."""
        return LabelResolver(taxonomy).resolve_labels(self, self._list_by_rule(Track.synthetic == synthetic))

    def list_annotated(self, *, synthetic: bool) -> dict[UUID, list[Annotation]]:
        """Everything that was said of every surviving track that somebody judged, oldest first."""
        return self._list_by_rule(Track.synthetic == synthetic)

    def list_of_annotator(self, annotator: Annotator) -> dict[UUID, list[Annotation]]:
        """What one annotator says of every surviving track, oldest first; nothing withdrawn."""
        return self._list_by_rule(and_(AnnotatorRow.kind == annotator.kind, AnnotatorRow.name == annotator.name))

    def get_weights(self, annotators: Collection[Annotator], *, taxonomy: str) -> dict[Annotator, float]:
        """What the word of each annotator weighs in `taxonomy`, by agreement on real or on synthetic tracks alike."""
        if not annotators:
            return {}
        judged_by_them = (
            select(Track.survivor_id)
            .join(AnnotationRow, AnnotationRow.track_id == Track.id)
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(is_standing())
            .where(tuple_(AnnotatorRow.kind, AnnotatorRow.name).in_([(one.kind.value, one.name) for one in annotators]))
        )
        by_track = self._list_by_rule(Track.survivor_id.in_(judged_by_them))
        beside = measure_agreements(_list_votes(by_track.values(), taxonomy=taxonomy))
        return {annotator: beside[annotator].weight for annotator in annotators if annotator in beside}

    def measure_agreements(self, *, taxonomy: str) -> list[tuple[Annotator, int, AnnotatorAgreement | None]]:
        """`(annotator, number of annotations of any kind, agreement in the taxonomy)`, by kind and name."""
        by_track = self._list_by_rule(true())
        beside = measure_agreements(_list_votes(by_track.values(), taxonomy=taxonomy))
        counts = Counter(judged.annotator for of_track in by_track.values() for judged in of_track)
        return [
            (annotator, count, beside.get(annotator))
            for annotator, count in sorted(counts.items(), key=lambda pair: (pair[0].kind, pair[0].name))
        ]

    def _list_by_rule(self, rule: ColumnElement[bool]) -> dict[UUID, list[Annotation]]:
        by_track: dict[UUID, list[Annotation]] = {}
        for track_id, annotation in self._read_rows(_select_annotations().where(rule).order_by(AnnotationRow.id)):
            by_track.setdefault(track_id, []).append(annotation)
        return by_track

    def _read_rows(self, query: Select[Any, Any, Any]) -> Iterable[tuple[UUID, Annotation]]:
        for survivor_id, row, annotator in self._session.execute(query):
            yield survivor_id, annotation_of(row, annotator)

    def list_standing_ids(self, keys: Iterable[AnnotationKey]) -> dict[AnnotationKey, int]:
        """Of each `(track, annotator, taxonomy)` that has one: its latest standing annotation."""
        ids: dict[AnnotationKey, int] = {}
        wanted: defaultdict[Annotator, set[tuple[UUID, str | None]]] = defaultdict(set)
        for track_id, annotator, taxonomy in keys:
            wanted[annotator].add((track_id, taxonomy))
        for annotator, pairs in wanted.items():
            query = (
                select(AnnotationRow)
                .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
                .where(
                    AnnotatorRow.kind == annotator.kind,
                    AnnotatorRow.name == annotator.name,
                    AnnotationRow.track_id.in_({track_id for track_id, _ in pairs}),
                    is_standing(),
                )
                .order_by(AnnotationRow.id)
            )
            ids |= {
                (row.track_id, annotator, row.taxonomy): row.id
                for row in self._session.scalars(query)
                if (row.track_id, row.taxonomy) in pairs
            }
        return ids

    def get_latest_person(self) -> str | None:
        """The name of the person who annotated last, or None."""
        latest = select(func.max(AnnotationRow.id)).where(AnnotationRow.annotator_id == AnnotatorRow.id)
        last = latest.correlate(AnnotatorRow).scalar_subquery()
        query = select(AnnotatorRow.name).where(AnnotatorRow.kind == AnnotatorKind.PERSON, last.is_not(None))
        return self._session.scalar(query.order_by(last.desc()).limit(1))

    def get_annotator_id(self, annotator: Annotator) -> int:
        """The row of an annotator, made at its first word."""
        query = select(AnnotatorRow.id).where(AnnotatorRow.kind == annotator.kind, AnnotatorRow.name == annotator.name)
        known = self._session.scalar(query)
        if known is None:
            self._session.execute(
                insert(AnnotatorRow).values(kind=annotator.kind, name=annotator.name).on_conflict_do_nothing()
            )
            known = self._session.scalars(query).one()
        return known


class LabelResolver:
    """The label consensus of tracks in one taxonomy, with the agreement weights of playlists.

    Weights are read where playlists differ, for otherwise they change nothing, and of each playlist once: keep one
    resolver for all pages of one answer.
    """

    def __init__(self, taxonomy: str) -> None:
        self._taxonomy = taxonomy
        self._weights: dict[Annotator, float] = {}
        self._asked: set[Annotator] = set()

    def resolve_labels(
        self, annotations: AnnotationRepository, by_track: Mapping[UUID, Sequence[Annotation]]
    ) -> dict[UUID, LabelConsensus]:
        """The consensus of each track that somebody annotated in the taxonomy."""
        return resolve_all_consensus(
            by_track, taxonomy=self._taxonomy, weights=self.get_vote_weights(annotations, by_track)
        )

    def get_vote_weights(
        self, annotations: AnnotationRepository, by_track: Mapping[UUID, Sequence[Annotation]]
    ) -> Mapping[Annotator, float]:
        """What the votes of the playlists that differ on any of the tracks weigh."""
        differing = {
            annotation.annotator
            for of_track in by_track.values()
            if depends_on_weights(of_track, taxonomy=self._taxonomy)
            for annotation in of_track
            if annotation.annotator.kind is AnnotatorKind.PLAYLIST
        }
        new = differing - self._asked
        self._weights |= annotations.get_weights(new, taxonomy=self._taxonomy)
        self._asked |= new
        return self._weights


def annotation_of(row: AnnotationRow, annotator: AnnotatorRow) -> Annotation:
    """The annotation of a row that is no withdrawal."""
    return Annotation(
        annotator=Annotator(AnnotatorKind(annotator.kind), annotator.name),
        taxonomy=row.taxonomy,
        emotion=row.emotion,
        tags=tuple(row.tags or ()),
        valence=row.valence,
        arousal=row.arousal,
        at=row.at,
    )


def _select_annotations() -> Select[Any, Any, Any]:
    return (
        select(Track.survivor_id, AnnotationRow, AnnotatorRow)
        .join(AnnotationRow, AnnotationRow.track_id == Track.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(is_standing())
    )


@cache
def _select_of_tracks() -> Select[Any, Any, Any]:
    return (
        _select_annotations()
        .where(Track.survivor_id == any_bound("track_ids"))
        .order_by(AnnotationRow.at, AnnotationRow.id)
    )


def _list_votes(tracks: Iterable[list[Annotation]], *, taxonomy: str) -> Iterable[dict[Annotator, str]]:
    for annotations in tracks:
        yield {annotator: vote.emotion for annotator, vote in latest_votes(annotations, taxonomy=taxonomy).items()}


def select_annotated_ids() -> Select[UUID]:
    """For `TrackRepository.list_page`: surviving tracks with a label, or valence and arousal; tags do not count."""
    is_label = (
        AnnotationRow.emotion.is_not(None) | AnnotationRow.valence.is_not(None) | AnnotationRow.arousal.is_not(None)
    )
    return (
        select(Track.survivor_id).join(AnnotationRow, AnnotationRow.track_id == Track.id).where(is_label, is_standing())
    )


def select_ids_annotated_as(emotions: Sequence[str]) -> Select[UUID]:
    """For `TrackRepository.list_page`: surviving tracks that somebody judged to be one of `emotions`."""
    return select_annotated_ids().where(AnnotationRow.emotion.in_(emotions))
