"""What a promotion would change of tags, and of valence and arousal: two scored models compared."""

from operator import attrgetter
from uuid import UUID

from services.api.models.head_diff_schemas import (
    PointMoveListResponse,
    PointMoveResponse,
    TagChangeResponse,
    TagFlipListResponse,
    TagFlipResponse,
)
from services.api.models.schemas import EmotionChangeResponse
from services.api.schemas.model import ModelReference
from services.api.schemas.page import next_cursor
from services.api.schemas.valence_arousal import ValenceArousalResponse
from shared.store.models.prediction_diff import HeadChange, TagFlip
from shared.store.repositories import Repositories
from shared.store.tables import Model

MOVED = 0.25
"""The distance from which on a track counts as moved, unless another is asked for: an eighth of a side of the plane."""
FARTHEST = 2.83
"""The diagonal of the plane."""


def list_tag_flips(
    repositories: Repositories, model: Model, against: Model, *, after: UUID | None, limit: int
) -> TagFlipListResponse:
    """A page of the tracks that would get or lose tags, and the counts of all."""
    flips = repositories.tag_flips(model=model, against=against)
    counts, rows = flips.count_flips(), flips.list_page(after=after, limit=limit)
    ours, theirs = model.card["classes"], against.card["classes"]
    return TagFlipListResponse(
        model=ModelReference.from_row(model),
        against=ModelReference.from_row(against),
        compared=counts.compared,
        flips=counts.changed,
        held=counts.held,
        gained=[tag for tag in ours if tag not in theirs],
        lost=[tag for tag in theirs if tag not in ours],
        changes=[
            TagChangeResponse(tag=tag, came=came, went=went) for tag, (came, went) in flips.count_by_tag().items()
        ],
        items=[_tag_flip_response(row) for row in rows],
        next=next_cursor(rows, limit=limit, key=attrgetter("track_id")),
    )


def list_point_moves(
    repositories: Repositories, model: Model, against: Model, *, at_least: float, after: UUID | None, limit: int
) -> PointMoveListResponse:
    """A page of the tracks that would move at least so far, the farthest first, and the counts of all."""
    moves = repositories.head_changes(model=model, against=against, at_least=at_least)
    counts, rows = moves.count_flips(), moves.list_page(after=after, limit=limit)
    return PointMoveListResponse(
        model=ModelReference.from_row(model),
        against=ModelReference.from_row(against),
        compared=counts.compared,
        moved=at_least,
        flips=counts.changed,
        held=counts.held,
        changes=[EmotionChangeResponse(before=b, after=a, tracks=n) for (b, a), n in moves.count_crossings().items()],
        items=[_move_response(row) for row in rows],
        next=next_cursor(rows, limit=limit, key=attrgetter("track_id")),
    )


def _tag_flip_response(row: TagFlip) -> TagFlipResponse:
    return TagFlipResponse(
        track_id=row.track_id,
        title=row.title,
        artist=row.artist,
        came=list(row.came),
        went=list(row.went),
        href=f"/tracks/{row.track_id}",
    )


def _move_response(row: HeadChange) -> PointMoveResponse:
    return PointMoveResponse(
        track_id=row.track_id,
        title=row.title,
        artist=row.artist,
        before=ValenceArousalResponse.from_valence_arousal(row.before),
        after=ValenceArousalResponse.from_valence_arousal(row.after),
        distance=round(row.distance, 6),
        href=f"/tracks/{row.track_id}",
    )
