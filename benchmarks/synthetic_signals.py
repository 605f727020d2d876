"""Sounds whose key, metre and kind are known: noises, drums, tonal pieces, bars of three and four beats.

No benchmark of its own. Everything is mono at `SR` and seeded by the generator that is handed in.
"""

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]
Rng = np.random.Generator

SR = 22_050
_A4_MIDI, _A4_HZ = 69, 440.0
_MAJOR_DEGREES, _MINOR_DEGREES = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_MAJOR_CHORDS = {0: 4, 5: 4, 7: 4, 9: 3, 2: 3}
"""Semitones of the third over each degree."""
_MINOR_CHORDS = {0: 3, 5: 3, 7: 4, 8: 4, 3: 4, 10: 4}
_MAJOR_PROGRESSIONS = ((0, 5, 7, 0), (0, 9, 5, 7), (0, 7, 9, 5))
_MINOR_PROGRESSIONS = ((0, 5, 7, 0), (0, 8, 3, 10), (0, 10, 8, 7))


def coloured_noise(rng: Rng, *, decay_db_per_octave: float, duration_s: float) -> Signal:
    """Gaussian noise whose power falls by so much: 0 is white, -3 pink, -6 brown."""
    n = round(duration_s * SR)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    bins = np.maximum(np.arange(spectrum.size), 1)
    return _scaled(np.fft.irfft(spectrum * bins ** (decay_db_per_octave / (20 * np.log10(2))), n))


def drums(rng: Rng, *, duration_s: float) -> Signal:
    """Kick, snare and hi-hat at 80 to 150 BPM."""
    beat_s, kick_hz = 60 / rng.uniform(80, 150), rng.uniform(45, 70)
    y = np.zeros(round((duration_s + 1) * SR))
    for eighth, at_s in enumerate(np.arange(0, duration_s, beat_s / 2)):
        if eighth % 4 == 0 or eighth % 8 == 5:
            t = np.arange(round(0.3 * SR)) / SR
            _add(
                y,
                0.8 * np.sin(2 * np.pi * np.cumsum(kick_hz * (1 + 2 * np.exp(-t / 0.03))) / SR) * np.exp(-t / 0.08),
                at_s,
            )
        if eighth % 4 == 2:
            t = np.arange(round(0.3 * SR)) / SR
            skin = 0.2 * np.sin(2 * np.pi * 185 * t) * np.exp(-t / 0.05)
            _add(y, skin + 0.5 * rng.standard_normal(t.size) * np.exp(-t / 0.06), at_s)
        t = np.arange(round(0.08 * SR)) / SR
        _add(y, 0.15 * np.diff(rng.standard_normal(t.size + 1)) * np.exp(-t / 0.02), at_s)
    return _scaled(y[: round(duration_s * SR)])


def tonal_piece(
    rng: Rng, *, duration_s: float, tonic: int, is_minor: bool, snr_db: float | None = None, with_drums: bool = False
) -> Signal:
    """Four chords of a key in turn with a bass and a melody, up to 40 cents out of tune; `tonic` 0 is C."""
    degrees, chords, progressions = (
        (_MINOR_DEGREES, _MINOR_CHORDS, _MINOR_PROGRESSIONS)
        if is_minor
        else (_MAJOR_DEGREES, _MAJOR_CHORDS, _MAJOR_PROGRESSIONS)
    )
    progression, beat_s = progressions[rng.integers(3)], rng.uniform(0.4, 0.7)
    base = 48 + tonic + rng.uniform(-0.4, 0.4)
    y = np.zeros(round((duration_s + 8 * beat_s) * SR))
    for bar, at_s in enumerate(np.arange(0, duration_s, 4 * beat_s)):
        root = progression[bar % 4]
        triad = (0, chords[root], 7)
        for tone in (*triad, -12):
            _add(y, 0.4 * _note(rng, base + root + tone, seconds=4 * beat_s), at_s)
        for beat in range(4):
            pitch = root + rng.choice(triad) if rng.random() < 0.7 else degrees[rng.integers(7)]
            _add(y, 0.4 * _note(rng, base + 12 + pitch, seconds=beat_s), at_s + beat * beat_s)
    mixed = _scaled(y[: round(duration_s * SR)])
    if with_drums:
        mixed = mixed + drums(rng, duration_s=duration_s)
    if snr_db is not None:
        noise = rng.standard_normal(mixed.size)
        mixed = mixed + noise * np.sqrt(np.mean(mixed**2) / np.mean(noise**2) / 10 ** (snr_db / 10))
    return _scaled(mixed)


def bars(rng: Rng, *, duration_s: float, beats: int, with_drums: bool) -> Signal:
    """Chords in bars of so many beats at 75 to 165 BPM, the bass on the first one."""
    beat_s, base = 60 / rng.uniform(75, 165), 45 + rng.integers(12)
    roots = rng.permutation((0, 5, 7, 9, 2, 4))[:4]
    y = np.zeros(round((duration_s + (beats + 1) * beat_s + 1) * SR))
    for bar, at_s in enumerate(np.arange(0.05, duration_s, beats * beat_s)):
        root = roots[(bar + (bar % 2) * rng.integers(2)) % 4]
        for beat in range(beats):
            begins_s = at_s + beat * beat_s
            has_bass = beat == 0 or (beats == 4 and beat == 2 and rng.random() < 0.6)
            pitches = (-12,) if has_bass else (0, 4, 7)
            for pitch in pitches:
                _add(y, (0.7 if beat == 0 else 0.3) * _note(rng, base + root + pitch, seconds=beat_s), begins_s)
            _add(y, 0.35 * _note(rng, base + 12 + rng.choice(_MAJOR_DEGREES), seconds=beat_s), begins_s)
            if with_drums:
                t = np.arange(round(0.15 * SR)) / SR
                kick = 0.9 * np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.06)
                _add(y, kick if beat == 0 else 0.35 * rng.standard_normal(t.size) * np.exp(-t / 0.05), begins_s)
    return _scaled(y[: round(duration_s * SR)])


def _note(rng: Rng, midi: float, *, seconds: float) -> NDArray[np.float64]:
    """Six harmonics that decay."""
    t = np.arange(round(seconds * SR)) / SR
    hz = _A4_HZ * 2 ** ((midi - _A4_MIDI) / 12)
    y = np.sum([np.sin(2 * np.pi * h * hz * t + rng.uniform(0, 2 * np.pi)) / h for h in range(1, 7)], axis=0)
    faded: NDArray[np.float64] = y * np.minimum(1, t / 0.01) * np.exp(-t / 0.6)
    return faded


def _add(y: NDArray[np.float64], sound: NDArray[np.float64], at_s: float) -> None:
    start = round(at_s * SR)
    part = sound[: y.size - start]
    y[start : start + part.size] += part


def _scaled(y: NDArray[np.floating]) -> Signal:
    scaled: Signal = (0.5 * y / np.abs(y).max()).astype(np.float32)
    return scaled
