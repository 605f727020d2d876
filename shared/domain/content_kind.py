"""What a track holds that is no music, by YAMNet's outputs: speech, noise, applause, or something else.

Such a track has no emotion: a model that learned from music says something of anything. Pure.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from statistics import fmean

from shared.domain.annotation import Annotation
from shared.domain.taggers import YAMNET

LEAST_MUSIC_SHARE = 0.2
"""Of the windows: a track of which fewer hold music is no music."""
LEAST_DISPERSION = 0.0115
"""Of the embedding over the windows: squared standard deviation by mean, both averaged over the dimensions. A hum that
YAMNet takes for an instrument stays below it. Music does not, drones and excerpts of six seconds included: see
`benchmarks.not_music`.
"""
LEAST_EVIDENCE = 0.1
"""Mean probability over the windows from which a kind is named; below it the kind is `other`."""


class ContentKind(StrEnum):
    """What is heard in a track that is no music."""

    SPEECH = "speech"
    NOISE = "noise"
    APPLAUSE = "applause"
    OTHER = "other"


_EVENT_NAMES = next(block.value_names for block in YAMNET.blocks if block.name == "event")
_GROUP_OF_KIND = {ContentKind.SPEECH: "speech", ContentKind.NOISE: "noise", ContentKind.APPLAUSE: "crowd"}


def find_content_kind(values: Sequence[float]) -> ContentKind | None:
    """The kind of what is heard, of YAMNet's `YAMNET.n_values` values; None where it is music."""
    (share,) = values[YAMNET.block_slice("music_share")]
    mean, deviation = (fmean(values[YAMNET.block_slice(f"embedding_{name}")]) for name in ("mean", "std"))
    if share >= LEAST_MUSIC_SHARE and deviation**2 >= LEAST_DISPERSION * mean:
        return None
    events = dict(zip(_EVENT_NAMES, values[YAMNET.block_slice("event")], strict=True))
    evidence = {kind: events[f"{group}_mean"] for kind, group in _GROUP_OF_KIND.items()}
    likeliest = max(evidence, key=lambda kind: evidence[kind])
    return likeliest if evidence[likeliest] >= LEAST_EVIDENCE else ContentKind.OTHER


def has_mood(annotations: Iterable[Annotation]) -> bool:
    """Whether anybody gives the track a mood, in whatever words: then it is music, whatever is heard in it."""
    return any(annotation.emotion is not None or annotation.valence is not None for annotation in annotations)
