"""Tracks that persons are asked to label: which may be drawn, what was drawn, and the labels that followed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, String, cast, exists, func, select
from sqlalchemy.orm import aliased

from shared.domain.annotation import Annotation, Annotator
from shared.domain.review import compute_draw_weight
from shared.store.base_repository import BaseRepository
from shared.store.features.descriptor_copy import DescriptorTable, copy_arrays
from shared.store.tables import AnnotatorRow, FeatureSet, ReviewDraw, Track
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.missing_tracks import has_audio, is_shown
from shared.store.tracks.music_rule import is_music

_HASHES = 2**31


@dataclass(frozen=True, kw_only=True)
class ReviewableTracks:
    """The tracks that may be drawn, or a uniform sample of them, by id."""

    track_ids: Sequence[UUID]
    artist_groups: Sequence[str]
    is_music: Sequence[bool]
    """Of each track, as of its artist group."""
    n_tracks: int
    """Of which these are all, or a sample."""


@dataclass(frozen=True, kw_only=True)
class NewDraw:
    """A track that was drawn, with the fields of `ReviewDraw`."""

    track_id: UUID
    probability: float
    n_tracks: int
    reason: str
    asked_again: bool = False
    earlier_label: str | None = None
    model_id: UUID | None = None
    probabilities: dict[str, float] | None = None
    predicted: str | None = None
    basis: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredDraw:
    """A draw, and the recording that it is of today."""

    draw: ReviewDraw
    survivor_id: UUID
    artist_group: str


class ReviewDrawRepository(BaseRepository):
    """All SQL on draws, and on the tracks that may be drawn: real ones that were analysed and have a file."""

    def list_reviewable(self, *, but: Collection[UUID], at_most: int, seed: int) -> ReviewableTracks:
        """Those that may be drawn, without the tracks `but`; of more than `at_most` a sample of about that size, in
        which each has the same chance. The same `seed` gives the same sample.
        """
        rules = (*_reviewable_rules(), Track.id.not_in(list(but)))
        n_tracks = self._session.scalar(select(func.count()).select_from(Track).where(*rules)) or 0
        query = select(Track.id, Track.artist_group, is_music()).where(*rules)
        if n_tracks > at_most:
            hashed = func.hashtext(func.concat(cast(Track.id, String), str(seed)))
            query = query.where(func.abs(cast(hashed, BigInteger)) < at_most / n_tracks * _HASHES)
        rows = self._session.execute(query.order_by(Track.id)).all()
        track_ids, artist_groups, is_music_of = zip(*rows, strict=True) if rows else ((), (), ())
        return ReviewableTracks(
            track_ids=track_ids, artist_groups=artist_groups, is_music=is_music_of, n_tracks=n_tracks
        )

    def filter_reviewable(self, track_ids: Collection[UUID]) -> dict[UUID, str]:
        """Those of the tracks that a person can listen to, with their artist groups, by id."""
        query = select(Track.id, Track.artist_group).where(*_reviewable_rules(), Track.id.in_(list(track_ids)))
        return {row[0]: row[1] for row in self._session.execute(query.order_by(Track.id))}

    def list_probabilities(self, model_id: UUID, track_ids: Sequence[UUID]) -> DescriptorTable:
        """What a model said of those of the tracks that it has answered, in the order of its card's classes."""
        query = (
            "select track_id, probabilities from predictions where model_id = %s and track_id = any(cast(%s as uuid[]))"
        )
        return copy_arrays(self._session, query, (str(model_id), [str(track_id) for track_id in track_ids]))

    def save_draws(self, annotator: Annotator, taxonomy: str, draws: Iterable[NewDraw]) -> None:
        """Keep what was drawn for a person."""
        annotator_id = AnnotationRepository(self._session).get_annotator_id(annotator)
        self._session.add_all(ReviewDraw(annotator_id=annotator_id, taxonomy=taxonomy, **vars(draw)) for draw in draws)
        self._session.flush()

    def record_label(self, survivor_id: UUID, annotation: Annotation) -> int:
        """Write down on the latest open draw in each taxonomy what the person then said of the recording; on how many.

        Also where that is what the person had said before: then there is no new annotation.
        """
        query = (
            select(ReviewDraw)
            .join(Track, Track.id == ReviewDraw.track_id)
            .where(Track.survivor_id == survivor_id, ReviewDraw.label.is_(None), _is_of(annotation.annotator))
            .order_by(ReviewDraw.id)
        )
        latest = {draw.taxonomy: draw for draw in self._session.scalars(query)}
        n_labelled = 0
        for taxonomy, draw in latest.items():
            emotion = annotation.emotion_in(taxonomy)
            if emotion is not None:
                draw.label, draw.labelled_at = emotion, datetime.now(UTC)
                n_labelled += 1
        self._session.flush()
        return n_labelled

    def forget_label(self, survivor_id: UUID, annotation: Annotation) -> None:
        """Open again the draws of the recording whose label the person takes back with this annotation."""
        query = (
            select(ReviewDraw)
            .join(Track, Track.id == ReviewDraw.track_id)
            .where(Track.survivor_id == survivor_id, ReviewDraw.label.is_not(None), _is_of(annotation.annotator))
        )
        for draw in self._session.scalars(query):
            if annotation.emotion_in(draw.taxonomy) is not None:
                draw.label = draw.labelled_at = None
        self._session.flush()

    def list_draws(self, annotator: Annotator, taxonomy: str) -> list[StoredDraw]:
        """Everything that was drawn for a person in a taxonomy, oldest first."""
        survivor = aliased(Track)
        query = (
            select(ReviewDraw, survivor.id, survivor.artist_group)
            .join(Track, Track.id == ReviewDraw.track_id)
            .join(survivor, survivor.id == Track.survivor_id)
            .where(ReviewDraw.taxonomy == taxonomy, _is_of(annotator))
            .order_by(ReviewDraw.id)
        )
        return [
            StoredDraw(draw=draw, survivor_id=survivor_id, artist_group=group)
            for draw, survivor_id, group in self._session.execute(query)
        ]

    def list_weights(self, track_ids: Collection[UUID], *, taxonomy: str | None = None) -> dict[UUID, float]:
        """What tracks count whose label a draw led to, where figures are to hold for the library: 1 / (N · π).

        All others count 1. Of several draws, by several persons or in several taxonomies (one with `taxonomy`), the
        mean N · π.
        """
        query = (
            select(Track.survivor_id, func.avg(ReviewDraw.n_tracks * ReviewDraw.probability))
            .join(ReviewDraw, ReviewDraw.track_id == Track.id)
            .where(
                Track.survivor_id.in_(list(track_ids)),
                ReviewDraw.label.is_not(None),
                ~ReviewDraw.asked_again,
                *([] if taxonomy is None else [ReviewDraw.taxonomy == taxonomy]),
            )
            .group_by(Track.survivor_id)
        )
        return {row[0]: compute_draw_weight(row[1], 1) for row in self._session.execute(query)}


def _reviewable_rules() -> tuple[ColumnElement[bool], ...]:
    analysed, held = aliased(Track), aliased(Track)
    return (
        Track.synthetic.is_(False),
        Track.merged_into.is_(None),
        is_shown(),
        exists()
        .where(
            analysed.survivor_id == Track.survivor_id, FeatureSet.track_id == analysed.id, FeatureSet.state == "ready"
        )
        .correlate(Track),
        exists().where(held.survivor_id == Track.survivor_id, has_audio(held.id)).correlate(Track),
    )


def _is_of(annotator: Annotator) -> ColumnElement[bool]:
    whose: Any = select(AnnotatorRow.id).where(AnnotatorRow.kind == annotator.kind, AnnotatorRow.name == annotator.name)
    is_theirs: ColumnElement[bool] = ReviewDraw.annotator_id == whose.scalar_subquery()
    return is_theirs
