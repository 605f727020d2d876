"""ASX, WAX and WVX playlists as entries: Windows Media's metafiles. Pure.

They look like XML and are not: tags in any case, `&` as it comes, attributes that are never quoted. So they are read as
browsers read HTML, which declares no entities and fetches nothing.
"""

from collections.abc import Iterator
from html.parser import HTMLParser

from services.crawler.playlists.reader import PlaylistEntry, decode_playlist
from services.crawler.text_cleaning import clean_text
from shared.errors import PermanentError, Reason

_TEXTS = frozenset({"title", "author"})


def read_asx(content: bytes) -> Iterator[PlaylistEntry]:
    """The entries of an ASX with the first of their addresses. Raises PermanentError(`unreadable_playlist`)."""
    parser = _AsxParser()
    parser.feed(decode_playlist(content))
    parser.close()
    if not parser.is_asx:
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, "no ASX: there is no element asx")
    for number, entry in enumerate(parser.entries, start=1):
        yield PlaylistEntry(
            number=number,
            location=entry.get("ref", "").strip().replace("\0", ""),
            title=clean_text(entry.get("title")),
            artist=clean_text(entry.get("author")),
        )


class _AsxParser(HTMLParser):
    """Collects what stands within `entry`; elements of the whole list, its title among them, are passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.is_asx = False
        self.entries: list[dict[str, str]] = []
        self._entry: dict[str, str] | None = None
        self._text: str | None = None

    def set_cdata_mode(self, elem: str, **_: object) -> None:
        """Elements stay elements: HTML would take all that stands behind a title that is not closed for its text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._text = None
        if tag == "asx":
            self.is_asx = True
        elif tag == "entry":
            self._entry = {}
            self.entries.append(self._entry)
        elif tag == "ref" and self._entry is not None:
            self._entry.setdefault("ref", dict(attrs).get("href") or "")
        elif tag in _TEXTS and self._entry is not None:
            self._text = tag

    def handle_endtag(self, tag: str) -> None:
        self._text = None
        if tag == "entry":
            self._entry = None

    def handle_data(self, data: str) -> None:
        if self._text is not None and self._entry is not None:
            self._entry[self._text] = self._entry.get(self._text, "") + data
