"""The one table of column spellings, and which column of a header stands for what. Pure.

Where the spellings come from:

- the talk's crawl: `id`, `artist_name`, `track_name`, `binary_label`, `multiclass_label`;
- Exportify and its offspring: `Track URI`, `Track Name`, `Artist Name(s)`, `Album Name`, `Track Duration (ms)`, and of
  older versions `Spotify ID`, `Duration (ms)`; their `Label` is the record company;
- mood tables on Kaggle: `name`, `length`, `mood` (data_moods); `uri`, `duration (ms)`, `labels` with the codes 0 sad,
  1 happy, 2 energetic, 3 calm (278k labelled songs); `track_id`, `artists`, `album_name` (Spotify tracks); `key` and
  `mode` in words;
- `artist(s)_name`, `danceability_%` (the most streamed songs of 2023 on Kaggle);
- sets of valence and arousal: `valence_mean`, `arousal_mean` (DEAM), `mean_valence`, `mean_arousal` (emoMusic),
  `Valence(mean)`, `Arousal(mean)` (PMEmo); what else such sets publish is read by `annotation_sets`;
- tables of audio files: `path`, `file`, `filename`.
"""

import re
from collections.abc import Container, Sequence
from types import MappingProxyType

from services.crawler.tables.annotation_sets import recognise_set
from services.crawler.tables.valence_arousal import VALENCE_AROUSAL_COLUMNS
from shared.domain.catalogue_ranges import UNIT_COLUMNS
from shared.domain.track import CATALOGUE_COLUMNS

SPELLINGS = MappingProxyType(
    {
        "id": (
            "id",
            "spotify_id",
            "track_id",
            "spotify_track_id",
            "track_uri",
            "spotify_uri",
            "spotify_track_uri",
            "uri",
            "track_url",
            "spotify_url",
            "song_id",
            "songid",
            "music_id",
            "musicid",
        ),
        "title": ("title", "track_name", "track_title", "song_name", "song_title", "name", "track", "song"),
        "artist": (
            "artist",
            "artist_name",
            "artist_names",
            "artists_name",
            "artists_names",
            "track_artist",
            "artists",
            "performer",
        ),
        "album": ("album", "album_name", "track_album_name"),
        "isrc": ("isrc", "track_isrc"),
        "path": ("path", "file", "filename", "file_name", "file_path", "filepath", "audio_path"),
        "duration_ms": (
            "duration_ms",
            "track_duration_ms",
            "length_ms",
            "length",
            "duration_s",
            "duration_sec",
            "duration_seconds",
            "length_s",
            "length_sec",
            "length_seconds",
            "duration",
            "track_duration",
        ),
        "tempo": ("tempo", "bpm"),
        "loudness": ("loudness", "loudness_db"),
        "emotion": ("emotion", "mood", "label"),
        "tags": ("tags", "tag", "mood_tags"),
        "moodify_label": ("labels",),
        "valence_rating": ("valence_mean", "mean_valence"),
        "arousal_rating": ("arousal_mean", "mean_arousal"),
        "valence_unit": ("valencemean",),
        "arousal_unit": ("arousalmean",),
    }
)
"""A column's own name → its spellings, the one to believe first where a table has several. Spaces, hyphens and
underscores are the same, parentheses and case do not count."""

TEXT_COLUMNS = ("id", "title", "artist", "album", "isrc", "path")
LABEL_COLUMNS = (
    "emotion",
    "multiclass_label",
    "binary_label",
    "quadrant",
    "moodify_label",
    "tags",
    *VALENCE_AROUSAL_COLUMNS,
)
KNOWN_COLUMNS = (*TEXT_COLUMNS, *CATALOGUE_COLUMNS, *LABEL_COLUMNS)

_OWN_NAMES = {
    spelling: (name, rank) for name, spellings in SPELLINGS.items() for rank, spelling in enumerate(spellings)
}
_EXPORTIFY = frozenset({"track_uri", "added_by"})
_PERCENT = re.compile(r"_?(%|percent|pct)$")
_SECONDS = re.compile(r"(duration|length)_(s|sec|seconds)")


def canonical_name(column: str) -> str:
    """A column's own name, whatever its spelling; an unknown one keeps its own."""
    plain = plain_name(column)
    return _own_name(plain)[0]


def resolve_columns(header: Sequence[str]) -> tuple[str, ...]:
    """The own name of each column of a header.

    Where several spell the same name, the first of its spellings has it, and the others stay what they are called: no
    known column then, unless the very same spelling stands twice. A published set names its columns by itself.
    """
    plain = [plain_name(column) for column in header]
    published = recognise_set(plain)
    if published is not None and published.columns:
        return tuple(published.columns.get(spelling) or _passed_over(spelling) for spelling in plain)
    ranks: dict[str, int] = {}
    for spelling in plain:
        name, rank = _own_name(spelling)
        ranks[name] = min(rank, ranks.get(name, rank))
    exported = not _EXPORTIFY.isdisjoint(plain)
    return tuple(_resolve_column(spelling, ranks, exported=exported) for spelling in plain)


def is_percent(column: str) -> bool:
    """Whether a header's column says by its name that it counts from 0 to 100, as `danceability_%` does."""
    return _PERCENT.search(plain_name(column)) is not None


def is_seconds(column: str) -> bool:
    """Whether a header's column says by its name that its lengths are seconds."""
    return _SECONDS.search(plain_name(column)) is not None


def plain_name(column: str) -> str:
    """A header's cell without case, parentheses and the choice between spaces, hyphens and underscores."""
    words = re.sub(r"[\s_\-]+", "_", re.sub(r"[()\[\]]", "", column.strip().casefold()))
    return words.strip("_")


def unknown_columns(columns: Sequence[str], *, kept: Container[str] = KNOWN_COLUMNS) -> list[str]:
    """The resolved columns that no rule reads."""
    return [column or "(unnamed)" for column in columns if column not in kept]


def _passed_over(spelling: str) -> str:
    """A name for a column of a published set that would be another one in a table of somebody's own."""
    return f"other_{spelling}" if _own_name(spelling)[0] in KNOWN_COLUMNS else spelling


def _own_name(plain: str) -> tuple[str, int]:
    """The own name of a spelling, and how late it stands among the spellings of that name."""
    unit = _PERCENT.sub("", plain)
    if unit != plain and unit in UNIT_COLUMNS:
        return unit, 0
    return _OWN_NAMES.get(plain, (plain, 0))


def _resolve_column(spelling: str, ranks: dict[str, int], *, exported: bool) -> str:
    name, rank = _own_name(spelling)
    if exported and spelling == "label":
        return "record_label"
    return name if ranks[name] == rank else spelling
