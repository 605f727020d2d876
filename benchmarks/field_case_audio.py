"""Sound for the field cases that have no files of their own. Seeded."""

import wave
from pathlib import Path

import numpy as np

_SR = 22_050
_NOTE_S = 0.5


def write_song(path: Path, *, seed: int, duration_s: float = 12.0) -> None:
    """A WAV, 16 bits, mono: chords of three notes that change twice a second, others for each seed."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(_NOTE_S * _SR)) / _SR
    chords = [
        np.mean([np.sin(2 * np.pi * frequency * t) for frequency in rng.uniform(110, 1_760, 3)], axis=0)
        for _ in range(round(duration_s / _NOTE_S))
    ]
    samples = (0.5 * 32_767 * np.concatenate(chords)).astype("<i2")
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_SR)
        file.writeframes(samples.tobytes())
