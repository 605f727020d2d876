"""What a promotion would change of tags, and of places on the plane: two scored models side by side."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.api.models.head_diff_schemas import (
    MoveDocument,
    MovesDocument,
    TagChangeDocument,
    TagFlipDocument,
    TagFlipsDocument,
)
from services.api.models.schemas import ChangeDocument
from services.api.schemas.common import ModelReference
from services.api.schemas.valence_arousal import PointDocument
from shared.store.models.prediction_diff import Move, Moves, TagFlip, TagFlips
from shared.store.tables import Model

MOVED = 0.25
"""The distance from which on a track counts as moved, unless another is asked for: an eighth of a side of the plane."""
FARTHEST = 2.83
"""The diagonal of the plane."""


def tag_flips(session: Session, model: Model, against: Model, *, after: UUID | None, limit: int) -> TagFlipsDocument:
    """A page of the tracks that would get or lose tags, and the counts of all."""
    flips = TagFlips(session, model=model, against=against)
    counts, rows = flips.counts(), flips.page(after=after, limit=limit)
    ours, theirs = model.card["classes"], against.card["classes"]
    return TagFlipsDocument(
        model=ModelReference.of(model),
        against=ModelReference.of(against),
        compared=counts.compared,
        flips=counts.changed,
        held=counts.held,
        gained=[tag for tag in ours if tag not in theirs],
        lost=[tag for tag in theirs if tag not in ours],
        changes=[TagChangeDocument(tag=tag, came=came, went=went) for tag, (came, went) in flips.by_tag().items()],
        items=[_tag_flip(row) for row in rows],
        next=str(rows[-1].track_id) if len(rows) == limit else None,
    )


def moves(
    session: Session, model: Model, against: Model, *, at_least: float, after: UUID | None, limit: int
) -> MovesDocument:
    """A page of the tracks that would move at least so far, the farthest first, and the counts of all."""
    found = Moves(session, model=model, against=against, at_least=at_least)
    counts, rows = found.counts(), found.page(after=after, limit=limit)
    return MovesDocument(
        model=ModelReference.of(model),
        against=ModelReference.of(against),
        compared=counts.compared,
        moved=at_least,
        flips=counts.changed,
        held=counts.held,
        changes=[ChangeDocument(before=b, after=a, tracks=n) for (b, a), n in found.crossings().items()],
        items=[_move(row) for row in rows],
        next=str(rows[-1].track_id) if len(rows) == limit else None,
    )


def _tag_flip(row: TagFlip) -> TagFlipDocument:
    return TagFlipDocument(
        track_id=row.track_id,
        title=row.title,
        artist=row.artist,
        came=list(row.came),
        went=list(row.went),
        href=f"/tracks/{row.track_id}",
    )


def _move(row: Move) -> MoveDocument:
    return MoveDocument(
        track_id=row.track_id,
        title=row.title,
        artist=row.artist,
        before=PointDocument.of(row.before),
        after=PointDocument.of(row.after),
        distance=round(row.distance, 6),
        href=f"/tracks/{row.track_id}",
    )
