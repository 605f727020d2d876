"""Where a demo piece lies on Russell's plane, and how one would tag it: both follow from its cues alone.

Synthetic targets, so that the heads for valence, arousal and tags can be tried without anybody's annotations. The
directions are those of `cues` (Juslin & Laukka 2003; Gabrielsson & Lindström 2010; Eerola et al. 2013); the weights are
the project's own, and say nothing about music.
"""

import math

from services.crawler.demo.cues import MusicalCues


def valence_arousal_from_cues(cues: MusicalCues) -> tuple[float, float]:
    """Valence and arousal, each in (-1, 1), rounded to hundredths as a person's slider would be."""
    major = 1.0 if cues.mode == "major" else -1.0
    valence = (
        0.7 * major
        + 0.8 * (cues.brightness - 0.45)
        + 0.7 * (cues.articulation - 0.35)
        - 1.6 * (cues.dissonance - 0.2)
        + 0.04 * (cues.register_midi - 66)
    )
    arousal = (
        (cues.tempo_bpm - 100) / 50
        + 1.2 * (cues.activity - 0.5)
        + (cues.loudness_db + 21) / 12
        + (0.3 if cues.percussion else -0.3)
    )
    return round(math.tanh(valence), 2), round(math.tanh(arousal / 1.5), 2)


_FROM = (("fast", "tempo_bpm", 110), ("bright", "brightness", 0.55), ("high", "register_midi", 69))
_UP_TO = (("slow", "tempo_bpm", 85), ("dark", "brightness", 0.3), ("legato", "articulation", 0.25))
"""Words, the cue that each follows, and its bound."""


def tags_from_cues(cues: MusicalCues) -> tuple[str, ...]:
    """What one hears of a piece, in free words."""
    has_tag = {word: getattr(cues, cue) >= least for word, cue, least in _FROM}
    has_tag |= {word: getattr(cues, cue) <= most for word, cue, most in _UP_TO}
    has_tag |= {"drums": cues.percussion, cues.mode: True}
    return tuple(word for word, is_so in has_tag.items() if is_so)
