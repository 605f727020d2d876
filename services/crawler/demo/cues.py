"""The musical cues of each emotion, as distributions that overlap.

The directions (which emotion is faster, brighter, more often minor …) follow

- Juslin & Laukka (2003), *Communication of emotions in vocal expression and music performance: different channels,
  same code?*, Psychological Bulletin 129(5), 770-814;
- Gabrielsson & Lindström (2010), *The role of structure in the musical expression of emotions*, in Juslin & Sloboda
  (eds.), Handbook of Music and Emotion, 367-400;
- Eerola, Friberg & Bresin (2013), *Emotional expression in music: contribution, linearity, and additivity of primary
  musical cues*, Frontiers in Psychology 4:487, which also says that cues add up: several weak ones make an emotion.

The numbers are the project's own, not measured on music. They were tuned until no single cue gave the answer and a
small classifier on common descriptors still erred now and then on artists that it had not heard. `energetic` is none
of the papers' classes: it is read as high activity without a leaning in valence, hence loud, bright and fast in either
mode.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from shared.domain.emotion import MOOD4
from shared.errors import PermanentError, Reason

Mode = Literal["major", "minor"]

BORROWING = 0.05
"""The probability that a cue is drawn from another emotion: real pieces contradict themselves, too."""


@dataclass(frozen=True, kw_only=True)
class MusicalCues:
    """The cues of one piece, as drawn."""

    tempo_bpm: float
    """Beats a minute, 45 to 190."""
    mode: Mode
    register_midi: float
    """The centre of the melody as a MIDI note number, 50 to 84."""
    articulation: float
    """0 legato to 1 staccato."""
    loudness_db: float
    """RMS in dBFS, -36 to -11, before the limiter and the artist's own level of about 1 dB more or less."""
    brightness: float
    """0 dull to 1 bright: how slowly the partials fall off."""
    dissonance: float
    """0 to 1: the share of chords with a clashing tone."""
    activity: float
    """0 to 1: how finely the beat is divided."""
    percussion: bool
    """Whether soft drums play along."""


@dataclass(frozen=True)
class _CueSpread:
    """A normal distribution whose draws are clipped into `[low, high]`; means stand in the order of `MOOD4`."""

    means: tuple[float, float, float, float]
    sd: float
    low: float
    high: float

    def draw(self, emotion: str, *, rng: np.random.Generator) -> float:
        return float(np.clip(rng.normal(self.means[MOOD4.emotion_index(emotion)], self.sd), self.low, self.high))


# means: calm, sad, energetic, happy
_SPREADS = MappingProxyType(
    {
        "tempo_bpm": _CueSpread((88, 66, 138, 118), 12, 45, 190),
        "register_midi": _CueSpread((67, 59, 64, 73), 2.8, 50, 84),
        "articulation": _CueSpread((0.30, 0.12, 0.55, 0.70), 0.13, 0, 1),
        "loudness_db": _CueSpread((-23.5, -26, -16.5, -19.5), 3.0, -36, -11),
        "brightness": _CueSpread((0.42, 0.18, 0.80, 0.60), 0.125, 0, 1),
        "dissonance": _CueSpread((0.05, 0.32, 0.36, 0.07), 0.12, 0, 1),
        "activity": _CueSpread((0.38, 0.18, 0.82, 0.60), 0.13, 0, 1),
    }
)
_MAJOR = _CueSpread((0.80, 0.12, 0.40, 0.94), 0.0, 0, 1)
_PERCUSSION = _CueSpread((0.06, 0.02, 0.90, 0.50), 0.0, 0, 1)


def draw_cues(emotion: str, *, rng: np.random.Generator) -> MusicalCues:
    """Cues for one piece of `emotion`, each drawn on its own.

    Raises PermanentError (`unknown_label`) for a word that is not in `mood4`.
    """
    if emotion not in MOOD4.emotions:
        raise PermanentError(
            Reason.UNKNOWN_LABEL, f"{emotion!r} is not an emotion of mood4: use one of {', '.join(MOOD4.emotions)}"
        )
    numbers = {name: spread.draw(_source_emotion(emotion, rng=rng), rng=rng) for name, spread in _SPREADS.items()}
    major = rng.random() < _MAJOR.draw(_source_emotion(emotion, rng=rng), rng=rng)
    percussion = rng.random() < _PERCUSSION.draw(_source_emotion(emotion, rng=rng), rng=rng)
    return MusicalCues(**numbers, mode="major" if major else "minor", percussion=bool(percussion))


def _source_emotion(emotion: str, *, rng: np.random.Generator) -> str:
    """`emotion` itself, or seldom another one of `mood4`."""
    others = [other for other in MOOD4.emotions if other != emotion]
    # Both numbers are always drawn, so that a change of BORROWING leaves the other draws where they are.
    borrows, which = rng.random() < BORROWING, int(rng.integers(len(others)))
    return others[which] if borrows else emotion
