"""`/duplicates` and `/merges`: which tracks are one recording, and who said so."""

import math
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from services.api.deps import TEXT, Limit, Ports, PortsDep
from services.api.errors import conflict, invalid, not_found
from services.api.identity.schemas import DuplicateDocument, MergeDocument
from services.api.schemas.common import Page, Problem
from shared.store.tables import Track, TrackMerge
from shared.store.tracks.duplicates import Duplicates
from shared.store.tracks.merges import Merges

router = APIRouter(tags=["identity"], responses={404: {"model": Problem}, 422: {"model": Problem}})

_LARGEST = 2**63 - 1
RowId = Annotated[int, Path(ge=1, le=_LARGEST)]


class ResolveBody(BaseModel):
    """Who answers."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"who": "ada"}})
    who: str = Field(default="someone", min_length=1, max_length=100, pattern=TEXT)


class MergeBody(ResolveBody):
    """Who answers, and which of the two tracks shall stand for both."""

    keep: UUID | None = Field(default=None, description="One of the two; the older one if not said")


@router.get("/duplicates")
def list_duplicates(
    ports: PortsDep,
    state: Annotated[Literal["open", "merged", "dismissed"], Query(description="How the question stands")] = "open",
    cursor: Annotated[str | None, Query(description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> Page[DuplicateDocument]:
    """Pairs of tracks that are likely one recording, the likeliest first."""
    with ports.store.read() as session:
        rows = Duplicates(session).page(state=state, after=_after(cursor), limit=limit)
        tracks = {track.id: track for track in Duplicates(session).tracks({end for _, *ends in rows for end in ends})}
    documents = [DuplicateDocument.of(row, [tracks[end] for end in sorted(ends)]) for row, *ends in rows]
    following = f"{rows[-1][0].score}~{rows[-1][0].id}" if len(rows) == limit else None
    return Page(items=documents, next=following)


@router.post("/duplicates/{duplicate_id}/merge", responses={409: {"model": Problem}})
def merge_duplicate(
    duplicate_id: RowId, ports: PortsDep, body: Annotated[MergeBody | None, Body()] = None
) -> DuplicateDocument:
    """They are one. Nothing is lost: `POST /merges/{id}/undo` parts them again."""
    said = body or MergeBody()
    return _resolve(ports, duplicate_id, merge=True, who=said.who, keep=said.keep)


@router.post("/duplicates/{duplicate_id}/dismiss", responses={409: {"model": Problem}})
def dismiss_duplicate(
    duplicate_id: RowId, ports: PortsDep, body: Annotated[ResolveBody | None, Body()] = None
) -> DuplicateDocument:
    """They are two. They are not asked about again, and never merged by themselves."""
    return _resolve(ports, duplicate_id, merge=False, who=(body or ResolveBody()).who)


@router.get("/merges")
def list_merges(
    ports: PortsDep,
    cursor: Annotated[int | None, Query(ge=1, le=_LARGEST, description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> Page[MergeDocument]:
    """All merges, the latest first, undone ones too."""
    with ports.store.read() as session:
        rows = Merges(session).page(before=cursor, limit=limit)
    return Page(items=[MergeDocument.of(row) for row in rows], next=str(rows[-1].id) if len(rows) == limit else None)


@router.get("/merges/{merge_id}")
def show_merge(merge_id: RowId, ports: PortsDep) -> MergeDocument:
    """One merge."""
    with ports.store.read() as session:
        return MergeDocument.of(_merge(session, merge_id))


@router.post("/merges/{merge_id}/undo", responses={409: {"model": Problem}})
def undo_merge(merge_id: RowId, ports: PortsDep, body: Annotated[ResolveBody | None, Body()] = None) -> MergeDocument:
    """Part what the merge joined: the old track answers again, with its own sources and annotations."""
    who = (body or ResolveBody()).who
    with ports.store.read() as session:
        _merge(session, merge_id)
    if not ports.store.transact("merge.undo", lambda session: Merges(session).undo(merge_id, who=who)):
        raise conflict("already_undone", f"merge {merge_id} was undone before")
    return show_merge(merge_id, ports)


def _merge(session: Session, merge_id: int) -> TrackMerge:
    merge = Merges(session).get(merge_id)
    if merge is None:
        raise not_found("merge", merge_id)
    return merge


def _resolve(ports: Ports, duplicate_id: int, *, merge: bool, who: str, keep: UUID | None = None) -> DuplicateDocument:
    with ports.store.read() as session:
        asked = Duplicates(session).get(duplicate_id)
        if asked is None:
            raise not_found("duplicate", duplicate_id)
        if keep is not None and keep not in {
            track.survivor_id for track in _both(session, asked.one_id, asked.other_id)
        }:
            raise invalid("unknown_track", f"keep must be one of the two tracks of duplicate {duplicate_id}")
    answered = ports.store.transact(
        "duplicate.resolve",
        lambda session: Duplicates(session).resolve(duplicate_id, merge=merge, who=who, keep=keep),
    )
    if answered is None:
        raise conflict("already_answered", f"duplicate {duplicate_id} is {asked.state} already: see GET /merges")
    with ports.store.read() as session:
        return DuplicateDocument.of(answered, _both(session, answered.one_id, answered.other_id))


def _both(session: Session, *track_ids: UUID) -> list[Track]:
    return list(Duplicates(session).tracks(track_ids))


def _after(cursor: str | None) -> tuple[float, int] | None:
    if cursor is None:
        return None
    score, _, row_id = cursor.partition("~")
    try:
        found = float(score), int(row_id)
    except ValueError:
        found = math.nan, 0
    if not (0 <= found[0] <= 1 and 0 < found[1] <= _LARGEST):
        raise invalid("invalid_cursor", f"{cursor[:60]!r} is not a cursor: use `next` of the page before")
    return found
