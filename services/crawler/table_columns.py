"""The one table of column spellings, and which column of a header stands for what. Pure.

Where the spellings come from:

- the talk's crawl: `id`, `artist_name`, `track_name`, `binary_label`, `multiclass_label`;
- Exportify and its offspring: `Track URI`, `Track Name`, `Artist Name(s)`, `Album Name`, `Track Duration (ms)`, and of
  older versions `Spotify ID`, `Duration (ms)`; their `Label` is the record company;
- mood tables on Kaggle: `name`, `length`, `mood` (data_moods); `uri`, `duration (ms)`, `labels` with the codes 0 sad,
  1 happy, 2 energetic, 3 calm (278k labelled songs); `track_id`, `artists`, `album_name` (Spotify tracks); `key` and
  `mode` in words;
- sets of valence and arousal: `valence_mean`, `arousal_mean` (DEAM), `mean_valence`, `mean_arousal` (emoMusic);
- tables of audio files: `path`, `file`, `filename`.
"""

import re
from collections.abc import Sequence
from types import MappingProxyType

from services.crawler.table_places import PLACE_COLUMNS
from shared.domain.track import CATALOGUE_COLUMNS

SPELLINGS = MappingProxyType(
    {
        "id": (
            "id", "spotify_id", "track_id", "spotify_track_id", "track_uri", "spotify_uri", "spotify_track_uri", "uri",
            "track_url", "spotify_url",
        ),
        "title": ("title", "track_name", "track_title", "song_name", "song_title", "name", "track", "song"),
        "artist": ("artist", "artist_name", "artist_names", "track_artist", "artists", "performer"),
        "album": ("album", "album_name", "track_album_name"),
        "isrc": ("isrc", "track_isrc"),
        "path": ("path", "file", "filename", "file_name", "file_path", "filepath", "audio_path"),
        "duration_ms": ("duration_ms", "track_duration_ms", "length_ms", "length"),
        "tempo": ("tempo", "bpm"),
        "emotion": ("emotion", "mood", "label"),
        "tags": ("tags", "tag", "mood_tags"),
        "moodify_label": ("labels",),
        "valence_rating": ("valence_mean", "mean_valence"),
        "arousal_rating": ("arousal_mean", "mean_arousal"),
    }
)  # fmt: skip
"""A column's own name → its spellings, the one to believe first where a table has several. Spaces, hyphens and
underscores are the same, parentheses and case do not count."""

TEXT_COLUMNS = ("id", "title", "artist", "album", "isrc", "path")
LABEL_COLUMNS = ("emotion", "multiclass_label", "binary_label", "quadrant", "moodify_label", "tags", *PLACE_COLUMNS)
KNOWN_COLUMNS = (*TEXT_COLUMNS, *CATALOGUE_COLUMNS, *LABEL_COLUMNS)

_OWN_NAMES = {spelling: (name, rank) for name, said in SPELLINGS.items() for rank, spelling in enumerate(said)}
_EXPORTIFY = frozenset({"track_uri", "added_by"})


def canonical(column: str) -> str:
    """A column's own name, whatever its spelling; an unknown one keeps its own."""
    plain = _plain(column)
    return _OWN_NAMES.get(plain, (plain, 0))[0]


def settle(header: Sequence[str]) -> tuple[str, ...]:
    """The own name of each column of a header.

    Where several spell the same name, the first of its spellings has it, and the others stay what they are called: no
    known column then, unless the very same spelling stands twice.
    """
    plain = [_plain(column) for column in header]
    ranks: dict[str, int] = {}
    for spelling in plain:
        name, rank = _OWN_NAMES.get(spelling, (spelling, 0))
        ranks[name] = min(rank, ranks.get(name, rank))
    exported = not _EXPORTIFY.isdisjoint(plain)
    return tuple(_settled(spelling, ranks, exported=exported) for spelling in plain)


def unknown(columns: Sequence[str]) -> list[str]:
    """Those of the settled columns that say nothing to us."""
    return [column or "(unnamed)" for column in columns if column not in KNOWN_COLUMNS]


def _settled(spelling: str, ranks: dict[str, int], *, exported: bool) -> str:
    name, rank = _OWN_NAMES.get(spelling, (spelling, 0))
    if exported and spelling == "label":
        return "record_label"
    return name if ranks[name] == rank else spelling


def _plain(column: str) -> str:
    words = re.sub(r"[\s_\-]+", "_", re.sub(r"[()\[\]]", "", column.strip().casefold()))
    return words.strip("_")
