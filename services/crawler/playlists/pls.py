"""PLS playlists as entries: the INI form of Winamp, VLC and internet radio. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator

from services.crawler.playlists.reader import PlaylistEntry, artist_and_title, decode_playlist
from services.crawler.text_cleaning import clean_text
from shared.errors import PermanentError, Reason

_LINE = re.compile(r"(file|title|length)\s*(\d{1,9})\s*=(.*)", re.IGNORECASE)
_SECTION = "[playlist]"


def read_pls(content: bytes) -> Iterator[PlaylistEntry]:
    """The entries of a PLS in the order of their numbers. Raises PermanentError(`unreadable_playlist`)."""
    lines = [line.strip().replace("\0", "") for line in decode_playlist(content).splitlines()]
    if not any(line.casefold() == _SECTION for line in lines):
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no PLS: there is no line {_SECTION}")
    entries: dict[int, dict[str, str]] = defaultdict(dict)
    for line in lines:
        if match := _LINE.fullmatch(line):
            entries[int(match[2])][match[1].casefold()] = match[3].strip()
    numbers = sorted(number for number, entry in entries.items() if entry.get("file"))
    for position, number in enumerate(numbers, start=1):
        artist, title = artist_and_title(clean_text(entries[number].get("title")) or "")
        yield PlaylistEntry(number=position, location=entries[number]["file"], title=title, artist=artist)
