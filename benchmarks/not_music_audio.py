"""Sounds that are no music, in seven families, and music that is easily taken for one of them. No benchmark of its own.

Everything is mono at `SR`, about 30 s long and made from the generator that is handed in, so that a seed names an item.
"""

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import scipy.signal
import soundfile
from numpy.typing import NDArray

from benchmarks.synthetic_signals import SR, Rng, Signal, coloured_noise, tonal_piece
from services.featurizer.spectral.mel import resample_signal

DURATION_S = 30.0
_N = round(DURATION_S * SR)
_T = np.arange(_N) / SR
_VOICES = ("en", "en-us", "de", "fr-fr", "es", "it", "ru", "pl", "nl", "sv")
_SENTENCES = (
    "The meeting begins at nine and ends before noon; please bring the papers of last week with you.",
    "Water boils at one hundred degrees, but on a high mountain it boils earlier than in the valley below.",
    "Nobody had expected the letter, and for a while it lay unopened on the table beside the window.",
)
_DTMF = tuple((low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477))
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (530, 1840, 2480), (570, 840, 2410), (300, 870, 2240))
"""Hz of three formants."""
_MINOR_DEGREES = (0, 2, 3, 5, 7, 8, 10, 12)


def join_prompts(rng: Rng, *, paths: Sequence[Path]) -> Signal:
    """Recorded prompts in any order with .2 to .6 s between them."""
    parts: list[Signal] = []
    while sum(part.size for part in parts) < _N:
        y, sr = soundfile.read(paths[int(rng.integers(len(paths)))], dtype="float32")
        parts += [resample_signal(y, sr_native=sr, sr=SR), np.zeros(int(rng.uniform(0.2, 0.6) * SR), dtype=np.float32)]
    return _levelled(np.concatenate(parts)[:_N])


def synthesise_speech(rng: Rng) -> Signal:
    """`espeak-ng` reading sentences and numbers, in one of ten languages. Raises FileNotFoundError without it."""
    numbers = ". ".join(str(number) for number in rng.integers(1, 10_000, 40))
    text = numbers if rng.random() < 0.5 else " ".join(rng.permutation(_SENTENCES)) + " " + numbers
    options = ["-v", str(rng.choice(_VOICES)), "-p", str(rng.integers(15, 85)), "-s", str(rng.integers(120, 200))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        subprocess.run(["espeak-ng", *options, "-w", str(path), text], check=True)
        y, sr = soundfile.read(path, dtype="float32")
    return _levelled(resample_signal(y, sr_native=sr, sr=SR)[:_N])


def degrade_speech(rng: Rng, *, speech: Callable[[Rng], Signal]) -> Signal:
    """Speech in a room (.3 to 2.5 s until it is 60 dB lower), over noise (0 to 20 dB below it), or both."""
    y, kind = speech(rng).astype(np.float64), int(rng.integers(3))
    if kind != 1:
        y = _in_room(rng, y, decay_s=rng.uniform(0.3, 2.5))
    if kind != 0:
        noise = coloured_noise(rng, decay_db_per_octave=rng.choice([0.0, -3.0, -6.0]), duration_s=y.size / SR)
        y = mix_at(y, noise, snr_db=rng.uniform(0, 20))
    return _levelled(y)


def make_noise(rng: Rng) -> Signal:
    """White, pink, brown, a band, modulated, or with a band that wanders."""
    kind = int(rng.integers(6))
    noise = coloured_noise(rng, decay_db_per_octave=(0.0, -3.0, -6.0)[kind % 3], duration_s=DURATION_S)
    if kind == 3:
        return _levelled(_band(noise, rng.uniform(80, 3000), octaves=rng.uniform(0.5, 3)))
    if kind == 4:
        return _levelled(noise * (1 + rng.uniform(0.3, 1) * np.sin(2 * np.pi * 10 ** rng.uniform(-1, 1.3) * _T)))
    if kind == 5:
        hz = rng.uniform(0.05, 0.4)
        low, high = (_band(noise, centre, octaves=1.5) for centre in (rng.uniform(100, 500), rng.uniform(600, 4000)))
        wander = 0.5 + 0.5 * np.sin(2 * np.pi * hz * _T + rng.uniform(0, 6))
        return _levelled(low * wander + high * (1 - wander))
    return _levelled(noise)


def make_tones(rng: Rng) -> Signal:
    """A tone, two tones, a sweep, a siren, beeps, or dialled digits."""
    kind, hz = int(rng.integers(6)), 10 ** rng.uniform(np.log10(120), np.log10(5000))
    if kind == 0:
        return _levelled(np.sin(2 * np.pi * hz * _T))
    if kind == 1:
        return _levelled(np.sin(2 * np.pi * hz * _T) + np.sin(2 * np.pi * hz * rng.uniform(1.05, 3) * _T))
    if kind == 2:
        method = str(rng.choice(["linear", "logarithmic"]))
        every_s = rng.uniform(3, DURATION_S)
        return _levelled(scipy.signal.chirp(_T % every_s, rng.uniform(40, 200), every_s, 8000, method=method))
    if kind == 3:
        swing = np.sin(2 * np.pi * rng.uniform(0.2, 3) * _T)
        return _levelled(np.sin(2 * np.pi * np.cumsum(hz * 2 ** (rng.uniform(0.3, 1) * swing)) / SR))
    if kind == 4:
        every_s = rng.uniform(0.2, 2)
        return _levelled(np.sin(2 * np.pi * hz * _T) * (_T % every_s < rng.uniform(0.2, 0.7) * every_s))
    y = np.zeros(_N)
    for start in range(0, _N, round(0.2 * SR)):
        low, high = _DTMF[int(rng.integers(12))]
        t = _T[start : start + round(0.12 * SR)]
        y[start : start + t.size] = np.sin(2 * np.pi * low * t) + np.sin(2 * np.pi * high * t)
    return _levelled(y)


def make_applause(rng: Rng) -> Signal:
    """3 to 600 people, each clapping 2 to 5 times a second, near or far, in a room; all at once, or dying away.

    A clap is a burst of broad-band noise with a resonance of the hollow of the hands (Peltola et al. 2007).
    """
    t, y = np.arange(round(0.06 * SR)) / SR, np.zeros(_N + SR)
    n_people = round(10 ** rng.uniform(np.log10(3), np.log10(600)))
    lasts_s = DURATION_S if rng.random() < 0.5 else rng.uniform(20, DURATION_S)
    for _ in range(n_people):
        hollow_hz, decay_s, distance = rng.uniform(600, 2500), rng.uniform(0.004, 0.012), rng.uniform(1, 8)
        bursts = rng.standard_normal((4, t.size))
        claps = bursts * np.exp(-t / decay_s) + 0.7 * _band(bursts, hollow_hz, octaves=1) * np.exp(-t / (2 * decay_s))
        every_s = 1 / rng.uniform(2, 5)
        at_s = np.cumsum(rng.normal(every_s, 0.12 * every_s, int(lasts_s / every_s))) + rng.uniform(0, 0.3)
        for start in (at_s[(at_s > 0) & (at_s < DURATION_S)] * SR).astype(int):
            y[start : start + t.size] += claps[int(rng.integers(4))] * (rng.uniform(0.6, 1) / distance)
    return _levelled(_in_room(rng, y[:_N], decay_s=rng.uniform(0.3, 2)))


def make_hum(rng: Rng) -> Signal:
    """Mains or a motor: harmonics of a low frequency, with some noise."""
    hz = float(rng.choice([50.0, 60.0, 100.0, 120.0, rng.uniform(25, 130)]))
    speed = hz * (1 + rng.choice([0.0, 0.003, 0.02]) * np.sin(2 * np.pi * rng.uniform(0.05, 0.5) * _T))
    phase = 2 * np.pi * np.cumsum(speed) / SR
    slope = rng.uniform(0.7, 2)
    y = np.sum(
        [rng.uniform(0.2, 1) / h**slope * np.sin(h * phase + rng.uniform(0, 6)) for h in range(1, rng.integers(4, 25))],
        axis=0,
    )
    noise = coloured_noise(rng, decay_db_per_octave=rng.choice([-3.0, -6.0]), duration_s=DURATION_S)
    return _levelled(mix_at(y, noise, snr_db=rng.uniform(3, 40)))


def make_piece(rng: Rng) -> Signal:
    """Chords, bass and melody of a major key."""
    return tonal_piece(rng, duration_s=DURATION_S, tonic=int(rng.integers(12)), is_minor=False)


def make_drone(rng: Rng) -> Signal:
    """An open fifth over four octaves of many slightly mistuned partials, whose timbre and beats change slowly."""
    base, y = rng.uniform(45, 90), np.zeros(_N)
    for ratio in (1, 1.5, 2, 3, 4, 6):
        for _ in range(3):
            hz = base * ratio * 2 ** (rng.normal(0, 4) / 1200)
            for h in range(1, 9):
                level = 1 + np.sin(2 * np.pi * rng.uniform(0.02, 0.15) * _T + rng.uniform(0, 6))
                y += level / (h * ratio**0.5) * np.sin(2 * np.pi * h * hz * _T + rng.uniform(0, 6))
    return _levelled(_in_room(rng, y, decay_s=3.0))


def make_singing(rng: Rng) -> Signal:
    """One to four voices on vowels: a melody in minor with vibrato, each voice a pulse train through formants."""
    y, beat_s = np.zeros(_N + SR), rng.uniform(0.4, 0.8)
    base, n_voices = rng.uniform(45, 60), int(rng.integers(1, 5))
    for start_s in np.arange(0, DURATION_S - 2 * beat_s, beat_s):
        degree, vowel = int(rng.integers(5)), _VOWELS[int(rng.integers(5))]
        t = np.arange(round(beat_s * SR)) / SR
        for voice in range(n_voices):
            hz = 440 * 2 ** ((base + _MINOR_DEGREES[degree + (voice * 2) % 4] + 12 * (voice // 2) - 69) / 12)
            vibrato = 2 ** (0.3 / 12 * np.sin(2 * np.pi * rng.uniform(4.5, 6.5) * t) * np.minimum(1, t / 0.2))
            note = scipy.signal.sawtooth(2 * np.pi * np.cumsum(hz * vibrato) / SR)
            sung = np.sum([_formant(note, centre) / (i + 1) for i, centre in enumerate(vowel)], axis=0)
            start = round(start_s * SR)
            y[start : start + t.size] += sung * np.minimum(1, np.minimum(t, t[::-1]) / 0.05)
    return _levelled(_in_room(rng, y[:_N], decay_s=1.5))


def make_noise_music(rng: Rng) -> Signal:
    """A piece with drums under noise up to as loud as itself, the whole driven into distortion."""
    y = tonal_piece(rng, duration_s=DURATION_S, tonic=int(rng.integers(12)), is_minor=True, with_drums=True)
    noise = coloured_noise(rng, decay_db_per_octave=rng.choice([0.0, -3.0, -6.0]), duration_s=DURATION_S)
    mixed = mix_at(y, noise, snr_db=rng.uniform(0, 6))
    return _levelled(np.tanh(rng.uniform(4, 12) * mixed / np.abs(mixed).max()))


def speak_over(rng: Rng, *, speech: Callable[[Rng], Signal], music: Sequence[Path]) -> Signal:
    """Speech over a recording that is 0 to 6 dB below it."""
    y, sr = soundfile.read(music[int(rng.integers(len(music)))], dtype="float32", always_2d=True)
    whole = resample_signal(y.mean(axis=1), sr_native=sr, sr=SR)
    start = int(rng.integers(max(whole.size - _N, 1)))
    return _levelled(mix_at(speech(rng), whole[start : start + _N], snr_db=rng.uniform(0, 6)))


SYNTHESISED: Mapping[str, tuple[int, Callable[[Rng], Signal]]] = {
    "espeak": (30, synthesise_speech),
    "noise": (48, make_noise),
    "tones": (42, make_tones),
    "applause": (36, make_applause),
    "hum": (30, make_hum),
}
"""Items and maker of the families that need no recordings."""
MUSIC_LIKE: Mapping[str, tuple[int, Callable[[Rng], Signal]]] = {
    "synthesised piece": (12, make_piece),
    "singing": (12, make_singing),
    "noise music": (12, make_noise_music),
    "drone": (12, make_drone),
}


def mix_at(y: NDArray[np.floating], other: NDArray[np.floating], *, snr_db: float) -> NDArray[np.float64]:
    """`y` with `other` so far below it, both as long as the shorter."""
    n = min(y.size, other.size)
    ratio = np.sqrt(np.mean(y[:n] ** 2) / max(np.mean(other[:n] ** 2), 1e-12) / 10 ** (snr_db / 10))
    mixed: NDArray[np.float64] = y[:n] + ratio * other[:n]
    return mixed


def _in_room(rng: Rng, y: NDArray[np.floating], *, decay_s: float) -> NDArray[np.float64]:
    t = np.arange(round(decay_s * SR)) / SR
    tail = rng.standard_normal(t.size) * 10 ** (-3 * t / decay_s)
    wet = scipy.signal.fftconvolve(y, tail)[: y.size]
    heard: NDArray[np.float64] = mix_at(y, wet, snr_db=rng.uniform(-6, 6))
    return heard


def _band(y: NDArray[np.floating], centre: float, *, octaves: float) -> NDArray[np.float64]:
    edges = centre * 2 ** np.array([-octaves / 2, octaves / 2])
    sos = scipy.signal.butter(2, np.minimum(edges, 0.45 * SR), btype="bandpass", fs=SR, output="sos")
    filtered: NDArray[np.float64] = scipy.signal.sosfilt(sos, y)
    return filtered


def _formant(y: NDArray[np.floating], hz: float) -> NDArray[np.float64]:
    b, a = scipy.signal.iirpeak(hz, Q=hz / 110, fs=SR)
    filtered: NDArray[np.float64] = scipy.signal.lfilter(b, a, y)
    return filtered


def _levelled(y: NDArray[np.floating]) -> Signal:
    """At -20 dBFS, not clipped."""
    scaled = y * 0.1 / max(float(np.sqrt(np.mean(y**2))), 1e-9)
    levelled: Signal = (scaled / max(1.0, np.abs(scaled).max() / 0.98)).astype(np.float32)
    return levelled
