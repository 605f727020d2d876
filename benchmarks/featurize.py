"""What features cost: the talk's array, and a whole analysis, beside librosa code for the same and beside the floor.

Each clip goes through all of them in turn, so that a machine that drifts drifts for all. The floor is what nobody can
leave out: soundfile's decoder and soxr. All in one process, after a warm-up that is measured as well.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import pyloudnorm
import soundfile as sf
import soxr
from numpy.typing import NDArray

from services.featurizer.analysis import analyse, mel_only, warm_up
from services.featurizer.seeking import cut
from shared.domain.features import FeatureSpec

AT_LEAST = {"talk / ours": 1.5, "librosa / ours": 4.0}
AT_MOST = {"ours / floor": 3.5, "first track, s": 3.0, "peak memory, MB": 500.0}
_FIRST = """
import time
started = time.perf_counter()
from pathlib import Path
from services.featurizer.analysis import analyse, warm_up
from shared.domain.features import FeatureSpec
warm_up(FeatureSpec())
analyse(Path({path!r}), spec=FeatureSpec())
first_s = time.perf_counter() - started
for _ in range(20):
    analyse(Path({path!r}), spec=FeatureSpec())
import resource
print(first_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run(*, data: Path, n_clips: int = 40) -> dict[str, object]:
    """Medians of times (ms) and ratios over the first `n_clips` of `data`/audio_4q/audio, one core."""
    spec = FeatureSpec()
    clips = sorted((data / "audio_4q" / "audio").glob("*.mp3"))[:n_clips]
    ways: dict[str, Callable[[Path], Any]] = {
        "floor": floor,
        "talk": talks_mel,
        "mel": lambda path: mel_only(path, spec=spec),
        "analysis": lambda path: analyse(path, spec=spec),
        "librosa": straight_librosa,
    }
    warm_up(spec)
    for way in ways.values():
        way(clips[0])
    ms = {name: [] for name in ways}
    n_same = n_sought = n_compared = 0
    for path in clips:
        found = {}
        for name, way in ways.items():
            started = time.perf_counter()
            found[name] = way(path)
            ms[name].append(1e3 * (time.perf_counter() - started))
        n_sought += cut(path, start_s=10, duration_s=5).was_sought
        if found["talk"].shape == found["mel"].shape:
            n_compared += 1
            n_same += bool(np.max(np.abs(found["talk"] - found["mel"])) <= 1e-4 * np.max(found["talk"]))
    first_s, peak_mb = _new_process(clips[0])
    figures = {
        "talk / ours": _ratio(ms["talk"], ms["mel"]),
        "librosa / ours": _ratio(ms["librosa"], ms["analysis"]),
        "ours / floor": _ratio(ms["analysis"], ms["floor"]),
        "first track, s": first_s,
        "peak memory, MB": peak_mb,
    }
    reached = {name: figures[name] >= goal for name, goal in AT_LEAST.items()}
    reached |= {name: figures[name] <= goal for name, goal in AT_MOST.items()}
    medians = {name: statistics.median(times) for name, times in ms.items()}
    lines = ["| measure | goal | measured |", "|---|---|---|"]
    for name, goal in {**AT_LEAST, **AT_MOST}.items():
        lines.append(f"| {name} | {goal:g} | {figures[name]:.2f}{'' if reached[name] else ' (missed)'} |")
    per_minute = {name: 60_000 / medians[name] for name in ("floor", "analysis")}
    lines.append(f"| tracks a minute, one core | floor {per_minute['floor']:.0f} | {per_minute['analysis']:.0f} |")
    lines.append(f"same array as the talk: {n_same} of {n_compared}; by seeking: {n_sought}")
    return {
        "ok": all(reached.values()) and n_same == n_compared,
        "summary": "\n".join(lines),
        "n_clips": len(clips),
        "ms": medians,
        "figures": figures,
        "n_same": n_same,
        "n_compared": n_compared,
        "n_sought": n_sought,
    }


def floor(path: Path) -> NDArray[np.float32]:
    """Decode with soundfile, resample with soxr: no feature yet."""
    y, sr = sf.read(path, dtype="float32", always_2d=True)
    return soxr.resample(y.mean(axis=1), sr, 22_050, quality="HQ")


def talks_mel(path: Path) -> NDArray[np.float32]:
    """The talk's own two lines."""
    x, sr = librosa.load(path, offset=10, duration=5)
    return librosa.feature.melspectrogram(y=x, sr=sr)


def straight_librosa(path: Path) -> NDArray[np.float64]:
    """The same kinds of fields as an analysis gives, by librosa, with its transforms shared where it lets one."""
    stereo, sr_native = sf.read(path, dtype="float32", always_2d=True)
    loudness = pyloudnorm.Meter(sr_native).integrated_loudness(stereo)
    y, sr = librosa.load(path)
    excerpts = [librosa.feature.melspectrogram(y=y[i : i + 5 * sr], sr=sr) for i in range(0, len(y) - 5 * sr, 5 * sr)]
    excerpts.append(talks_mel(path))
    magnitude = np.abs(librosa.stft(y))
    mel_db = librosa.power_to_db(librosa.feature.melspectrogram(S=magnitude**2, sr=sr))
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=20)
    rows = [
        mel_db,
        mfcc,
        librosa.feature.delta(mfcc),
        librosa.feature.spectral_contrast(S=magnitude, sr=sr),
        librosa.feature.spectral_centroid(S=magnitude, sr=sr),
        librosa.feature.spectral_bandwidth(S=magnitude, sr=sr),
        *(librosa.feature.spectral_rolloff(S=magnitude, sr=sr, roll_percent=share) for share in (0.5, 0.85, 0.95)),
        librosa.feature.spectral_flatness(S=magnitude),
        librosa.feature.zero_crossing_rate(y),
        librosa.feature.rms(S=magnitude),
    ]
    onsets = librosa.onset.onset_strength(S=mel_db, sr=sr)
    tempogram = librosa.feature.tempogram(onset_envelope=onsets, sr=sr)
    tempo = librosa.feature.tempo(onset_envelope=onsets, sr=sr, tg=tempogram)
    beats = librosa.onset.onset_detect(onset_envelope=onsets, sr=sr)
    long = np.abs(librosa.stft(y, n_fft=8192, hop_length=4096))
    chroma = librosa.feature.chroma_stft(S=long**2, sr=sr, n_fft=8192)
    tonnetz = librosa.feature.tonnetz(chroma=chroma)
    pitches, strengths = librosa.piptrack(S=magnitude, sr=sr, fmax=5000)
    hz = librosa.fft_frequencies(sr=sr)
    salience = librosa.salience(magnitude[:465], freqs=hz[:465], harmonics=list(range(1, 9)), fill_value=0.0)
    melody = librosa.yin(y, fmin=55, fmax=1760, sr=sr)
    modulation = np.abs(np.fft.rfft(mel_db, axis=1))
    frames = np.concatenate(rows)
    return np.concatenate(
        [
            *(statistic(frames, axis=1) for statistic in (np.mean, np.std, np.max)),
            *np.percentile(frames, (10, 90), axis=1),
            np.abs(np.diff(frames, axis=1)).mean(axis=1),
            np.corrcoef(mfcc).ravel(),
            chroma.mean(axis=1),
            tonnetz.mean(axis=1),
            tempogram.mean(axis=1),
            modulation.mean(axis=1),
            salience.mean(axis=1),
            [loudness, float(tempo[0]), len(beats), melody.mean(), pitches.max(), strengths.max(), len(excerpts)],
        ]
    )


def _ratio(over: list[float], under: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def _new_process(path: Path) -> tuple[float, float]:
    """Seconds from a new process to the end of its first clip, imports and warm-up included (the second of two such).

    And the most memory (MB) that it took over twenty more.
    """
    code = _FIRST.format(path=str(path))
    found = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    first_s, peak_mb = found[-1].stdout.split()
    return float(first_s), float(peak_mb)
