"""Sound with known answers, and files of it in many formats. Everything is seeded."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile as sf
from numpy.typing import NDArray

Signal = NDArray[np.float32]

_SOUNDFILE = {
    "wav16": ("WAV", "PCM_16"),
    "wav24": ("WAV", "PCM_24"),
    "wav_float": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
}
_PYAV = {"mp3": ("mp3", "libmp3lame"), "m4a": ("ipod", "aac"), "aac": ("adts", "aac")}
SUFFIXES = {"wav16": ".wav", "wav24": ".wav", "wav_float": ".wav"}


def tone(frequency: float, *, duration_s: float = 6.0, sr: int = 22_050, amplitude: float = 0.5) -> Signal:
    """One sine, in Hz, mono `(n,)`."""
    return chord(frequency, duration_s=duration_s, sr=sr, amplitude=amplitude)


def chord(*frequencies: float, duration_s: float = 6.0, sr: int = 22_050, amplitude: float = 0.5) -> Signal:
    """Sines of equal strength, `amplitude` in sum."""
    t = np.arange(round(duration_s * sr)) / sr
    waves = [np.sin(2 * np.pi * frequency * t) for frequency in frequencies]
    y: Signal = (amplitude * np.mean(waves, axis=0)).astype(np.float32)
    return y


def triad(root: float, third: int, *, duration_s: float = 1.5, sr: int = 22_050) -> Signal:
    """Root, third (3 or 4 semitones) and fifth, each with four harmonics."""
    notes = [root * 2 ** (semitones / 12) for semitones in (0, third, 7)]
    partials = [
        chord(*(h * note for note in notes), duration_s=duration_s, sr=sr, amplitude=0.4 / h) for h in (1, 2, 3, 4)
    ]
    y: Signal = np.sum(partials, axis=0, dtype=np.float32)
    return y


def cadence(tonic: float, *, minor: bool, sr: int = 22_050) -> Signal:
    """Tonic, subdominant, dominant (major, as harmony has it) and tonic: six seconds."""
    third = 3 if minor else 4
    steps = ((0, third), (5, third), (7, 4), (0, third))
    return np.concatenate([triad(tonic * 2 ** (step / 12), kind, sr=sr) for step, kind in steps])


def noise(*, duration_s: float = 6.0, sr: int = 22_050, amplitude: float = 0.3, seed: int = 0) -> Signal:
    """White noise, uniform within `amplitude`."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-amplitude, amplitude, round(duration_s * sr)).astype(np.float32)


def click_track(*, bpm: float, duration_s: float = 30.0, sr: int = 22_050) -> Signal:
    """A short decaying burst on every beat."""
    y = np.zeros(round(duration_s * sr), dtype=np.float32)
    n = sr // 20
    burst = noise(duration_s=0.05, sr=sr, amplitude=0.9)[:n] * np.exp(-np.arange(n) / (sr / 100))
    for beat_s in np.arange(0.1, duration_s - 0.1, 60 / bpm):
        start = round(beat_s * sr)
        y[start : start + n] += burst.astype(np.float32)
    return y


def song(*, duration_s: float = 30.0, sr: int = 44_100, n_channels: int = 2, seed: int = 0) -> Signal:
    """Changing chords, beats and noise, different on each channel: `(n, n_channels)`, within full scale."""
    rng = np.random.default_rng(seed)
    channels = []
    for channel in range(n_channels):
        notes = [chord(*rng.uniform(80, 0.4 * sr, 3), duration_s=1, sr=sr, amplitude=0.4) for _ in range(8)]
        y = np.resize(np.concatenate(notes), round(duration_s * sr))
        y = y + 0.4 * np.resize(click_track(bpm=100 + 10 * channel, duration_s=duration_s, sr=sr), y.size)
        channels.append(y + noise(duration_s=duration_s, sr=sr, amplitude=0.05, seed=seed + channel)[: y.size])
    return np.stack(channels, axis=1).astype(np.float32)


def write(path: Path, y: NDArray[Any], *, sr: int, form: str) -> Path:
    """Write `y` `(n,)` or `(n, n_channels)` as one of wav16, wav24, wav_float, flac, ogg, mp3, m4a, aac."""
    if form in _SOUNDFILE:
        container, subtype = _SOUNDFILE[form]
        if subtype == "PCM_16":  # or each container would round in its own way
            y = np.round(np.clip(y, -1, 1) * 32_767).astype(np.int16)
        sf.write(path, y, sr, format=container, subtype=subtype)
    else:
        container, codec = _PYAV[form]
        write_streams(path, [y], sr=sr, container=container, codec=codec)
    return path


def write_streams(
    path: Path, streams: list[Signal], *, sr: int, container: str, codec: str, cover: bool = False
) -> Path:
    """Write one audio stream per signal (mono or stereo); `cover` adds a one-colour picture as a video stream first."""
    layouts = {1: "mono", 2: "stereo", 4: "4.0"}
    with av.open(str(path), "w", format=container) as out:
        picture: Any = _picture_stream(out) if cover else None
        signals = [y.reshape(len(y), -1) for y in streams]
        outs: list[Any] = [out.add_stream(codec, rate=sr, layout=layouts[y.shape[1]]) for y in signals]
        if picture is not None:
            out.mux(picture.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), 200, np.uint8), format="rgb24")))
            out.mux(picture.encode(None))
        for stream, y in zip(outs, signals, strict=True):
            for start in range(0, len(y), 1024):
                out.mux(stream.encode(_frame(y[start : start + 1024], sr=sr, layout=layouts[y.shape[1]], pts=start)))
            out.mux(stream.encode(None))
    return path


def write_video(path: Path) -> Path:
    """A picture without any sound."""
    with av.open(str(path), "w", format="matroska") as out:
        picture: Any = _picture_stream(out)
        out.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        out.mux(picture.encode(None))
    return path


def _picture_stream(out: Any) -> Any:
    picture = out.add_stream("mjpeg", rate=1)
    picture.width = picture.height = 64
    picture.pix_fmt = "yuvj420p"
    return picture


def _frame(y: Signal, *, sr: int, layout: str, pts: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(y.T), format="fltp", layout=layout)
    frame.sample_rate, frame.pts = sr, pts
    return frame


def write_film(path: Path, *, container: str, n_pictures: int, y: Signal | None = None, fps: int = 25) -> Path:
    """`n_pictures` at `fps` (none: no stream of pictures) and `y` at 44.1 kHz in AAC, as a phone or a camera writes."""
    with av.open(str(path), "w", format=container) as out:
        film: Any = out.add_stream("mpeg4", rate=fps) if n_pictures else None
        if film is not None:
            film.width = film.height = 64
            film.pix_fmt = "yuv420p"
        sound: Any = out.add_stream("aac", rate=44_100, layout="mono") if y is not None else None
        for number in range(n_pictures):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), number * 5 % 255, np.uint8), format="rgb24")
            picture.pts = number
            out.mux(film.encode(picture))
        if film is not None:
            out.mux(film.encode(None))
        if sound is not None and y is not None:
            for start in range(0, len(y), 1024):
                chunk = y[start : start + 1024].reshape(-1, 1)
                out.mux(sound.encode(_frame(chunk, sr=44_100, layout="mono", pts=start)))
            out.mux(sound.encode(None))
    return path
