"""The colour and the mark of an emotion. There are six colours; each taxonomy is shown in some of them."""

from dataclasses import dataclass
from types import MappingProxyType

from shared.domain.emotion import get_taxonomy, name_emotion

NEUTRAL = "neutral"
"""Of what has no mood: unsure, not music, and the other half of `binary`."""
_QUADRANTS = MappingProxyType(
    {"happy": (1,), "tense": (2,), "sad": (3,), "calm": (4,), "energetic": (1, 2), NEUTRAL: ()}
)
_SAME_COLOUR = MappingProxyType({"healing": "calm", "joyful": "happy", "positive": "happy", "negative": NEUTRAL})
_ORDER_OF_OTHERS = ("energetic", "happy", "sad", "calm", "tense")


@dataclass(frozen=True)
class MoodLook:
    """How an emotion is shown."""

    colour: str
    quadrants: tuple[int, ...]
    """Of the plane, 1 to 4 for Q1 to Q4: those squares of its mark are filled."""


def find_mood_look(taxonomy: str, emotion: str | None) -> MoodLook:
    """The look of an emotion; that of a merge takes the colours in the order of its emotions."""
    word = name_emotion(taxonomy, emotion) or NEUTRAL
    colour = _SAME_COLOUR.get(word, word)
    if colour not in _QUADRANTS:
        emotions = get_taxonomy(taxonomy).emotions
        at = emotions.index(emotion) if emotion in emotions else len(_ORDER_OF_OTHERS)
        colour = _ORDER_OF_OTHERS[at] if at < len(_ORDER_OF_OTHERS) else NEUTRAL
    return MoodLook(colour, _QUADRANTS[colour])
