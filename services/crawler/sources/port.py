"""The protocol that every source implements."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from shared.domain.annotation import AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceRef
from shared.json_objects import JsonObject


@dataclass(frozen=True)
class ListedItem:
    """Something to collect: its key within the crawl, and all that is needed to collect it later."""

    key: str
    payload: JsonObject
    glimpse: CollectedTrack | None = None
    """What is known of it without opening it: where the store knows all of that already, it need not be collected."""
    locator: str | None = None
    """The file of the library that it is about, where the listing knows that."""


Cursor = JsonObject
"""How far a list was read, as a source writes it for itself. JSON."""


@dataclass(frozen=True)
class SourcePage:
    """A piece of a list, and the cursor behind it: both are written down in one transaction."""

    items: tuple[ListedItem, ...]
    cursor: Cursor
    ignored: dict[str, int] = field(default_factory=dict)
    """What was left out up to here, by kind."""


@dataclass(frozen=True, kw_only=True)
class ReadList:
    """Somebody whose list says all that they mean: of a track that it does not name any more, they say nothing."""

    kind: AnnotatorKind
    name: str | None = None
    """The annotator's; None: those of whose lists there are pieces."""
    taxonomies: tuple[str | None, ...] | None = None
    """In whose words the list speaks, None among them for free words; None for whatever words. Without any it says
    what tracks are called, and nothing else.
    """


@dataclass
class SourceListing:
    """A source's list, and what it left out on purpose, by kind, so that nothing is passed over in silence."""

    items: Iterator[ListedItem]
    ignored: Counter[str] = field(default_factory=Counter)
    read_lists: tuple[ReadList, ...] = ()
    """Whose lists these are, once they are read to their ends."""
    pages: Callable[[Cursor | None], Iterator[SourcePage]] | None = None
    """The same in pages, from a cursor on: of a source whose list is costly, so that a crash repeats one page only."""

    mounts: set[str] = field(default_factory=set)
    """Paths of folders that the list led through, and on which another file system is mounted."""

    @classmethod
    def from_pages(cls, pages: Callable[[Cursor | None], Iterator[SourcePage]]) -> "SourceListing":
        """A list that can be gone on with."""
        return cls((listed for page in pages(None) for listed in page.items), pages=pages)


class CrawlSource(Protocol):
    """Lists what there is, then collects it piece by piece; every piece may be asked for again after a crash."""

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """Everything that the request covers, in a fixed order.

        Raises PermanentError, here or while the list is read, where the request as a whole cannot be met.
        """

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """One track. Raises PermanentError with the reason why this piece cannot be had."""


@runtime_checkable
class NamingSource(Protocol):
    """A source that can tell which track a piece names although it cannot be collected just now."""

    def list_refs(self, payload: JsonObject, request: CrawlRequest) -> tuple[SourceRef, ...]:
        """The refs that the track would have, none where the piece does not tell."""
