"""Which clips name one of the four words of `mood4` plainly, by their mood tags and two lists of words."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.domain.emotion import MOOD4

FOLDER = Path(__file__).parent / "mood_word_lists"
LISTS = ("playlist", "dictionary")
NO_WORD, SEVERAL = "no word", "several words"


@dataclass(frozen=True, kw_only=True)
class WordReading:
    """What both lists make of the tags of some clips."""

    answers: tuple[tuple[str, ...], ...]
    """By list, for each clip: a word, `NO_WORD` or `SEVERAL`."""

    @property
    def plain(self) -> tuple[str | None, ...]:
        """The word that both lists give a clip; None where they do not agree on one."""
        return tuple(
            first if first == second and first in MOOD4.emotions else None
            for first, second in zip(*self.answers, strict=True)
        )

    @property
    def without_word(self) -> tuple[bool, ...]:
        """Clips of whose tags neither list finds a word."""
        return tuple(set(pair) == {NO_WORD} for pair in zip(*self.answers, strict=True))

    @property
    def several(self) -> tuple[bool, ...]:
        """Clips whose tags name several words by either list."""
        return tuple(SEVERAL in pair for pair in zip(*self.answers, strict=True))

    @property
    def judged_by_both(self) -> list[tuple[str, str]]:
        """The two words of each clip to which both lists give exactly one."""
        return [pair for pair in zip(*self.answers, strict=True) if set(pair) <= set(MOOD4.emotions)]

    @property
    def kappa(self) -> float:
        """Cohen's, on the clips that both lists give one word."""
        return cohen_kappa(self.judged_by_both)

    @property
    def kappa_of_all(self) -> float:
        """Cohen's, on all clips, with *no word, or several* as a fifth answer."""
        words = set(MOOD4.emotions)
        pairs = [
            (first if first in words else NO_WORD, second if second in words else NO_WORD)
            for first, second in zip(*self.answers, strict=True)
        ]
        return cohen_kappa(pairs)


def read_word_list(name: str) -> dict[str, str]:
    """The word of each mood tag that names one."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        return {row["mood_tag"]: row["word"] for row in csv.DictReader(file)}


def read_moods(clips_tags: Sequence[Sequence[str]]) -> WordReading:
    """What both lists say of the clips with these mood tags."""
    lists = [read_word_list(name) for name in LISTS]
    return WordReading(answers=tuple(tuple(name_word(tags, words) for tags in clips_tags) for words in lists))


def name_word(tags: Sequence[str], words: Mapping[str, str]) -> str:
    """The one word that the tags of a clip name; `NO_WORD` or `SEVERAL` otherwise."""
    named = {words[tag] for tag in tags if tag in words}
    if len(named) > 1:
        return SEVERAL
    return next(iter(named), NO_WORD)


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Agreement above chance of two answers to each of some questions; 1 where chance alone gives agreement."""
    n = len(pairs)
    agreed = sum(first == second for first, second in pairs) / n
    firsts, seconds = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = sum(firsts[word] * seconds[word] for word in firsts) / n**2
    return 1.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)
