"""The drawing of a library: bars by mood, each for so many tracks; the taller, the surer."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from services.api.summary.schemas import MoodSummaryResponse, SummaryResponse
from services.api.wording.moods import NEUTRAL, find_mood_look

HEIGHT = 96
STEP = 5.0
"""Between the left ends of two bars, in units of the drawing."""
WIDTH = 3.0
_MOST_BARS = 196
_ROUND_SIZES = (1, 2, 5)
_LEAST_HEIGHT = 0.14
_BY_PERSON = 1.0
"""The height of what people and playlists decided: there is no probability of it."""


@dataclass(frozen=True)
class MoodBar:
    """A bar; `x`, `y` and `height` in units of the drawing."""

    colour: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class MoodBars:
    """The drawing."""

    bars: list[MoodBar]
    tracks_a_bar: int
    width: float


def draw_mood_bars(summary: SummaryResponse, *, most: int = _MOST_BARS) -> MoodBars:
    """At most about `most` bars. Within a mood the surest stand in the middle."""
    n_others = summary.n_none + summary.n_not_music
    tracks_a_bar = _choose_size(sum(mood.n_tracks for mood in summary.moods) + n_others, most)
    heights: list[tuple[str, float]] = []
    for mood in summary.moods:
        colour = find_mood_look(summary.taxonomy, mood.emotion).colour
        heights += [(colour, height) for height in _arrange(list(_list_heights(mood, tracks_a_bar)))]
    heights += [(NEUTRAL, _LEAST_HEIGHT)] * math.ceil(n_others / tracks_a_bar)
    bars = [
        MoodBar(colour, STEP * n, round(HEIGHT * (1 - share) / 2, 1), round(HEIGHT * share, 1))
        for n, (colour, share) in enumerate(heights)
    ]
    return MoodBars(bars, tracks_a_bar, STEP * len(bars) - (STEP - WIDTH))


def _choose_size(n_tracks: int, most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … tracks a bar that needs no more than `most` bars."""
    scale = 1
    while True:
        for size in _ROUND_SIZES:
            if n_tracks <= most * size * scale:
                return size * scale
        scale *= 10


def _list_heights(mood: MoodSummaryResponse, tracks_a_bar: int) -> Iterator[float]:
    """The height of each bar of a mood in [0, 1], rising: the probability of the track in its middle."""
    n_bins = len(mood.by_probability)
    steps = [(n, max(_LEAST_HEIGHT, (at + 0.5) / n_bins)) for at, n in enumerate(mood.by_probability) if n]
    steps.append((mood.n_tracks - sum(mood.by_probability), _BY_PERSON))
    for bar in range(math.ceil(mood.n_tracks / tracks_a_bar)):
        middle = min(mood.n_tracks - 1, tracks_a_bar * bar + tracks_a_bar // 2)
        for number, height in steps:
            if middle < number:
                yield height
                break
            middle -= number


def _arrange(rising: list[float]) -> list[float]:
    """The highest in the middle, falling to both sides."""
    return [*rising[::2], *reversed(rising[1::2])]
