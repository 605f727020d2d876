"""JSPF playlists as entries: XSPF in JSON, https://xspf.org/jspf. Pure."""

import json
from collections.abc import Iterator

from services.crawler.playlists.reader import PlaylistEntry, decode_playlist
from services.crawler.text_cleaning import clean_text
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject


def read_jspf(content: bytes) -> Iterator[PlaylistEntry]:
    """The tracks of a JSPF with the first of their locations. Raises PermanentError(`unreadable_playlist`)."""
    try:
        document = json.loads(decode_playlist(content).lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"no JSPF: {error}"[:300]) from None
    playlist = document.get("playlist") if isinstance(document, dict) else None
    tracks = playlist.get("track", []) if isinstance(playlist, dict) else None
    if not isinstance(tracks, list):
        raise PermanentError(Reason.UNREADABLE_PLAYLIST, 'no JSPF: there is no list of "track" in a "playlist"')
    for number, track in enumerate(tracks, start=1):
        yield _to_entry(number, track if isinstance(track, dict) else {})


def _to_entry(number: int, track: JsonObject) -> PlaylistEntry:
    locations = track.get("location")
    first = next(iter(locations), None) if isinstance(locations, list) else locations
    return PlaylistEntry(
        number=number,
        location=first.strip().replace("\0", "") if isinstance(first, str) else "",
        title=_optional_text(track.get("title")),
        artist=_optional_text(track.get("creator")),
        album=_optional_text(track.get("album")),
    )


def _optional_text(value: object) -> str | None:
    return clean_text(value) if isinstance(value, str) else None
