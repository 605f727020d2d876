"""Emotions, and the taxonomies that list them.

Sources: the talk's codes (binary -1/+1; 1 sad, 2 calm, 3 happy, 4 energetic) and its changed criterion (sad, healing,
joyful); Russell, *A circumplex model of affect* (1980), for the quadrants.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import overload


@dataclass(frozen=True)
class EmotionTaxonomy:
    """A closed list of emotions. The order is the order of every probability vector."""

    name: str
    emotions: tuple[str, ...]
    description: str

    def emotion_index(self, emotion: str) -> int:
        """The position of `emotion`. Raises ValueError for a word of another taxonomy."""
        return self.emotions.index(emotion)


MOOD4 = EmotionTaxonomy("mood4", ("calm", "sad", "energetic", "happy"), "the talk's four moods")
MOOD3 = EmotionTaxonomy(
    "mood3", ("sad", "healing", "joyful"), "the talk's changed criterion: healing is calm, joyful is happy or energetic"
)
BINARY = EmotionTaxonomy(
    "binary", ("negative", "positive"), "the talk's binary label, which follows arousal: calm and sad are negative"
)
QUADRANT4 = EmotionTaxonomy(
    "quadrant4",
    ("Q1", "Q2", "Q3", "Q4"),
    "quadrants of Russell's plane: Q1 happy, Q2 tense or angry (not the same as energetic), Q3 sad, Q4 calm",
)

TAXONOMIES = MappingProxyType({t.name: t for t in (MOOD4, MOOD3, BINARY, QUADRANT4)})
TAXONOMY_NAMES = ", ".join(TAXONOMIES)
"""For descriptions and help texts."""

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {QUADRANT4.name: MappingProxyType({"Q1": "happy", "Q2": "tense", "Q3": "sad", "Q4": "calm"})}
)
"""Taxonomies whose emotions are codes, with the word that people read and may write for each."""

_FROM_MOOD4 = {
    "mood3": {"calm": "healing", "sad": "sad", "energetic": "joyful", "happy": "joyful"},
    "binary": {"calm": "negative", "sad": "negative", "energetic": "positive", "happy": "positive"},
}

_JOINT, _WITHIN = ".", "-"
"""Between the parts of a custom taxonomy's name, and between the words of a part: neither stands in an emotion."""

MULTICLASS_CODES = MappingProxyType({1: "sad", 2: "calm", 3: "happy", 4: "energetic"})
BINARY_CODES = MappingProxyType({-1: "negative", 1: "positive"})


@overload
def name_emotion(taxonomy: str | None, emotion: str) -> str: ...


@overload
def name_emotion(taxonomy: str | None, emotion: str | None) -> str | None: ...


def name_emotion(taxonomy: str | None, emotion: str | None) -> str | None:
    """The word for an emotion: `happy` for Q1 of `quadrant4`, in other taxonomies the emotion itself; None for None.

    The word of a quadrant is no emotion of `mood4`: `project_emotion` does not read one as the other.
    """
    return emotion and _WORDS.get(taxonomy or "", {}).get(emotion, emotion)


def find_emotion(taxonomy: EmotionTaxonomy, emotion_or_word: str) -> str | None:
    """The emotion of a taxonomy by itself or by its word, `Q1` or `happy`, the word in any case; None for any other."""
    if emotion_or_word in taxonomy.emotions:
        return emotion_or_word
    word = emotion_or_word.casefold()
    return next((emotion for emotion, name in _WORDS.get(taxonomy.name, {}).items() if name == word), None)


def project_emotion(emotion: str, *, taxonomy: str, onto: str) -> str | None:
    """The same emotion in another taxonomy, or None where nothing honest can be said.

    Only `mood4` says enough to be read as `mood3` or `binary`; quadrants are their own taxonomy, because their Q2 is
    tense or angry where `mood4` says energetic. A custom taxonomy is read through the one that it merges.
    """
    if taxonomy == onto:
        return emotion
    if _JOINT in onto:
        base, merge = _parse_custom_name(onto)
        base_emotion = project_emotion(emotion, taxonomy=taxonomy, onto=base)
        return next((name for name, words in merge.items() if base_emotion in words), None)
    if taxonomy == "mood4" and onto in _FROM_MOOD4:
        return _FROM_MOOD4[onto][emotion]
    return None


def locate_quadrant(valence: float, arousal: float) -> str | None:
    """The quadrant of a point on Russell's plane, both in [-1, 1]; None on an axis, which belongs to no quadrant."""
    if valence == 0 or arousal == 0:
        return None
    if arousal > 0:
        return "Q1" if valence > 0 else "Q2"
    return "Q4" if valence > 0 else "Q3"


def merge_taxonomy(base: EmotionTaxonomy, merge: Mapping[str, Sequence[str]]) -> EmotionTaxonomy:
    """A custom taxonomy: each of its emotions stands for some of `base`, and no word of `base` for two.

    Its name says what is merged (`mood4.loud-energetic-happy.quiet-calm-sad`), so that whoever reads the name can read
    the taxonomy; the same merge has one name, in alphabetical order. Raises ValueError for fewer than two emotions, an
    unknown word, a word that stands twice, or a name that is no plain word.
    """
    merged_words = [word for words in merge.values() for word in words]
    if len(merge) < 2:  # noqa: PLR2004 - one class is no classification
        raise ValueError("merge: a taxonomy needs at least two emotions")
    if odd := [name for name in merge if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name)]:
        raise ValueError(f"merge: {odd[0]!r} is no plain word (small letters, digits and underscores)")
    if empty := [name for name, words in merge.items() if not words]:
        raise ValueError(f"merge: {empty[0]} stands for nothing; use {', '.join(base.emotions)}")
    if unknown := sorted(set(merged_words) - set(base.emotions)):
        raise ValueError(f"merge: {unknown[0]!r} is no emotion of {base.name}; use {', '.join(base.emotions)}")
    if len(set(merged_words)) < len(merged_words):
        raise ValueError("merge: a label stands for two emotions")
    merge = {name: sorted(merge[name]) for name in sorted(merge)}
    groups = [_WITHIN.join((name, *words)) for name, words in merge.items()]
    parts = "; ".join(f"{name} is {' or '.join(words)}" for name, words in merge.items())
    return EmotionTaxonomy(_JOINT.join((base.name, *groups)), tuple(merge), f"custom: {parts}")


def get_taxonomy(name: str) -> EmotionTaxonomy:
    """The taxonomy of this name: one of `TAXONOMIES`, or a custom one, whose name says what it merges.

    Raises ValueError for any other name, and for a custom one that is not written as `merge_taxonomy` writes it.
    """
    if name in TAXONOMIES:
        return TAXONOMIES[name]
    base, merge = _parse_custom_name(name)
    taxonomy = merge_taxonomy(TAXONOMIES[base], merge) if base in TAXONOMIES and merge else None
    if taxonomy is None or taxonomy.name != name:
        raise ValueError(
            f"there is no taxonomy {name!r}; known are {', '.join(TAXONOMIES)}, and merges of their emotions such as "
            "mood4.loud-energetic-happy.quiet-calm-sad"
        )
    return taxonomy


@lru_cache(maxsize=256)
def _parse_custom_name(name: str) -> tuple[str, Mapping[str, tuple[str, ...]]]:
    """The base and the merge that the name of a custom taxonomy says."""
    base, *groups = name.split(_JOINT)
    words = [group.split(_WITHIN) for group in groups]
    return base, MappingProxyType({first: tuple(others) for first, *others in words})
