"""`DELETE /tracks`: remove tracks from the library. Files are never deleted."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.api.deps import TEXT, TRACK_RESPONSES, Cursor, Limit, PortsDep, TrackId, require_surviving_track
from services.api.errors import conflict_error, invalid_request
from services.api.schemas.page import next_cursor
from services.api.schemas.problem import ProblemDetails
from services.api.schemas.request_values import OnlyTrue
from services.api.tracks.removal_schemas import RemovalResponse
from shared.domain.annotation import AnnotatorKind
from shared.store.repositories import Repositories
from shared.store.tracks.removals import Removal, RemovalRepository

router = APIRouter(prefix="/tracks", tags=["tracks"])

DryRun = Annotated[bool, Query(description="Only say what would go")]
Labels = Annotated[bool, Query(description="Also what people labelled, with their labels")]
Who = Annotated[str, Query(min_length=1, max_length=100, pattern=TEXT, description="Who removes, for the record")]


@router.delete(
    "/{track_id}",
    responses={
        **TRACK_RESPONSES,
        409: {"model": ProblemDetails, "description": "People labelled it: `has_labels`"},
    },
)
def delete_track(
    track_id: TrackId, ports: PortsDep, dry_run: DryRun = False, labels: Labels = False, who: Who = "api"
) -> RemovalResponse:
    """Remove a recording: its tracks, features, predictions and labels. Its files stay, and are passed over from now
    on; a crawl with `restore_deleted` takes them in again. What models were trained on stays with them.
    """

    def remove(repositories: Repositories) -> tuple[list[Removal], list[Removal]]:
        require_surviving_track(repositories, track_id)
        return _remove_tracks(repositories.removals, [track_id], dry_run=dry_run, labels=labels, who=who)

    removed, kept = ports.store.transact("track.delete", remove)
    if kept and not dry_run:
        n = kept[0].annotations[AnnotatorKind.PERSON.value]
        raise conflict_error(
            "has_labels",
            f"people said {n} thing{'s' if n > 1 else ''} of this track that nobody can say again but they: ask with "
            "labels=true to remove that too, or with dry_run=true to see what would go",
        )
    return RemovalResponse.from_removals(removed, kept, dry_run=dry_run)


@router.delete("")
def delete_tracks(
    ports: PortsDep,
    *,
    missing: Annotated[OnlyTrue, Query(description="Tracks whose last file is gone; has to be said")],
    dry_run: DryRun = False,
    labels: Labels = False,
    who: Who = "api",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> RemovalResponse:
    """Remove the missing tracks, `limit` at a time: go on at `next` until it is null. Those that people labelled are
    `kept`, unless `labels=true`.
    """
    if not missing:
        raise invalid_request(
            "nothing_named", "say which tracks: missing=true, or one at a time by DELETE /tracks/<id>"
        )

    def remove(repositories: Repositories) -> tuple[list[Removal], list[Removal], str | None]:
        removals = repositories.removals
        ids = removals.page_missing(after=cursor, limit=limit)
        removed, kept = _remove_tracks(removals, ids, dry_run=dry_run, labels=labels, who=who)
        return removed, kept, next_cursor(ids, limit=limit, key=str)

    removed, kept, following = ports.store.transact("tracks.delete", remove)
    return RemovalResponse.from_removals(removed, kept, dry_run=dry_run, following=following)


def _remove_tracks(
    removals: RemovalRepository, track_ids: Sequence[UUID], *, dry_run: bool, labels: bool, who: str
) -> tuple[list[Removal], list[Removal]]:
    """`(what goes, what stays because people labelled it)`."""
    removable = removals.describe(track_ids)
    kept = [removal for removal in removable if removal.is_labelled_by_people and not labels]
    removed = [removal for removal in removable if labels or not removal.is_labelled_by_people]
    if removed and not dry_run:
        removals.remove([removal.track_id for removal in removed], who=who)
    return removed, kept
