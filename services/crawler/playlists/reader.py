"""Playlists as entries: what M3U and XSPF files say, without trusting any of it. Pure.

The other kinds have modules of their own, `pls` and its like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.crawler.text_cleaning import clean_text
from shared.errors import PermanentError, Reason

MAX_BYTES = 20_000_000
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, kw_only=True)
class PlaylistEntry:
    """One line of a playlist, as it stands there."""

    number: int
    """From 1."""
    location: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None


def read_m3u(content: bytes) -> Iterator[PlaylistEntry]:
    """The entries of an M3U or M3U8: UTF-8 or UTF-16 as marked, otherwise UTF-8, otherwise Windows' western text.

    `#EXTINF` gives the title of the line below; other comments are passed over.
    """
    title, artist, number = None, None, 0
    for line in decode_playlist(content).splitlines():
        text = line.strip().replace("\0", "")
        if text.startswith("#EXTINF:"):
            artist, title = _parse_extinf(text)
        elif text and not text.startswith("#"):
            number += 1
            yield PlaylistEntry(number=number, location=text, title=title, artist=artist)
            title = artist = None


def read_xspf(content: bytes) -> Iterator[PlaylistEntry]:
    """The tracks of an XSPF with the first of their locations. Raises PermanentError(`unreadable_playlist`)."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no XSPF: {type(error).__name__} {error}"[:300]) from None
    if local_name(root) != "playlist":
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no XSPF: the document is a {local_name(root)[:60]!r}")
    for number, track in enumerate((node for node in root.iter() if local_name(node) == "track"), start=1):
        fields = {local_name(node): (node.text or "").strip() for node in reversed(track)}
        yield PlaylistEntry(
            number=number,
            location=fields.get("location", "").replace("\0", ""),
            title=clean_text(fields.get("title")),
            artist=clean_text(fields.get("creator")),
            album=clean_text(fields.get("album")),
        )


def _parse_extinf(line: str) -> tuple[str | None, str | None]:
    return artist_and_title(line.partition(",")[2])


def artist_and_title(text: str) -> tuple[str | None, str | None]:
    """Artist and title of a line `Artist - Title`, as players write it; a line without a dash is a title."""
    artist, dash, title = text.partition(" - ")
    return (clean_text(artist), clean_text(title)) if dash else (None, clean_text(artist))


def decode_playlist(content: bytes) -> str:
    """The text of a playlist: UTF-8 or UTF-16 as marked, otherwise UTF-8, otherwise Windows' western text."""
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def local_name(node: Element) -> str:
    """An element's name without its namespace."""
    return str(node.tag).rpartition("}")[2]
