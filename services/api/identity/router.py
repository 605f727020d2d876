"""`/duplicates` and `/merges`: which tracks are one recording, and who said so."""

import math
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from services.api.deps import TEXT, ApiPorts, Limit, PortsDep
from services.api.errors import conflict_error, invalid_cursor, invalid_request, not_found
from services.api.identity.schemas import DuplicateResponse, MergeResponse
from services.api.schemas.page import PageResponse, next_cursor
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import ScoreCursor
from shared.store.repositories import Repositories
from shared.store.tables import Duplicate, Track, TrackMerge

router = APIRouter(tags=["identity"])

_LARGEST = 2**63 - 1
RowId = Annotated[int, Path(ge=1, le=_LARGEST)]


class ResolveDuplicateRequest(BaseModel):
    """Who answers."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"who": "ada"}})
    who: str = Field(default="someone", min_length=1, max_length=100, pattern=TEXT)


class MergeDuplicateRequest(ResolveDuplicateRequest):
    """Who answers, and which of the two tracks shall stand for both."""

    keep: UUID | None = Field(default=None, strict=False, description="One of the two; the older one if not said")


@router.get("/duplicates")
def list_duplicates(
    ports: PortsDep,
    state: Annotated[Literal["open", "merged", "dismissed"], Query(description="How the question stands")] = "open",
    cursor: Annotated[ScoreCursor | None, Query(description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> PageResponse[DuplicateResponse]:
    """Pairs of tracks that are likely one recording, the likeliest first."""
    with ports.store.read() as repositories:
        rows = repositories.duplicates.list_page(state=state, after=_parse_cursor(cursor), limit=limit)
        tracks = {
            track.id: track for track in repositories.duplicates.list_tracks({end for _, *ends in rows for end in ends})
        }
    items = [DuplicateResponse.from_row(row, [tracks[end] for end in sorted(ends)]) for row, *ends in rows]
    return PageResponse(items=items, next=next_cursor(rows, limit=limit, key=_format_cursor))


@router.post("/duplicates/{duplicate_id}/merge", responses={409: {"model": ProblemDetails}})
def merge_duplicate(
    duplicate_id: RowId, ports: PortsDep, body: Annotated[MergeDuplicateRequest | None, Body()] = None
) -> DuplicateResponse:
    """They are one. Nothing is lost: `POST /merges/{id}/undo` parts them again."""
    request = body or MergeDuplicateRequest()
    return _resolve_duplicate(ports, duplicate_id, merge=True, who=request.who, keep=request.keep)


@router.post("/duplicates/{duplicate_id}/dismiss", responses={409: {"model": ProblemDetails}})
def dismiss_duplicate(
    duplicate_id: RowId, ports: PortsDep, body: Annotated[ResolveDuplicateRequest | None, Body()] = None
) -> DuplicateResponse:
    """They are two. They are not asked about again, and never merged by themselves."""
    return _resolve_duplicate(ports, duplicate_id, merge=False, who=(body or ResolveDuplicateRequest()).who)


@router.get("/merges")
def list_merges(
    ports: PortsDep,
    cursor: Annotated[int | None, Query(ge=1, le=_LARGEST, description="`next` of the page before")] = None,
    limit: Limit = 50,
) -> PageResponse[MergeResponse]:
    """All merges, the latest first, undone ones too."""
    with ports.store.read() as repositories:
        rows = repositories.merges.list_page(before=cursor, limit=limit)
    return PageResponse(items=[MergeResponse.from_row(row) for row in rows], next=next_cursor(rows, limit=limit))


@router.get("/merges/{merge_id}")
def show_merge(merge_id: RowId, ports: PortsDep) -> MergeResponse:
    """One merge."""
    with ports.store.read() as repositories:
        return MergeResponse.from_row(_require_merge(repositories, merge_id))


@router.post("/merges/{merge_id}/undo", responses={409: {"model": ProblemDetails}})
def undo_merge(
    merge_id: RowId, ports: PortsDep, body: Annotated[ResolveDuplicateRequest | None, Body()] = None
) -> MergeResponse:
    """Part what the merge joined: the old track answers again, with its own sources and annotations."""
    who = (body or ResolveDuplicateRequest()).who
    with ports.store.read() as repositories:
        _require_merge(repositories, merge_id)
    if not ports.store.transact("merge.undo", lambda repositories: repositories.merges.undo_merge(merge_id, who=who)):
        raise conflict_error("already_undone", f"merge {merge_id} was undone before")
    return show_merge(merge_id, ports)


def _require_merge(repositories: Repositories, merge_id: int) -> TrackMerge:
    merge = repositories.merges.get_by_id(merge_id)
    if merge is None:
        raise not_found("merge", merge_id)
    return merge


def _resolve_duplicate(
    ports: ApiPorts, duplicate_id: int, *, merge: bool, who: str, keep: UUID | None = None
) -> DuplicateResponse:
    with ports.store.read() as repositories:
        duplicate = repositories.duplicates.get_by_id(duplicate_id)
        if duplicate is None:
            raise not_found("duplicate", duplicate_id)
        if keep is not None and keep not in {
            track.survivor_id for track in _load_tracks(repositories, duplicate.one_id, duplicate.other_id)
        }:
            raise invalid_request("unknown_track", f"keep must be one of the two tracks of duplicate {duplicate_id}")
    resolved = ports.store.transact(
        "duplicate.resolve",
        lambda repositories: repositories.duplicates.resolve_pair(duplicate_id, merge=merge, who=who, keep=keep),
    )
    if resolved is None:
        raise conflict_error(
            "already_answered", f"duplicate {duplicate_id} is {duplicate.state} already: see GET /merges"
        )
    with ports.store.read() as repositories:
        return DuplicateResponse.from_row(resolved, _load_tracks(repositories, resolved.one_id, resolved.other_id))


def _load_tracks(repositories: Repositories, *track_ids: UUID) -> list[Track]:
    return list(repositories.duplicates.list_tracks(track_ids))


def _format_cursor(row: tuple[Duplicate, UUID, UUID]) -> str:
    return f"{row[0].score}~{row[0].id}"


def _parse_cursor(cursor: str | None) -> tuple[float, int] | None:
    if cursor is None:
        return None
    score, _, row_id = cursor.partition("~")
    try:
        position = float(score), int(row_id)
    except ValueError:
        position = math.nan, 0
    if not (0 <= position[0] <= 1 and 0 < position[1] <= _LARGEST):
        raise invalid_cursor(cursor)
    return position
