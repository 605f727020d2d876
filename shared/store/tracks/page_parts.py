"""What a page of tracks shows beside the tracks themselves, in one statement: each part is gathered for the whole page.

A statement for each part would be as quick in the server, but not here: SQLAlchemy makes rows of each, and each waits
for its own answer.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Boolean, Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.annotation import Annotation
from shared.domain.content_kind import ContentKind
from shared.store.base_repository import BaseRepository
from shared.store.features.given_tags import TAG_VERSION, is_heard_first
from shared.store.features.tagger_outputs import is_not_music, is_overruled
from shared.store.tables import (
    AnnotationRow,
    AnnotatorRow,
    Prediction,
    TaggerOutputRow,
    Track,
    TrackSource,
    TrackTagRow,
)
from shared.store.tracks.annotation_values import ANNOTATION_COLUMNS, annotation_from_values
from shared.store.tracks.missing_tracks import MissingWanted, is_shown
from shared.store.tracks.standing_annotations import is_standing

T = TypeVar("T")


@dataclass(frozen=True)
class PageSource:
    """Where a track came from: the columns of `TrackSource` that are shown."""

    source: str
    source_id: str
    licence: str | None
    attribution: str | None
    state: str
    reason: str | None
    detail: str | None


@dataclass(frozen=True)
class PagePrediction:
    """What a model predicted for a track: the columns of `Prediction` that a list shows."""

    model_id: UUID
    emotion: str | None
    probabilities: list[float]
    basis: str


@dataclass(frozen=True, kw_only=True)
class PageParts:
    """By surviving track; tracks of which there is nothing are absent, but for `sources` and `annotations`."""

    sources: dict[UUID, list[PageSource]]
    annotations: dict[UUID, list[Annotation]]
    """Oldest first; none withdrawn."""
    content_kinds: dict[UUID, ContentKind]
    """What is heard in those that are no music, whatever annotators say."""
    given_tags: dict[UUID, dict[str, float]]
    """By a tagger, with their standardised logits, the clearest first."""
    predictions: dict[UUID, list[PagePrediction]]
    """Of the models that were asked for."""
    standing_for_others: frozenset[UUID]
    """Those that another track was merged into."""
    n_missing: int
    """Missing tracks of the library, whatever the page shows."""


class PagePartRepository(BaseRepository):
    """All SQL on what a page of tracks shows."""

    def list_parts(
        self, track_ids: Collection[UUID], *, model_ids: Collection[UUID], synthetic: bool | None = None
    ) -> PageParts:
        """The parts of surviving tracks, with what these models predicted. `synthetic`: the library whose missing
        tracks are counted; None: both.
        """
        values = {"track_ids": list(track_ids), "model_ids": list(model_ids), "synthetic": synthetic}
        row = self._session.execute(_select_parts(), values).one()
        sources, annotations, kinds, tags, predictions, merged, n_missing = row
        return PageParts(
            sources=_group(sources, track_ids, lambda row: PageSource(*row)),
            annotations=_group(annotations, track_ids, annotation_from_values),
            content_kinds={UUID(track_id): ContentKind(kind) for track_id, kind in kinds or ()},
            given_tags={
                track_id: {tag: float(score) for tag, score in of_track}
                for track_id, of_track in _group(tags, (), tuple).items()
            },
            predictions=_group(predictions, (), _read_prediction),
            standing_for_others=frozenset(map(UUID, merged or ())),
            n_missing=n_missing,
        )


def _group(
    rows: Sequence[Sequence[Any]] | None, track_ids: Collection[UUID], read: Callable[[Sequence[Any]], T]
) -> dict[UUID, list[T]]:
    """Rows whose first value is a track, by that; `track_ids` have an entry in any case."""
    by_text: dict[str, list[T]] = {}
    for track_id, *values in rows or ():
        by_text.setdefault(track_id, []).append(read(values))
    grouped: dict[UUID, list[T]] = {track_id: [] for track_id in track_ids}
    grouped.update((UUID(track_id), of_track) for track_id, of_track in by_text.items())
    return grouped


def _read_prediction(values: Sequence[Any]) -> PagePrediction:
    model_id, emotion, probabilities, basis = values
    return PagePrediction(UUID(model_id), emotion, list(map(float, probabilities)), basis)


@cache
def _select_parts() -> Select[Any, Any, Any, Any, Any, Any, Any]:
    """One row of arrays, built once: to build it takes as long as to run it."""
    uuids = ARRAY(Uuid)
    is_of_page = Track.survivor_id == func.any(bindparam("track_ids", type_=uuids))
    sources = (
        select(
            _collect(
                Track.survivor_id,
                *(getattr(TrackSource, name) for name in PageSource.__dataclass_fields__),
                order=[TrackSource.id],
            )
        )
        .select_from(Track)
        .join(TrackSource, TrackSource.track_id == Track.id)
        .where(is_of_page)
    )
    annotations = (
        select(_collect(Track.survivor_id, *ANNOTATION_COLUMNS, order=[AnnotationRow.at, AnnotationRow.id]))
        .select_from(Track)
        .join(AnnotationRow, AnnotationRow.track_id == Track.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(is_of_page, is_standing())
    )
    wanted, track = aliased(Track), aliased(Track)
    kinds = (
        select(_collect(wanted.id, TaggerOutputRow.content_kind))
        .select_from(wanted)
        .join(track, track.survivor_id == wanted.survivor_id)
        .join(TaggerOutputRow, TaggerOutputRow.track_id == track.id)
        .where(
            wanted.id == func.any(bindparam("track_ids", type_=uuids)),
            is_not_music(),
            ~is_overruled(track, wanted=wanted),
        )
    )
    tags = (
        select(
            _collect(
                Track.survivor_id, TrackTagRow.tag, TrackTagRow.score, order=[TrackTagRow.score.desc(), TrackTagRow.tag]
            )
        )
        .select_from(Track)
        .join(TrackTagRow, TrackTagRow.track_id == Track.id)
        .where(is_of_page, TrackTagRow.fingerprint == TAG_VERSION, is_heard_first(Track))
    )
    columns = (Prediction.track_id, Prediction.model_id, Prediction.emotion, Prediction.probabilities, Prediction.basis)
    predictions = select(_collect(*columns)).where(
        Prediction.track_id == func.any(bindparam("track_ids", type_=uuids)),
        Prediction.model_id == func.any(bindparam("model_ids", type_=uuids)),
    )
    merged = select(func.json_agg(Track.survivor_id.distinct())).where(is_of_page, Track.merged_into.is_not(None))
    library = func.coalesce(bindparam("synthetic", type_=Boolean), Track.synthetic)
    n_missing = (
        select(func.count())
        .select_from(Track)
        .where(Track.merged_into.is_(None), is_shown(MissingWanted.ONLY), Track.synthetic == library)
    )
    parts = (sources, annotations, kinds, tags, predictions, merged, n_missing)
    return select(*(part.scalar_subquery() for part in parts))


def _collect(*columns: Any, order: Sequence[Any] = ()) -> Any:
    row = func.json_build_array(*columns)
    return func.json_agg(aggregate_order_by(row, *order) if order else row)
