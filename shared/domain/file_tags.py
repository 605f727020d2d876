"""What the tags of a file say, whatever its container calls it. Pure.

A reader gives *fields*: lists of values by the container's own names. `tags_of` knows these names (ID3 frames, Vorbis
comments, APEv2 items, RIFF chunks, Matroska's and FFmpeg's keys) and reads the values; `merge_tags` fills what one
reader did not say from another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from shared.domain.id3_genres import genre_names
from shared.domain.names import fold_text, is_nobody
from shared.domain.text import clean_isrc, clean_text
from shared.json_objects import JsonObject

Fields = Mapping[str, Sequence[str]]
"""Values by the name that the container has for them, in their order."""

MAX_VALUES = 50
"""Artists, genres or moods of a file: more are damage."""
_LARGEST_NUMBER = 9_999

_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "tit2", "tt2", "inam", "name", "tracktitle"),
    "artist": ("artist", "tpe1", "tp1", "iart", "auth", "author", "trackartist"),
    "artists": ("artists",),
    "album_artist": ("albumartist", "tpe2", "tp2"),
    "album": ("album", "talb", "tal", "iprd", "albumtitle"),
    "track": ("track", "tracknumber", "trck", "trk", "itrk", "iprt", "partnumber"),
    "n_tracks": ("tracktotal", "totaltracks"),
    "disc": ("disc", "discnumber", "disk", "tpos", "tpa", "partofset"),
    "date": ("date", "tdrc", "year", "tyer", "tye", "icrd", "daterecorded", "datereleased", "tdrl"),
    "genre": ("genre", "tcon", "tco", "ignr"),
    "mood": ("mood", "tmoo"),
    "isrc": ("isrc", "tsrc", "trc"),
}
_FIELD_OF = {name: field for field, names in _NAMES.items() for name in names}
_ALBUM_LEVEL = {"title": "album", "artist": "album_artist", "date": "date", "genre": "genre"}
"""What Matroska says of the album stands before the slash, in FFmpeg's keys: ALBUM/TITLE."""
_SIGNS = re.compile(r"[^a-z0-9/]+")
_NUL = "\0"
"""Between the values of one ID3v2.4 or APEv2 field; programs copy it into other containers."""
_JOINED = re.compile(r"\s*;\s*|\s+/\s+|\s*\\\\\s*")
"""Between artists that a tag with one value joins. ("AC/DC" has no spaces.)"""
_WORDS = re.compile(r"\s*[;,/\\|]\s*")
_VALUES = re.compile(r"\s*(?:;|\\\\)\s*")
_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d{1,3}(?:\D|$))")
_OF = re.compile(r"\s*(\d{1,5})\s*(?:(?:/|of)\s*(\d{1,5}))?\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FileTags:
    """The tags of one file, as far as they say something."""

    title: str | None = None
    artist: str | None = None
    """All credited artists in one line, as the file writes them; see `with_album_artist`."""
    artists: tuple[str, ...] = ()
    """Each credited artist, the first one first."""
    album_artist: str | None = None
    album: str | None = None
    track_number: int | None = None
    n_tracks: int | None = None
    disc_number: int | None = None
    year: int | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    """Words of an embedded MOOD. They are shown, and are nobody's annotation."""
    isrc: str | None = None
    duration_s: float | None = None
    """What the file's header says: decoding knows better."""

    def to_json(self) -> JsonObject:
        """What is known, by name."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None and value != ()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        """Of what `to_json` gave; names that are not known any more are passed over."""
        known = {field.name for field in fields(cls)}
        values: JsonObject = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in (stored or {}).items()
            if name in known
        }
        return cls(**values)


NO_TAGS = FileTags()


def merge_tags(first: FileTags, second: FileTags) -> FileTags:
    """`first`, with what it does not say from `second`. An artist comes with all that is credited beside him."""
    credited = second if first.artist is None else first
    gaps = {
        field.name: getattr(second, field.name)
        for field in fields(FileTags)
        if getattr(first, field.name) in (None, ()) and getattr(second, field.name) not in (None, ())
    }
    return replace(first, **gaps | {"artist": credited.artist, "artists": credited.artists})


def tags_of(fields: Fields, *, duration_s: float | None = None) -> FileTags:
    """Read the fields of a container. Every text is one clean line; a value that makes no sense is left out."""
    known = _by_field(fields)
    artist, artists = _credits(known.get("artist", []), known.get("artists", []))
    album_artist = "; ".join(_distinct(known.get("album_artist", ()))) or None
    track_number, n_tracks = _numbers(known.get("track", ()))
    return FileTags(
        title=next(iter(_distinct(known.get("title", ()))), None),
        artist=artist,
        artists=artists,
        album_artist=album_artist,
        album=next(iter(_distinct(known.get("album", ()))), None),
        track_number=track_number,
        n_tracks=n_tracks or _numbers(known.get("n_tracks", ()))[0],
        disc_number=_numbers(known.get("disc", ()))[0],
        year=next((int(year[1]) for value in known.get("date", ()) if (year := _YEAR.search(value))), None),
        genres=_distinct(name for value in _pieces(known.get("genre", ()), _VALUES) for name in genre_names(value)),
        moods=_distinct(_pieces(known.get("mood", ()), _WORDS)),
        isrc=next((code for value in _pieces(known.get("isrc", ()), _WORDS) if (code := clean_isrc(value))), None),
        duration_s=duration_s if duration_s and 0 < duration_s < float("inf") else None,
    )


def with_album_artist(tags: FileTags) -> FileTags:
    """The same, with the album's artist where the track names none: but not *Various* and its like."""
    if tags.artist is not None or tags.album_artist is None or is_nobody(tags.album_artist):
        return tags
    return replace(tags, artist=tags.album_artist, artists=_split(tags.album_artist))


def _by_field(fields: Fields) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for name, values in fields.items():
        plain = _SIGNS.sub("", name.lower().rpartition("----:com.apple.itunes:")[2])
        level, _, own = plain.rpartition("/")
        field = _FIELD_OF.get(own)
        if field and level == "album":
            field = _ALBUM_LEVEL.get(field)
        if field and level in ("", "track", "album", "wm"):
            singles = (single for value in values for single in value.split(_NUL))
            known.setdefault(field, []).extend(single for single in singles if single.strip())
    return known


def _credits(named: Sequence[str], listed: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """The artists in one line, and each of them. `listed` is a tag that holds nothing but single artists."""
    names, singles = _distinct(named), _distinct(_pieces(listed, _JOINED))
    if not singles and len(names) > 1 and all(f" {fold_text(one)} " in f" {fold_text(names[0])} " for one in names[1:]):
        names, singles = names[:1], names[1:]  # "A feat. B", A, B: a reader that joined both tags
    if singles:
        return "; ".join(names) or "; ".join(singles), singles
    if len(names) > 1:
        return "; ".join(names), names
    return (names[0], _split(names[0])) if names else (None, ())


def _split(name: str) -> tuple[str, ...]:
    return _distinct(_pieces([name], _JOINED))


def _pieces(values: Iterable[str], joint: re.Pattern[str]) -> Iterable[str]:
    for value in values:
        yield from joint.split(value)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Each once, clean, in their order."""
    cleaned = (clean_text(value) for value in values)
    return tuple(dict.fromkeys(value for value in cleaned if value))[:MAX_VALUES]


def _numbers(values: Iterable[str]) -> tuple[int | None, int | None]:
    """`(3, 12)` of "3/12"; None for what is no number, and for 0."""
    for value in values:
        if match := _OF.fullmatch(value):
            number, total = int(match[1]), int(match[2] or 0)
            if 0 < number <= _LARGEST_NUMBER:
                return number, total if number <= total <= _LARGEST_NUMBER else None
    return None, None
