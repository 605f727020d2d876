"""Pages of a sorted library, and what the whole list amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.api.errors import invalid_request
from services.api.tracks.library_list.cursors import format_cursor, parse_sorted_cursor
from services.api.tracks.library_list.parameters import LibraryParameters
from shared.store.repositories import Repositories
from shared.store.tables import Track
from shared.store.tracks import library_conditions
from shared.store.tracks.analysis_states import is_in_state
from shared.store.tracks.decisions import TrackDecisions, may_be_any
from shared.store.tracks.sorted_tracks import SortKey, TrackOrder

PAGE_SIZE = 100
"""Rows from one of `pages` to the next."""
_MORE = 1.1
"""Candidates looked at for each track wanted where some may be decided otherwise."""
Decisions = Mapping[bool, TrackDecisions]


@dataclass(frozen=True)
class LibraryTotals:
    """Of a whole list; all None where nobody asked."""

    count: int | None = None
    duration_s: float | None = None
    pages: list[str] | None = None
    """The cursor after every 100th track that another one follows."""


def list_conditions(parameters: LibraryParameters, decisions: Decisions, *, spec: str) -> list[Any]:
    """The conditions that tracks of the list have to meet."""
    conditions: list[Any] = []
    if parameters.artist is not None:
        conditions.append(library_conditions.is_by_artist(parameters.artist))
    if parameters.year_from is not None or parameters.year_to is not None:
        conditions.append(library_conditions.is_of_years(parameters.year_from, parameters.year_to))
    if parameters.labelled_by is not None:
        conditions.append(library_conditions.is_labelled_by(parameters.labelled_by))
    if parameters.sure is not None:
        conditions.append(library_conditions.has_sure_answer(decisions.values(), sure=parameters.sure))
    if parameters.analysis_state is not None:
        conditions.append(is_in_state(parameters.analysis_state, spec=spec))
    return conditions


def list_sorted_page(
    repositories: Repositories,
    order: TrackOrder,
    *,
    decisions: Decisions,
    emotions: Sequence[str],
    cursor: str | None,
    limit: int,
    **filters: Any,
) -> tuple[list[Track], str | None]:
    """A page, and the cursor of the next one. With `emotions`, the tracks that are decided to be one of them."""
    after = parse_sorted_cursor(order, cursor)
    size = int(_MORE * limit) + 10 if emotions else limit
    rule = may_be_any(decisions.values(), emotions) if emotions else None
    tracks: list[Track] = []
    while True:
        rows = repositories.sorted_tracks.list_page(
            order, decisions.values(), after=after, limit=size, rule=rule, **filters
        )
        decided = repositories.decisions.list_by_library(decisions, [track for track, _ in rows]) if emotions else {}
        for track, position in rows:
            if not emotions or decided[track.id].decision.answer in emotions:
                tracks.append(track)
            if len(tracks) == limit:
                return tracks, format_cursor(order, position)
        if len(rows) < size:
            return tracks, None
        after = rows[-1][1]


def count_list(
    repositories: Repositories,
    parameters: LibraryParameters,
    *,
    decisions: Decisions,
    emotions: Sequence[str],
    tags: Sequence[str],
    **filters: Any,
) -> LibraryTotals:
    """Count the whole list, where that was asked for. Raises ProblemError (422) for pages of a list by tags."""
    if not parameters.count:
        return LibraryTotals()
    if parameters.pages and parameters.order is None and tags:
        raise invalid_request("invalid_request", "pages of a list by tags need a `sort`: `sort=title`, for example")
    if tags:
        filters["conditions"] = [*filters["conditions"], repositories.tagged_tracks.has_tags(tags)]
    rule = repositories.decided_emotions.find_condition(decisions.values(), emotions) if emotions else None
    totals = repositories.sorted_tracks.count_totals(rule=rule, **filters)
    pages = None
    if parameters.pages:
        order = parameters.order or TrackOrder(SortKey.ADDED)
        ends = repositories.sorted_tracks.list_page_ends(
            order, decisions.values(), size=PAGE_SIZE, rule=rule, **filters
        )
        pages = [format_cursor(order, end) for end in ends[: max(0, totals.n_tracks - 1) // PAGE_SIZE]]
    return LibraryTotals(totals.n_tracks, round(totals.duration_s, 1), pages)
