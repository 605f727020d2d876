"""Sound for the field cases that have no files of their own. Seeded."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SR = 22_050
_NOTE_S = 0.5


def write_song(path: Path, *, seed: int, duration_s: float = 12.0) -> None:
    """A WAV, 16 bits, mono: chords of three notes that change twice a second, others for each seed."""
    write_wav(path, make_song(seed=seed, duration_s=duration_s))


def make_song(*, seed: int, duration_s: float = 12.0) -> NDArray[np.float64]:
    """The samples of such a song, `(n,)` within ±.5 at `SR` Hz."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(_NOTE_S * SR)) / SR
    chords = [
        np.mean([np.sin(2 * np.pi * frequency * t) for frequency in rng.uniform(110, 1_760, 3)], axis=0)
        for _ in range(round(duration_s / _NOTE_S))
    ]
    return 0.5 * np.concatenate(chords)


def write_wav(path: Path, y: NDArray[np.float64]) -> None:
    """`y` `(n,)` or `(n, n_channels)` as a WAV of 16 bits at `SR` Hz."""
    samples = (32_767 * y).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if y.ndim == 1 else y.shape[1])
        file.setsampwidth(2)
        file.setframerate(SR)
        file.writeframes(samples.tobytes())
