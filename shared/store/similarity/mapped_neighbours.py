"""All that an answer shows of tracks near a track, in one statement, for candidates that a file of vectors named."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, Float, Text, Uuid, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.prediction import PredictionBasis
from shared.store.base_repository import BaseRepository
from shared.store.id_arrays import to_texts
from shared.store.models.repository import STARTER
from shared.store.prepared import PreparedStatement
from shared.store.similarity.neighbours import NearTrack, get_vector_table
from shared.store.tables import AnnotationRow, AnnotatorRow, Model, Prediction, ProjectionRow, Track, TrackSource
from shared.store.tracks.annotation_values import ANNOTATION_COLUMNS, annotation_from_values
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.decisions import StoredPrediction, TrackDecision, TrackDecisions
from shared.store.tracks.lookups import select_artist_groups, select_likely_same
from shared.store.tracks.missing_tracks import MissingWanted, SourceFile, is_shown
from shared.store.tracks.music_rule import is_music
from shared.store.tracks.standing_annotations import is_standing

_UNMOVED = 1e-5
"""The distance of a track's vector to what the file has of it, at most: it was rounded."""


@dataclass(frozen=True, kw_only=True)
class DecidedNearTrack:
    """A track near a track, with the decision on it and its files."""

    near: NearTrack
    decision: TrackDecision
    files: list[SourceFile]


@dataclass(frozen=True, kw_only=True)
class NearTracks:
    """The candidates near a track, the nearest first, and what is known of that track."""

    synthetic: bool
    likely_same: frozenset[UUID]
    """Tracks of which nobody has said yet whether they are this one."""
    artist_groups: frozenset[str]
    """Of all tracks of its recording."""
    tracks: list[DecidedNearTrack]
    """The nearest first."""


class MappedNeighbours(BaseRepository):
    """The SQL that verifies what a file of vectors says, and reads what is shown."""

    def list_nearest(
        self,
        track_id: UUID,
        vector: NDArray[np.float32],
        candidates: Sequence[UUID],
        *,
        owner: Model | ProjectionRow,
        decisions: TrackDecisions,
        emotion: str | None,
        missing: MissingWanted,
        limit: int,
    ) -> NearTracks | None:
        """The first `limit` of the candidates, in their order, that may be shown: with `emotion`, those that may be
        decided to be so. Distances are those of the database.

        `vector` is what the file has of the track. None where the track has another one now, where another track stands
        for it, and where no candidate is left.
        """
        model = decisions.answering.model
        rows = _near_statement(isinstance(owner, Model), missing).fetch_all(
            self._session,
            (
                track_id.hex,
                f"[{','.join(map(repr, vector.tolist()))}]",
                owner.id.hex,
                to_texts(candidates),
                None if model is None else model.id.hex,
                emotion,
                limit,
            ),
        )
        if not rows or not rows[0][1] < _UNMOVED:
            return None
        synthetic, _, likely_same, artist_groups = rows[0][:4]
        return NearTracks(
            synthetic=synthetic,
            likely_same=frozenset(likely_same),
            artist_groups=frozenset(artist_groups),
            tracks=self._decide_rows([row[4:] for row in rows], decisions),
        )

    def _decide_rows(self, rows: Sequence[Sequence[Any]], decisions: TrackDecisions) -> list[DecidedNearTrack]:
        near = [_read_near(row) for row in rows]
        annotations = {
            one.track_id: [annotation_from_values(values) for values in row[10] or ()]
            for one, row in zip(near, rows, strict=True)
        }
        consensus = decisions.resolver.resolve_labels(AnnotationRepository(self._session), annotations)
        decided = [
            DecidedNearTrack(
                near=one,
                decision=TrackDecision(
                    taxonomy=decisions.answering.taxonomy,
                    consensus=consensus.get(one.track_id),
                    predicted=_read_prediction(row, decisions.answering.model),
                ),
                files=[_read_file(values) for values in row[11] or ()],
            )
            for one, row in zip(near, rows, strict=True)
            if not math.isnan(one.distance)
        ]
        return sorted(decided, key=lambda one: (one.near.distance, one.near.track_id))


def _read_near(row: Sequence[Any]) -> NearTrack:
    track_id, artist_group, title, artist, album, duration_s, distance = row[:7]
    return NearTrack(
        track_id=track_id,
        artist_group=artist_group,
        title=title,
        artist=artist,
        album=album,
        duration_s=duration_s,
        distance=distance,
    )


def _read_prediction(row: Sequence[Any], model: Model | None) -> StoredPrediction | None:
    emotion, probabilities, basis = row[7:10]
    if model is None or basis is None:
        return None
    return StoredPrediction(
        emotion=emotion,
        probability=max(probabilities, default=0.0),
        basis=PredictionBasis(basis),
        model_id=model.id,
        is_starter=model.state == STARTER,
    )


def _read_file(values: Sequence[Any]) -> SourceFile:
    file = SourceFile(*values)
    return file._replace(seen_at=datetime.fromisoformat(str(file.seen_at)))


_TYPES = ("uuid", "vector", "uuid", "uuid[]", "uuid", "text", "integer")
_ASKED: Any = literal_column("$1")
_FILE_VECTOR: Any = literal_column("$2")
_OWNER: Any = literal_column("$3")
_CANDIDATES: Any = literal_column("$4")
_MODEL: Any = literal_column("$5")
_EMOTION: Any = literal_column("$6")
_LIMIT: Any = literal_column("$7")


@cache
def _near_statement(of_model: bool, missing: MissingWanted) -> PreparedStatement:  # noqa: FBT001 (a key of a cache)
    vectors, is_owned = get_vector_table(of_model=of_model, owner_id=_OWNER)
    asked = _select_asked(vectors, is_owned)
    distance = vectors.vector.op("<=>", return_type=Float())(select(asked.c.vector).scalar_subquery())
    numbered = func.unnest(_CANDIDATES).table_valued("id", with_ordinality="number").render_derived()
    # in order before anything else is looked at: as many are looked at as are wanted
    candidates = select(numbered.c.id, numbered.c.number).order_by(numbered.c.number).offset(0).subquery("candidates")
    names = (Track.id, Track.artist_group, Track.title, Track.artist, Track.album, Track.duration_s)
    # not `exists`, which the server may answer by gathering all annotated tracks, for every statement anew
    is_annotated = _of_annotations(select(AnnotationRow.id)).limit(1).scalar_subquery().is_not(None)
    query = (
        select(
            asked.c.synthetic,
            asked.c.moved,
            asked.c.likely_same,
            asked.c.artist_groups,
            *names,
            distance,
            Prediction.emotion,
            Prediction.probabilities,
            Prediction.basis,
            _select_annotations().scalar_subquery(),
            _select_files().scalar_subquery(),
        )
        .select_from(candidates)
        .join(Track, Track.id == candidates.c.id)
        .join(vectors, (vectors.track_id == Track.id) & is_owned)
        .join(asked, literal_column("true"))
        .outerjoin(Prediction, (Prediction.track_id == Track.id) & (Prediction.model_id == _MODEL))
        .where(
            Track.id != _ASKED,
            Track.synthetic == asked.c.synthetic,
            Track.merged_into.is_(None),
            is_shown(missing),
            or_(_EMOTION.is_(None), Prediction.emotion == _EMOTION, is_annotated),
            is_music(),
        )
        .order_by(candidates.c.number)
        .limit(_LIMIT)
    )
    name = f"near_{'embeddings' if of_model else 'projected'}_{missing.value}"
    return PreparedStatement.from_query(name, _TYPES, query)


def _select_asked(vectors: Any, is_owned: Any) -> Any:
    likely_same = select_likely_same(_ASKED).correlate(None).scalar_subquery()
    artist_groups = select_artist_groups(_ASKED).correlate(None).scalar_subquery()
    return (
        select(
            Track.synthetic,
            vectors.vector.label("vector"),
            vectors.vector.op("<=>", return_type=Float())(_FILE_VECTOR).label("moved"),
            func.array(likely_same, type_=ARRAY(Uuid())).label("likely_same"),
            func.array(artist_groups, type_=ARRAY(Text())).label("artist_groups"),
        )
        .join(vectors, vectors.track_id == Track.id)
        .where(is_owned, Track.id == _ASKED, Track.merged_into.is_(None))
        .cte("asked")
    )


def _of_annotations(query: Any) -> Any:
    """Of those of the recording; none withdrawn."""
    member = aliased(Track)
    return (
        query.select_from(member)
        .join(AnnotationRow, AnnotationRow.track_id == member.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(member.survivor_id == Track.id, is_standing())
        .correlate(Track)
    )


def _select_annotations() -> Any:
    """Oldest first."""
    annotation = func.json_build_array(*ANNOTATION_COLUMNS)
    return _of_annotations(select(func.json_agg(aggregate_order_by(annotation, AnnotationRow.at, AnnotationRow.id))))


def _select_files() -> Any:
    """The sources of the recording, as `file_to_play` takes them."""
    member = aliased(Track)
    file = func.json_build_array(*(getattr(TrackSource, name) for name in SourceFile._fields))
    return (
        select(func.json_agg(aggregate_order_by(file, TrackSource.id)))
        .select_from(member)
        .join(TrackSource, TrackSource.track_id == member.id)
        .where(member.survivor_id == Track.id)
        .correlate(Track)
    )
