"""Copies of recordings as they lie about, and other recordings that are nearly the same. Seeded, mono float32."""

from collections.abc import Iterator
from pathlib import Path

import av
import librosa
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from services.featurizer.spectral.mel import resample_signal

Signal = NDArray[np.float32]

SR = 22_050
"""Hz of what is synthesised."""
CODECS = ("mp3", "ogg", "m4a")
_BIT_RATE = 64_000
_QUIETER = np.float32(10 ** (-6 / 20))
_HARMONICS = {
    "sawtooth": [1 / h for h in range(1, 12)],
    "square": [h % 2 / h for h in range(1, 12)],
    "soft": [1 / h**2 for h in range(1, 8)],
    "organ": [1, 0.7, 0, 0.5, 0, 0, 0, 0.3],
}


def encode(y: Signal, *, sr: int, codec: str, path: Path) -> Path:
    """`y` as a file of `codec`: 64 kbit/s MP3 or AAC, Vorbis at its usual quality."""
    if codec == "ogg":
        with sf.SoundFile(path, "w", sr, 1, format="OGG", subtype="VORBIS") as file:
            for start in range(0, y.size, sr):  # libsndfile's encoder overflows its stack on long blocks
                file.write(y[start : start + sr])
        return path
    form, name = {"mp3": ("mp3", "libmp3lame"), "m4a": ("ipod", "aac")}[codec]
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream(name, rate=sr, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = _BIT_RATE
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y[np.newaxis]), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = sr, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return path


def trimmed(y: Signal, *, sr: int, rng: np.random.Generator) -> Signal:
    """Without its first second, and up to a tenth more, so that frames lie anywhere between those of the original."""
    return y[sr + int(rng.integers(sr // 10)) :]


def quieter(y: Signal) -> Signal:
    """With 6 dB less."""
    return y * _QUIETER


def nearly_the_same(clips: list[tuple[Signal, int]]) -> Iterator[tuple[str, tuple[Signal, int], tuple[Signal, int]]]:
    """`(what differs, one, other)`: two recordings that are not one, however much they have in common."""
    for y, sr in clips:
        for semitones in (-1, 1):
            yield "one semitone", (y, sr), (librosa.effects.pitch_shift(y, sr=sr, n_steps=semitones), sr)
        for rate in (0.97, 1.03):
            yield "3 % of tempo", (y, sr), (librosa.effects.time_stretch(y, rate=rate), sr)
            yield "3 % of speed", (y, sr), (resample_signal(y, sr_native=round(sr * rate), sr=sr), sr)
    for name, one, other in _synthesised():
        yield name, (one, SR), (other, SR)


def _synthesised() -> Iterator[tuple[str, Signal, Signal]]:
    timbres = list(_HARMONICS)
    for seed in range(6):
        first = notes(seed, "sawtooth")
        for timbre in timbres[1:]:
            yield "same notes, another sound", first, notes(seed, timbre)
        for jitter_s in (0.01, 0.02, 0.04):
            yield "same notes and sound, played again", first, notes(seed, "sawtooth", jitter_s=jitter_s, loudness_db=3)
        yield "same notes, one semitone", first, notes(seed, "sawtooth", semitones=1)
        yield "same notes, 3 % of tempo", first, notes(seed, "sawtooth", tempo=1.03)
        yield "same beat, other drums", beat(seed, kit=seed), beat(seed, kit=100 + seed)
        loop = beat(seed, kit=seed)
        yield "same drum loop, other music", loop + notes(seed, "soft"), loop + notes(seed + 50, "organ")
        yield "drones", drone(seed), drone(seed + 100)
        yield "tones", tone(200.0 * 2 ** (seed / 6)), tone(210.0 * 2 ** (seed / 6))
        yield "noise", hiss(seed), hiss(seed + 100)
    yield "silence", np.zeros(30 * SR, np.float32), np.zeros(30 * SR, np.float32)
    yield "the same tone", tone(440.0), tone(440.0)


def notes(
    seed: int,
    timbre: str,
    *,
    duration_s: float = 30.0,
    jitter_s: float = 0.0,
    loudness_db: float = 0.0,
    semitones: int = 0,
    tempo: float = 1.0,
) -> Signal:
    """Two voices of decaying notes; `jitter_s` and `loudness_db` vary each note, as another performance does."""
    score, hand = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    y = np.zeros(round(duration_s * SR))
    at_s = 0.1
    while at_s < duration_s - 1:
        length_s = float(score.choice([0.25, 0.5, 0.5, 1.0])) / tempo
        for pitch in score.integers(0, 36, 2):
            start = max(0, round((at_s + hand.normal() * jitter_s) * SR))
            t = np.arange(round(1.2 * length_s * SR)) / SR
            frequency = 110 * 2 ** ((pitch + semitones) / 12)
            waves = [
                a * np.sin(2 * np.pi * h * frequency * t)
                for h, a in enumerate(_HARMONICS[timbre], 1)
                if h * frequency < SR / 2
            ]
            note = (
                np.sum(waves, axis=0)
                * np.minimum(1, t / 0.01)
                * np.exp(-3 * t)
                * 10 ** (hand.normal() * loudness_db / 20)
            )
            y[start : start + note.size] += note[: y.size - start]
        at_s += length_s
    return np.asarray(0.4 * y / np.abs(y).max(), dtype=np.float32)


def beat(seed: int, *, kit: int, duration_s: float = 30.0, bpm: float = 120.0) -> Signal:
    """A pattern of sixteenths on three drums; `kit` says how they sound."""
    pattern, sound = np.random.default_rng(seed).integers(0, 4, 16), np.random.default_rng(kit)
    t = np.arange(round(0.15 * SR)) / SR
    drums = [
        np.sin(2 * np.pi * np.cumsum(np.linspace(sound.uniform(120, 200), 45, t.size)) / SR) * np.exp(-20 * t),
        sound.normal(size=t.size) * np.exp(-sound.uniform(20, 60) * t),
        np.diff(sound.normal(size=t.size), prepend=0) * np.exp(-sound.uniform(80, 160) * t),
    ]
    y = np.zeros(round(duration_s * SR) + t.size)
    for step, at_s in enumerate(np.arange(0, duration_s, 15 / bpm)):
        if pattern[step % 16] < len(drums):
            start = round(at_s * SR)
            y[start : start + t.size] += 0.3 * drums[pattern[step % 16]]
    return y[: round(duration_s * SR)].astype(np.float32)


def drone(seed: int, *, duration_s: float = 30.0) -> Signal:
    """Fourteen harmonics that swell and fade slowly."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(duration_s * SR)) / SR
    frequency = rng.uniform(60, 200)
    waves = [
        (1 + 0.3 * np.sin(2 * np.pi * rng.uniform(0.05, 0.3) * t)) * np.sin(2 * np.pi * h * frequency * t) / h
        for h in range(1, 15)
    ]
    return np.asarray(0.1 * np.sum(waves, axis=0), dtype=np.float32)


def tone(frequency: float, *, duration_s: float = 30.0) -> Signal:
    """A sine, Hz."""
    return (0.3 * np.sin(2 * np.pi * frequency * np.arange(round(duration_s * SR)) / SR)).astype(np.float32)


def hiss(seed: int, *, duration_s: float = 30.0) -> Signal:
    """White noise."""
    return np.random.default_rng(seed).uniform(-0.3, 0.3, round(duration_s * SR)).astype(np.float32)
