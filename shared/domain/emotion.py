"""Emotions, and the taxonomies that list them.

Sources: the talk's codes (binary -1/+1; 1 sad, 2 calm, 3 happy, 4 energetic) and its changed criterion (sad, healing,
joyful); Russell, *A circumplex model of affect* (1980), for the quadrants.
"""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Taxonomy:
    """A closed list of emotions. The order is the order of every probability vector."""

    name: str
    emotions: tuple[str, ...]
    description: str

    def index(self, emotion: str) -> int:
        """The position of `emotion`. Raises ValueError for a word of another taxonomy."""
        return self.emotions.index(emotion)


MOOD4 = Taxonomy("mood4", ("calm", "sad", "energetic", "happy"), "the talk's four moods")
MOOD3 = Taxonomy(
    "mood3", ("sad", "healing", "joyful"), "the talk's changed criterion: healing is calm, joyful is happy or energetic"
)
BINARY = Taxonomy(
    "binary", ("negative", "positive"), "the talk's binary label, which follows arousal: calm and sad are negative"
)
QUADRANT4 = Taxonomy(
    "quadrant4",
    ("Q1", "Q2", "Q3", "Q4"),
    "quadrants of Russell's plane: Q1 happy, Q2 tense or angry (not the same as energetic), Q3 sad, Q4 calm",
)

TAXONOMIES = MappingProxyType({t.name: t for t in (MOOD4, MOOD3, BINARY, QUADRANT4)})

_FROM_MOOD4 = {
    "mood3": {"calm": "healing", "sad": "sad", "energetic": "joyful", "happy": "joyful"},
    "binary": {"calm": "negative", "sad": "negative", "energetic": "positive", "happy": "positive"},
}

MULTICLASS_CODES = MappingProxyType({1: "sad", 2: "calm", 3: "happy", 4: "energetic"})
BINARY_CODES = MappingProxyType({-1: "negative", 1: "positive"})


def project(emotion: str, *, taxonomy: str, onto: str) -> str | None:
    """The same judgement in another taxonomy, or None where nothing honest can be said.

    Only `mood4` says enough to be read as `mood3` or `binary`; quadrants are their own taxonomy, because their Q2 is
    tense or angry where `mood4` says energetic.
    """
    if taxonomy == onto:
        return emotion
    if taxonomy == "mood4" and onto in _FROM_MOOD4:
        return _FROM_MOOD4[onto][emotion]
    return None


def quadrant_of(valence: float, arousal: float) -> str | None:
    """The quadrant of a place on Russell's plane, both in [-1, 1]; None on an axis, which belongs to no quadrant."""
    if valence == 0 or arousal == 0:
        return None
    if arousal > 0:
        return "Q1" if valence > 0 else "Q2"
    return "Q4" if valence > 0 else "Q3"
