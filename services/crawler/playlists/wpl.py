"""WPL and ZPL playlists as entries: those of Windows Media Player and Zune. Pure."""

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.crawler.playlists.reader import PlaylistEntry, local_name
from services.crawler.text_cleaning import clean_text
from shared.errors import PermanentError, Reason


def read_wpl(content: bytes) -> Iterator[PlaylistEntry]:
    """The media of a WPL in their order. Raises PermanentError(`unreadable_playlist`)."""
    try:
        root = fromstring(content.strip())
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no WPL: {type(error).__name__} {error}"[:300]) from None
    if local_name(root) != "smil":
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no WPL: the document is a {local_name(root)[:60]!r}")
    for number, media in enumerate((node for node in root.iter() if local_name(node) == "media"), start=1):
        yield PlaylistEntry(
            number=number,
            location=media.get("src", "").strip().replace("\0", ""),
            title=clean_text(media.get("trackTitle")),
            artist=clean_text(media.get("trackArtist") or media.get("albumArtist")),
            album=clean_text(media.get("albumTitle")),
        )
