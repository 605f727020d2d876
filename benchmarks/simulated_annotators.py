"""Annotators made from words: what they hear differently is said by mood tags and genres, never by sound.

No benchmark of its own. Each kind is drawn anew for every number, always the same for one number.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from shared.arrays import Indices

N_MOVED_TAGS = 15
_SHARE_BY_DICE = 0.2


@dataclass(frozen=True, eq=False)
class WordedClips:
    """Clips with their words."""

    quadrants: Indices
    """`(n,)` in 0 to `n_classes` - 1."""
    mood_tags: Sequence[frozenset[str]]
    genres: Sequence[frozenset[str]]
    n_classes: int = 4

    @cached_property
    def counts(self) -> Counter[str]:
        """How many clips have each mood tag."""
        return Counter(tag for of_clip in self.mood_tags for tag in of_clip)

    @cached_property
    def common_genres(self) -> list[str]:
        """The genres, the most frequent first."""
        counted = Counter(genre for of_clip in self.genres for genre in of_clip)
        return [genre for genre, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))]

    def find_quadrant(self, tag: str) -> int:
        """The quadrant of most clips that have the tag."""
        has_tag = np.array([tag in of_clip for of_clip in self.mood_tags])
        return self._most_frequent(has_tag)

    def find_quadrant_of_genre(self, genre: str) -> int:
        """The quadrant of most clips of the genre."""
        return self._most_frequent(self.has_genre(genre))

    def has_genre(self, genre: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """`(n,)`."""
        return np.array([genre in of_clip for of_clip in self.genres])

    def list_companions(self, tag: str, *, n: int) -> list[str]:
        """The tag, and the `n` - 1 that stand beside it most often for how frequent they are (cosine)."""
        beside = Counter(other for of_clip in self.mood_tags if tag in of_clip for other in of_clip)
        ranked = sorted(self.counts, key=lambda other: (-beside[other] / self.counts[other] ** 0.5, other))
        return [tag, *(other for other in ranked if other != tag)][:n]

    def move_tags(self, quadrant_of: Mapping[str, int]) -> Indices:
        """The quadrants, but a clip with a moved tag is heard as the quadrant that most of its moved tags have."""
        heard = self.quadrants.copy()
        for clip, tags in enumerate(self.mood_tags):
            moved = Counter(quadrant_of[tag] for tag in sorted(tags) if tag in quadrant_of)
            if moved:
                heard[clip] = moved.most_common(1)[0][0]
        return heard

    def _most_frequent(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
        return int(np.bincount(self.quadrants[mask], minlength=self.n_classes).argmax())


def hear_the_same(clips: WordedClips, number: int) -> Indices:  # noqa: ARG001 (as all kinds)
    """The quadrants of the set."""
    return clips.quadrants.copy()


def move_related_tags(clips: WordedClips, number: int) -> Indices:
    """15 mood tags that belong together are another quadrant: one that is drawn, and its 14 companions."""
    rng = _generator("related", number)
    tag = str(rng.choice(sorted(clips.counts)))
    other = _draw_other(rng, clips.find_quadrant(tag), clips.n_classes)
    return clips.move_tags(dict.fromkeys(clips.list_companions(tag, n=N_MOVED_TAGS), other))


def move_scattered_tags(clips: WordedClips, number: int) -> Indices:
    """15 mood tags drawn by themselves, each to a quadrant that is drawn: no rule is in it."""
    rng = _generator("scattered", number)
    tags = rng.choice(sorted(clips.counts), N_MOVED_TAGS, replace=False).tolist()
    return clips.move_tags({tag: _draw_other(rng, clips.find_quadrant(tag), clips.n_classes) for tag in tags})


def hear_a_genre_differently(clips: WordedClips, number: int) -> Indices:
    """All of one of the most frequent genres is one quadrant, and not the one that most of it has."""
    rng = _generator("genre", number)
    genre = clips.common_genres[number]
    heard = clips.quadrants.copy()
    heard[clips.has_genre(genre)] = _draw_other(rng, clips.find_quadrant_of_genre(genre), clips.n_classes)
    return heard


def label_a_fifth_by_dice(clips: WordedClips, number: int) -> Indices:
    """One label in five is drawn."""
    rng = _generator("fifth", number)
    return np.where(rng.random(len(clips.quadrants)) < _SHARE_BY_DICE, _draw_all(rng, clips), clips.quadrants)


def label_all_by_dice(clips: WordedClips, number: int) -> Indices:
    """Every label is drawn."""
    return _draw_all(_generator("dice", number), clips)


ANNOTATORS: Mapping[str, Callable[[WordedClips, int], Indices]] = MappingProxyType(
    {
        "same": hear_the_same,
        "related_tags": move_related_tags,
        "scattered_tags": move_scattered_tags,
        "genre": hear_a_genre_differently,
        "fifth_by_dice": label_a_fifth_by_dice,
        "all_by_dice": label_all_by_dice,
    }
)


def _generator(kind: str, number: int) -> np.random.Generator:
    return np.random.default_rng([number, *kind.encode()])


def _draw_other(rng: np.random.Generator, quadrant: int, n_classes: int) -> int:
    return int((quadrant + rng.integers(1, n_classes)) % n_classes)


def _draw_all(rng: np.random.Generator, clips: WordedClips) -> Indices:
    return rng.integers(0, clips.n_classes, len(clips.quadrants)).astype(np.intp)
