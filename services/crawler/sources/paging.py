"""Through all pages of all targets, from wherever one was."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from services.crawler.sources.port import Cursor, ListedItem, SourceListing, SourcePage
from shared.domain.crawl import CrawlTarget
from shared.errors import PermanentError, Reason

_OF_ONE_TARGET = {Reason.NOT_FOUND, Reason.FORBIDDEN, Reason.SOURCE_REFUSED}
"""Refusals that concern a playlist or a search, not the source: the others are fetched all the same."""


@dataclass(frozen=True)
class ListPart:
    """One answer of a source: its rows, and the offset of what follows, None at the end."""

    rows: tuple[ListedItem, ...]
    following: int | None
    ignored: Counter[str] = field(default_factory=Counter)


Fetch = Callable[[CrawlTarget, int, int | None], ListPart]
"""`(target, offset, how many are still wanted)`."""


def walk_targets(targets: Sequence[CrawlTarget], fetch: Fetch, *, limit: int | None) -> SourceListing:
    """The list of all targets, each to its end or to `limit` rows."""

    def pages(cursor: Cursor | None) -> Iterator[SourcePage]:
        at = cursor or {}
        first, offset, taken = at.get("target", 0), at.get("offset", 0), at.get("taken", 0)
        ignored: Counter[str] = Counter(at.get("ignored", {}))
        for index, target in enumerate(targets[first:], start=first):
            following: int | None = offset
            while following is not None:
                part = _fetch_or_refuse(fetch, target, following, None if limit is None else limit - taken)
                rows = part.rows if limit is None else part.rows[: limit - taken]
                taken += len(rows)
                ignored += part.ignored
                following = part.following if limit is None or taken < limit else None
                cursor_after = (
                    {"target": index + 1, "offset": 0, "taken": 0}
                    if following is None
                    else {"target": index, "offset": following, "taken": taken}
                )
                yield SourcePage(rows, {**cursor_after, "ignored": dict(ignored)}, dict(ignored))
            offset, taken = 0, 0

    return SourceListing.from_pages(pages)


def _fetch_or_refuse(fetch: Fetch, target: CrawlTarget, offset: int, wanted: int | None) -> ListPart:
    try:
        return fetch(target, offset, wanted)
    except PermanentError as error:
        if error.reason not in _OF_ONE_TARGET:
            raise
        refused = {"reason": error.reason.value, "detail": f"{target.name}: {error.detail}"}
        return ListPart((ListedItem(target.name, refused),), None)
