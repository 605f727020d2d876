"""`GET /tracks?tags=`: tracks that have all of some tags, page by page."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.api.errors import invalid_request
from shared.domain.track_tags import GIVEN_TAGS, read_wanted_tags
from shared.store.repositories import Repositories
from shared.store.tables import Track
from shared.store.tracks.decisions import TrackDecisions, may_be_any
from shared.store.tracks.tagged_tracks import TagPosition

MAX_TAGS = 10
_N_LISTED = 50
"""Words of annotators that an error lists, the most frequent ones."""
_MORE = 2
"""Candidates looked at for each track wanted where few of them may be decided so."""
_CURSOR = re.compile(r"(\d{1,4})_(-?\d{1,7}(?:\.\d{1,9})?)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII)


def require_known_tags(repositories: Repositories, words: Sequence[str]) -> tuple[str, ...]:
    """The tags that a request asks for, as they are compared; none where it asks for none.

    Raises ProblemError (422) for a tag that no tagger gives and nobody has given, and for too many.
    """
    tags = read_wanted_tags(words)
    if len(tags) > MAX_TAGS:
        raise invalid_request("too_many_tags", f"at most {MAX_TAGS} tags at once; these are {len(tags)}")
    others = [tag for tag in tags if tag not in GIVEN_TAGS]
    unknown = sorted(set(others) - repositories.tagged_tracks.filter_annotated(others)) if others else []
    if unknown:
        annotated = [
            word for word in repositories.tagged_tracks.list_most_annotated(limit=_N_LISTED) if word not in GIVEN_TAGS
        ]
        known = ", ".join(sorted(GIVEN_TAGS)) + (f"; and of annotators: {', '.join(annotated)}" if annotated else "")
        raise invalid_request("unknown_tag", f"no track is tagged {' or '.join(unknown)}; known are {known}")
    return tags


def list_tagged_page(
    repositories: Repositories,
    tags: Sequence[str],
    *,
    decisions: Mapping[bool, TrackDecisions],
    emotions: Sequence[str],
    cursor: str | None,
    limit: int,
    **filters: Any,
) -> tuple[list[Track], str | None]:
    """A page of the tracks that have all of `tags`, and the cursor of the next one.

    With `emotions`, those that are decided to be one of them. `filters` are those of `TrackRepository.list_page`.
    Raises ProblemError (422) for text that is no cursor of such a list.
    """
    after = _parse_cursor(cursor)
    size = _MORE * limit + 10 if emotions else limit
    rule = may_be_any(decisions.values(), emotions) if emotions else None
    tracks: list[Track] = []
    while True:
        rows = repositories.tagged_tracks.list_page(tags, after=after, limit=size, rule=rule, **filters)
        decided = repositories.decisions.list_by_library(decisions, [row.track for row in rows]) if emotions else {}
        for row in rows:
            if not emotions or decided[row.track.id].decision.answer in emotions:
                tracks.append(row.track)
            if len(tracks) == limit:
                return tracks, _format_cursor(row.position)
        if len(rows) < size:
            return tracks, None
        after = rows[-1].position


def _format_cursor(position: TagPosition) -> str:
    return f"{position.n_by_people}_{position.mean_score}_{position.track_id}"


def _parse_cursor(cursor: str | None) -> TagPosition | None:
    if cursor is None:
        return None
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        raise invalid_request(
            "invalid_cursor", f"{cursor!r} is no cursor of a list by tags: use `next` of the page before"
        )
    return TagPosition(n_by_people=int(parts[1]), mean_score=Decimal(parts[2]), track_id=UUID(parts[3]))
