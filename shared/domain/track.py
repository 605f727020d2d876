"""What a source says of a track."""

from dataclasses import dataclass, field

from shared.domain.annotation import AnnotatorKind
from shared.domain.file_tags import FileTags

CATALOGUE_COLUMNS = (
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "duration_ms",
    "time_signature",
)
"""The 13 numbers among the 16 columns of the talk's tables, in their order; the other three are text."""


@dataclass(frozen=True)
class SourceRef:
    """Where a track came from: unique over all tracks."""

    source: str
    source_id: str


@dataclass(frozen=True, kw_only=True)
class AudioFile:
    """A file of the library, and what tells whether it changed."""

    locator: str
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Audio that a source delivered, in the blob store; it may not be kept, so it goes when it is analysed."""

    key: str
    source: str
    size_bytes: int
    match_score: float
    """0…1: how well the delivered recording's title, artist and length fit the track; 1 for the source's own id."""


@dataclass(frozen=True)
class Judgement:
    """An emotion in the words of a taxonomy."""

    taxonomy: str
    emotion: str


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One track as its source gives it. The first ref is the one that the source itself uses."""

    refs: tuple[SourceRef, ...]
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    isrc: str | None = None
    duration_s: float | None = None
    licence: str | None = None
    attribution: str | None = None
    synthetic: bool = False
    audio: AudioFile | None = None
    judgement: Judgement | None = None
    annotator_name: str | None = None
    annotator_kind: AnnotatorKind = AnnotatorKind.IMPORT
    tags: tuple[str, ...] = ()
    """Free words of the annotator."""
    place: tuple[float, float] | None = None
    """The annotator's valence and arousal, each in [-1, 1]."""
    catalogue: dict[str, float] = field(default_factory=dict)
    catalogue_origin: str = "table"
    file_tags: FileTags | None = None
    """What the tags of `audio` say, where somebody read them."""
