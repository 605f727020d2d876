"""All that is stored of the emotions of tracks, for many tracks in one statement: what most requests ask for.

The statement is made of the conditions of the other queries on annotations and on what is heard, once, and the server
plans it once for each connection.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.annotation import Annotation
from shared.domain.content_kind import ContentKind
from shared.domain.prediction import PredictionBasis
from shared.domain.targets import ValenceArousal
from shared.store.features.tagger_outputs import is_not_music, is_overruled
from shared.store.loop_connection import LoopConnection, Rows
from shared.store.prepared import PreparedStatement
from shared.store.tables import AnnotationRow, AnnotatorRow, Prediction, TaggerOutputRow, Track
from shared.store.tracks.annotation_values import ANNOTATION_COLUMNS, annotation_from_values
from shared.store.tracks.standing_annotations import is_standing

_MOST_TRACKS = 200
"""Of a statement; those that wait for longer get the next one."""

_Row = tuple[Any, ...]
"""As `_select_stored` selects it."""


@dataclass(frozen=True, kw_only=True)
class StoredOutput:
    """What a model said of a track when it was asked."""

    numbers: list[float]
    valence_arousal: ValenceArousal | None
    basis: PredictionBasis


@dataclass(frozen=True, kw_only=True)
class StoredEmotion:
    """What is stored of a surviving track."""

    synthetic: bool
    annotations: list[Annotation]
    """Oldest first, with those of the tracks that it stands for; none withdrawn."""
    content_kind: ContentKind | None
    """What is heard in it where that is no music, whatever annotators say."""
    outputs: Mapping[UUID, StoredOutput]
    """By model, of those that were asked for."""


class StoredEmotionReader:
    """Stored emotions for the requests of one event loop: those that wait at the same time share a statement."""

    def __init__(self, connection: LoopConnection) -> None:
        self._connection = connection
        self._waiting: list[_WaitingRequest] = []

    def is_ready(self) -> bool:
        """Whether `fetch` may be called; if not, a connection is being opened."""
        return self._connection.prepare()

    async def fetch(self, track_id: UUID, model_ids: Sequence[UUID]) -> StoredEmotion | None:
        """What is stored of a track, with the outputs of these models. None where there is no such track, another one
        stands for it, or the database did not answer.
        """
        request = _WaitingRequest(str(track_id), model_ids, asyncio.get_running_loop().create_future())
        self._waiting.append(request)
        if not self._connection.is_busy:
            self._serve_waiting()  # the connection may have been lost since `is_ready`
        row = await request.row
        return None if row is None else _read_row(row)

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _send_batch(self) -> None:
        batch, self._waiting = self._waiting[:_MOST_TRACKS], self._waiting[_MOST_TRACKS:]
        track_ids = ",".join({request.track_id for request in batch})
        model_ids = ",".join({str(model_id) for request in batch for model_id in request.model_ids})

        def receive(rows: Rows | None) -> None:
            by_track = {row[0]: row for row in rows or ()}
            _answer(batch, by_track)
            if self._waiting:
                self._serve_waiting()

        self._connection.send_statement(_EXECUTE, (f"{{{track_ids}}}", f"{{{model_ids}}}"), receive)

    def _serve_waiting(self) -> None:
        if self._connection.prepare():
            self._send_batch()
        else:
            given_up, self._waiting = self._waiting, []
            _answer(given_up, {})


@dataclass(frozen=True, eq=False)
class _WaitingRequest:
    track_id: str
    model_ids: Sequence[UUID]
    row: asyncio.Future[_Row | None]


def _answer(requests: Iterable[_WaitingRequest], by_track: Mapping[str, _Row]) -> None:
    for request in requests:
        if not request.row.done():  # its client may have left
            request.row.set_result(by_track.get(request.track_id))


def _read_row(row: _Row) -> StoredEmotion:
    _, synthetic, annotations, content_kind, outputs = row
    return StoredEmotion(
        synthetic=synthetic,
        annotations=[annotation_from_values(values) for values in annotations or ()],
        content_kind=ContentKind(content_kind) if content_kind else None,
        outputs={UUID(values[0]): _read_output(values) for values in outputs or ()},
    )


def _read_output(values: Sequence[Any]) -> StoredOutput:
    _, probabilities, basis, valence, arousal = values
    point = None if valence is None or arousal is None else (float(valence), float(arousal))
    return StoredOutput(numbers=list(map(float, probabilities)), valence_arousal=point, basis=PredictionBasis(basis))


def _select_stored(track_ids: Any, model_ids: Any) -> Select[Any, Any, Any, Any, Any]:
    wanted, member = aliased(Track), aliased(Track)
    annotation = func.json_build_array(*ANNOTATION_COLUMNS)
    annotations = (
        select(func.json_agg(aggregate_order_by(annotation, AnnotationRow.at, AnnotationRow.id)))
        .select_from(member)
        .join(AnnotationRow, AnnotationRow.track_id == member.id)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .where(member.survivor_id == wanted.id, is_standing())
        .correlate(wanted)
    )
    described = aliased(Track)
    content_kind = (
        select(TaggerOutputRow.content_kind)
        .select_from(described)
        .join(TaggerOutputRow, TaggerOutputRow.track_id == described.id)
        .where(described.survivor_id == wanted.id, is_not_music(), ~is_overruled(described, wanted=wanted))
        .limit(1)
        .correlate(wanted)
    )
    output = func.json_build_array(
        Prediction.model_id, Prediction.probabilities, Prediction.basis, Prediction.valence, Prediction.arousal
    )
    outputs = (
        select(func.json_agg(output))
        .where(Prediction.track_id == wanted.id, Prediction.model_id == func.any(model_ids))
        .correlate(wanted)
    )
    columns = (annotations.scalar_subquery(), content_kind.scalar_subquery(), outputs.scalar_subquery())
    return select(wanted.id, wanted.synthetic, *columns).where(
        wanted.id == func.any(track_ids), wanted.merged_into.is_(None)
    )


_STATEMENT = PreparedStatement.from_query(
    "stored_emotions", ("uuid[]", "uuid[]"), _select_stored(literal_column("$1"), literal_column("$2"))
)
EMOTION_SETUP = f"set plan_cache_mode = force_generic_plan; {_STATEMENT.declaration}"
"""What a connection runs before the first statement: planning takes longer than reading."""
_EXECUTE = f"execute {_STATEMENT.name} (%s, %s)"
