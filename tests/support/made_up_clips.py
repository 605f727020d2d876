"""Clips with drawn features, as `services.starter` reads them, whose quadrant a model can learn."""

from dataclasses import replace

import numpy as np

from services.featurizer.descriptors import DESCRIPTORS
from services.starter.clips import TAGGERS, AnalysedClip, StarterClip
from shared.domain.emotion import QUADRANT4
from shared.fingerprints.matching import N_BANDS, WORDS_PER_LEVEL, Fingerprint

N_FEATURES = len(DESCRIPTORS) + sum(tagger.n_values for tagger in TAGGERS)
_TAGS = (("Cheerful",), ("Exciting", "Rousing"), ("Sad",), ("Calm/Peaceful",))
_N_WORDS = 640


def draw_fingerprint(seed: int) -> Fingerprint:
    """Of a recording that is like no other."""
    rng = np.random.default_rng(seed)
    return Fingerprint(
        words=rng.integers(1, 2**32, _N_WORDS, dtype=np.uint32),
        levels=rng.integers(80, 160, (_N_WORDS // WORDS_PER_LEVEL, N_BANDS), dtype=np.uint8),
    )


def draw_clips(n: int, *, seed: int = 0) -> list[StarterClip]:
    """`n` clips by `n // 2` artists, all quadrants alike often, and then another encoding of the first."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(QUADRANT4.emotions), N_FEATURES))
    clips = []
    for i in range(n):
        y = i // 2 % len(centres)
        row = (10.0 + 3 * centres[y] + 5 * rng.normal(size=N_FEATURES)).astype(np.float32)
        artist = f"artist{i // 2}"
        analysis = AnalysedClip(row=row, audio_sha256=f"{i:064x}", fingerprint=draw_fingerprint(i))
        clips.append(
            StarterClip(
                quadrant=QUADRANT4.emotions[y],
                artist_group=artist,
                credited=frozenset({artist, f"{artist}guest"}),
                mood_tags=_TAGS[y],
                genres=("Jazz",) if i % 3 else ("Pop/Rock", "Jazz"),
                analysis=analysis,
            )
        )
    copy = replace(clips[0].analysis, audio_sha256="f" * 64)
    return [*clips, replace(clips[0], analysis=copy)]
