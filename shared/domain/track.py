"""Tracks as a source describes them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Self

from shared.domain.annotation import AnnotatorKind
from shared.domain.track_names import NAME_FIELDS
from shared.json_objects import JsonObject

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
class FetchedClip:
    """Audio that a source delivered, in the blob store; it may not be kept, so it goes when it is analysed."""

    key: str
    source: str
    size_bytes: int
    match_score: float
    """0…1: how well the delivered recording's title, artist and length fit the track; 1 for the source's own id."""


@dataclass(frozen=True)
class SourceLabel:
    """An emotion in the words of a taxonomy."""

    taxonomy: str
    emotion: str


_STORED_NAMES = MappingProxyType({"label": "judgement", "valence_arousal": "place"})
"""Field → its key in a payload, where that is an older word: payloads are stored."""
_NOTHING_IS_SAID = ("tags_of_file", "given_names")
"""Of these it means something to be empty: somebody looked, and nothing is said."""


@dataclass(frozen=True, kw_only=True)
class CollectedTrack:
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
    label: SourceLabel | None = None
    annotator_name: str | None = None
    annotator_kind: AnnotatorKind = AnnotatorKind.IMPORT
    tags: tuple[str, ...] = ()
    """Free words of the annotator."""
    valence_arousal: tuple[float, float] | None = None
    """The annotator's valence and arousal, each in [-1, 1]."""
    catalogue: dict[str, float] = field(default_factory=dict)
    catalogue_origin: str = "table"
    tags_of_file: JsonObject | None = None
    """What the tags of the file say; None where nobody read them."""
    given_names: dict[str, str] | None = None
    """Title, artist, album and ISRC as a table gives them, which says nothing of those that it leaves out. None: all
    names above are given by a catalogue, if no tags were read; what it leaves out it may not know.
    """
    listed_names: dict[str, str] = field(default_factory=dict)
    """Title, artist and album as a playlist says them of the file."""

    @property
    def names_given(self) -> dict[str, str]:
        """The names that stand over what the file says of itself."""
        if self.given_names is not None or self.tags_of_file is not None:
            return dict(self.given_names or {})
        return {name: value for name in NAME_FIELDS if (value := getattr(self, name)) is not None}

    @property
    def names_source(self) -> str:
        """Who gives `names_given`: a table by its annotator's name, a catalogue by that of its ids."""
        if self.given_names is not None and self.annotator_name:
            return self.annotator_name
        return next((ref.source for ref in self.refs if ref.source != "folder"), self.refs[0].source)

    def to_payload(self) -> JsonObject:
        """JSON-able form, as an item keeps it until the file is decoded."""
        return {
            _STORED_NAMES.get(name, name): value
            for name, value in asdict(self).items()
            if value not in (None, [], (), {}) or (value == {} and name in _NOTHING_IS_SAID)
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """What `to_payload` wrote."""
        values = dict(payload)
        values |= {name: values.pop(key) for name, key in _STORED_NAMES.items() if key in values}
        values["refs"] = tuple(SourceRef(**ref) for ref in values["refs"])
        if "annotator_kind" in values:
            values["annotator_kind"] = AnnotatorKind(values["annotator_kind"])
        for name, kind in (("audio", AudioFile), ("label", SourceLabel)):
            if name in values:
                values[name] = kind(**values[name])
        for name in ("tags", "valence_arousal"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)
