"""The annotation files of well-known sets of music and emotion, by the columns that they are published with. Pure.

DEAM: Aljanaki, Yang, Soleymani, *Developing a benchmark for emotional analysis of music* (2017).
emoMusic: Soleymani et al., *1000 songs for emotional analysis of music* (2013).
PMEmo: Zhang et al., *The PMEmo dataset for music emotion recognition* (2018).
Emotify: Aljanaki, Wiering, Veltkamp, *Studying emotion induced by music through a crowdsourcing game* (2016).
4Q: Panda, Malheiro, Paiva, *Novel audio features for music emotion recognition* (2018).
MTG-Jamendo (Bogdanov et al. 2019) has a source of its own.

A file of one of these sets that is no annotation of whole tracks is refused by name, with the file to take instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

GEMS_CATEGORIES = (
    "amazement",
    "solemnity",
    "tenderness",
    "nostalgia",
    "calmness",
    "power",
    "joyful_activation",
    "tension",
    "sadness",
)
"""Emotify's nine categories of induced emotion (Geneva Emotional Music Scale)."""

_FEW_COLUMNS = 2


@dataclass(frozen=True, kw_only=True)
class AnnotationSet:
    """One published file: how it is recognised, what its columns mean, and where its audio lies."""

    name: str
    """The set's name, as papers write it."""
    requires: frozenset[str]
    """Columns, as `plain_name` writes them, that all have to stand in the header."""
    begins: str = ""
    """A beginning that at least two further columns have to have: of series over time."""
    only: bool = False
    """Whether the header has no other column."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Plain name → our own name, where the usual spellings would be wrong; all others are then passed over."""
    audio_folders: tuple[str, ...] = ()
    """Folders of the set's audio, beside the file or above it; a file in them is named by the track's id."""
    instead: str = ""
    """Why the file cannot be read, and what to crawl instead; empty for those that are read."""

    def matches_header(self, names: Sequence[str]) -> bool:
        """Whether a header of these plain names is this file's."""
        if not self.requires.issubset(names) or (self.only and len(names) != len(self.requires)):
            return False
        return not self.begins or sum(name.startswith(self.begins) for name in names) >= _FEW_COLUMNS


MTG_JAMENDO = "MTG-Jamendo"
EMOTIFY = "Emotify"
FOUR_Q = "4Q"

_DEAM_AUDIO = ("MEMD_audio", "DEAM_audio/MEMD_audio", "audio")
_EMOMUSIC_AUDIO = ("clips_45seconds", "clips_45sec", "default_audio", "clips", "audio")
_PMEMO_AUDIO = ("chorus", "Chorus", "audio")
_FOUR_Q_AUDIO = ("Q1", "Q2", "Q3", "Q4", "audio")
_STATIC = "crawl static_annotations.csv instead"
_AVERAGED = "crawl annotations_averaged_per_song/song_level/static_annotations_averaged_songs_*.csv instead"

SETS: tuple[AnnotationSet, ...] = (
    AnnotationSet(
        name=MTG_JAMENDO,
        requires=frozenset({"track_id", "artist_id", "album_id", "path", "duration", "tags"}),
        only=True,
    ),
    AnnotationSet(
        name=EMOTIFY,
        requires=frozenset({"track_id", "genre", *GEMS_CATEGORIES}),
        columns=MappingProxyType({"track_id": "id", "genre": "genre", **{name: name for name in GEMS_CATEGORIES}}),
        audio_folders=("emotifymusic", "audio"),
    ),
    AnnotationSet(
        name=FOUR_Q,
        requires=frozenset({"song", "quadrant"}),
        only=True,
        columns=MappingProxyType({"song": "id", "quadrant": "quadrant"}),
        audio_folders=_FOUR_Q_AUDIO,
    ),
    AnnotationSet(
        name=FOUR_Q,
        requires=frozenset({"song", "artist", "title", "quadrant", "moodsstr"}),
        columns=MappingProxyType(
            {"song": "id", "artist": "artist", "title": "title", "quadrant": "quadrant", "moodsstr": "tags"}
        ),
        audio_folders=_FOUR_Q_AUDIO,
    ),
    AnnotationSet(
        name="PMEmo",
        requires=frozenset({"musicid", "frametime"}),
        instead=f"it holds two values a second, not one of each track: {_STATIC}",
    ),
    AnnotationSet(
        name="PMEmo", requires=frozenset({"musicid", "arousalmean", "valencemean"}), audio_folders=_PMEMO_AUDIO
    ),
    AnnotationSet(
        name="PMEmo",
        requires=frozenset({"musicid", "arousalstd", "valencestd"}),
        instead=f"it holds how far the listeners differ, not what they said: {_STATIC}",
    ),
    AnnotationSet(
        name="DEAM or emoMusic",
        requires=frozenset({"song_id"}),
        begins="sample_",
        instead="it holds two values a second, not one of each track: crawl the file of static annotations instead",
    ),
    AnnotationSet(
        name="DEAM",
        requires=frozenset({"workerid", "songid", "valence", "arousal"}),
        instead=f"it holds a row of each listener, on another scale than the columns say: {_AVERAGED}",
    ),
    AnnotationSet(
        name="DEAM",
        requires=frozenset({"song_id", "valence_mean", "arousal_mean"}),
        audio_folders=(*_DEAM_AUDIO, *_EMOMUSIC_AUDIO),
    ),
    AnnotationSet(
        name="emoMusic",
        requires=frozenset({"song_id", "mean_valence", "mean_arousal"}),
        audio_folders=(*_EMOMUSIC_AUDIO, *_DEAM_AUDIO),
    ),
)
"""The first that fits is the file's."""


def recognise_set(names: Sequence[str]) -> AnnotationSet | None:
    """The published file whose header has these plain names; None for any other table."""
    return next((published for published in SETS if published.matches_header(names)), None)
