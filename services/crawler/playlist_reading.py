"""Playlists as entries: what M3U and XSPF files say, without trusting any of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.crawler.cleaning import clean_text
from shared.errors import PermanentError, Reason

MAX_BYTES = 20_000_000
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DRIVE_LETTER = 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a playlist, as it stands there."""

    number: int
    """From 1."""
    location: str
    title: str | None = None
    artist: str | None = None
    album: str | None = None


def read_m3u(content: bytes) -> Iterator[Entry]:
    """The entries of an M3U or M3U8: UTF-8 or UTF-16 as marked, otherwise UTF-8, otherwise Windows' western text.

    `#EXTINF` gives the title of the line below; other comments are passed over.
    """
    title, artist, number = None, None, 0
    for line in _decoded(content).splitlines():
        said = line.strip().replace("\0", "")
        if said.startswith("#EXTINF:"):
            artist, title = _extinf(said)
        elif said and not said.startswith("#"):
            number += 1
            yield Entry(number=number, location=said, title=title, artist=artist)
            title = artist = None


def read_xspf(content: bytes) -> Iterator[Entry]:
    """The tracks of an XSPF with the first of their locations. Raises PermanentError(`unreadable_playlist`)."""
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no XSPF: {type(error).__name__} {error}"[:300]) from None
    if _name(root) != "playlist":
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no XSPF: the document is a {_name(root)[:60]!r}")
    for number, track in enumerate((node for node in root.iter() if _name(node) == "track"), start=1):
        said = {_name(node): (node.text or "").strip() for node in reversed(track)}
        yield Entry(
            number=number,
            location=said.get("location", "").replace("\0", ""),
            title=clean_text(said.get("title")),
            artist=clean_text(said.get("creator")),
            album=clean_text(said.get("album")),
        )


def local_paths(location: str) -> list[str]:
    """The paths that a location may mean, the likeliest first.

    A name may hold a percent sign, so what is no URI is first taken as it stands. Windows' backslashes are read as
    slashes. Raises PermanentError: `unsupported` for an address on the web, `not_found` for an empty location.
    """
    if not location:
        raise PermanentError(Reason.NOT_FOUND, "the entry names no file")
    scheme = urlsplit(location.partition("%")[0]).scheme if "://" in location else ""
    if location.casefold().startswith("file:"):
        address = urlsplit(location)
        if address.netloc not in {"", "localhost"}:
            raise PermanentError(Reason.UNSUPPORTED, f"{location[:200]} lies on another machine")
        return [unquote(address.path)]
    if len(scheme) > _DRIVE_LETTER:
        raise PermanentError(Reason.UNSUPPORTED, f"{location[:200]} is on the web: only files of the library are taken")
    options = [location, unquote(location), location.replace("\\", "/"), unquote(location).replace("\\", "/")]
    return list(dict.fromkeys(options))


def _extinf(line: str) -> tuple[str | None, str | None]:
    artist, dash, title = line.partition(",")[2].partition(" - ")
    return (clean_text(artist), clean_text(title)) if dash else (None, clean_text(artist))


def _decoded(content: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
