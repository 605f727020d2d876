"""What audio taggers cost for a clip of 30 s, in processor time of one thread, and beside what one would write.

    python -m benchmarks taggers --data DIR --json FILE

Ours goes from decoded samples to the values that are kept: resampling, mel spectrograms, networks. The floor is the
networks alone on finished inputs. What one would write is librosa for resampling and mels, and every patch through
the network as it was published, with all of its filters. Every way is tried on each clip in turn, and the best of the
rounds counts: whatever else the machine does can only slow one down.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import onnxruntime as ort

from services.featurizer.audio.decode import open_clip
from services.featurizer.taggers.chords import harmonic_decibels
from services.featurizer.taggers.computation import compute_tagger_outputs
from services.featurizer.taggers.conversion.musicnn_graph import build_musicnn_graph
from services.featurizer.taggers.conversion.source_weights import read_musicnn_weights
from services.featurizer.taggers.conversion.wheels import download_wheels
from services.featurizer.taggers.graph_file import load_graph
from services.featurizer.taggers.musicnn import log_mel_patches
from services.featurizer.taggers.patches import cut_patches, spread_starts
from services.featurizer.taggers.yamnet import log_mel_frames
from shared.arrays import Signal
from shared.domain.features import FeatureSpec
from shared.domain.taggers import CHORDS, MUSICNN, YAMNET

DATA_FILES = ("audio_4q/audio", "audio")
AT_MOST_MS = {"musicnn and yamnet": 80.0, "chords": 60.0}
AT_LEAST_RATIO = 3.0
_WINDOW_S = 30


def run(*, data: Path, n_clips: int = 12, n_rounds: int = 5) -> dict[str, object]:
    """Medians over the clips, in ms of processor time, and ratios; `ok` if the goals are reached."""
    folder = data if (data / "audio").is_dir() else data / "audio_4q"
    paths = sorted((folder / "audio").glob("*.mp3"))
    paths = paths[:: max(len(paths) // n_clips, 1)][:n_clips]
    published = _load_published()
    milliseconds: dict[str, list[float]] = {}
    for path in paths:
        clip = open_clip(path, reach_s=_WINDOW_S, silence_dbfs=FeatureSpec().silence_dbfs)
        y = clip.y[: _WINDOW_S * clip.sr_native]
        ways = _list_ways(y, sr_native=clip.sr_native, published=published)
        best = dict.fromkeys(ways, float("inf"))
        for _ in range(n_rounds):
            for name, way in ways.items():
                started = time.process_time()
                way()
                best[name] = min(best[name], 1e3 * (time.process_time() - started))
        for name, took in best.items():
            milliseconds.setdefault(name, []).append(took)
    medians = {name: round(statistics.median(values), 2) for name, values in milliseconds.items()}
    ratio = medians["librosa and all patches"] / medians["musicnn and yamnet"]
    reached = {name: medians[name] <= limit for name, limit in AT_MOST_MS.items()}
    reached["librosa and all patches / ours"] = ratio >= AT_LEAST_RATIO
    return {
        "summary": f"ms a clip: {medians}\nlibrosa and all patches / ours: {ratio:.2f}\nreached: {reached}",
        "ok": all(reached.values()),
        "ms_a_clip": medians,
        "ratio": ratio,
        "n_clips": len(paths),
    }


def _list_ways(y: Signal, *, sr_native: int, published: ort.InferenceSession) -> dict[str, Callable[[], Any]]:
    y16, y22 = (librosa.resample(y, orig_sr=sr_native, target_sr=sr) for sr in (MUSICNN.sr, CHORDS.sr))
    starts = spread_starts(1 + y16.size // 256, n_patch=187, max_patches=MUSICNN.max_patches)
    patches = log_mel_patches(y16, starts)
    frames = log_mel_frames(y16)
    windows = cut_patches(frames, spread_starts(len(frames), n_patch=96, max_patches=YAMNET.max_patches), n_patch=96)
    decibels = harmonic_decibels(y22, sr=CHORDS.sr)

    def floor() -> None:
        load_graph(MUSICNN).run(patches)
        load_graph(YAMNET).run(windows)

    return {
        "musicnn": lambda: compute_tagger_outputs(y, sr_native=sr_native, taggers=[MUSICNN]),
        "yamnet": lambda: compute_tagger_outputs(y, sr_native=sr_native, taggers=[YAMNET]),
        "musicnn and yamnet": lambda: compute_tagger_outputs(y, sr_native=sr_native, taggers=[MUSICNN, YAMNET]),
        "networks of musicnn and yamnet": floor,
        "librosa and all patches": lambda: _compute_plainly(y, sr_native=sr_native, published=published),
        # samples at this rate are there already, for the descriptors
        "chords": lambda: compute_tagger_outputs(y, sr_native=sr_native, taggers=[CHORDS], at_rate={CHORDS.sr: y22}),
        "network of chords": lambda: load_graph(CHORDS).run(decibels),
    }


def _compute_plainly(y: Signal, *, sr_native: int, published: ort.InferenceSession) -> None:
    """As the examples of the packages do it: librosa's steps, then every patch that fits."""
    y16 = librosa.resample(y, orig_sr=sr_native, target_sr=16_000)
    mel = librosa.feature.melspectrogram(y=y16, sr=16_000, n_fft=512, hop_length=256, n_mels=96)
    log_mel = np.log10(10_000 * mel.T + 1).astype(np.float32)
    n_patches = len(log_mel) // 187
    published.run(None, {"log_mel": log_mel[: n_patches * 187].reshape(n_patches, 187, 96)})
    magnitude = np.abs(librosa.stft(y16, n_fft=512, hop_length=160, win_length=400, center=False))
    bank = librosa.filters.mel(sr=16_000, n_fft=512, n_mels=64, fmin=125, fmax=7500, htk=True, norm=None)
    frames = np.log(bank @ magnitude + 1e-3).T.astype(np.float32)
    n_windows = len(frames) // 96
    load_graph(YAMNET).run(frames[: n_windows * 96].reshape(n_windows, 96, 64))


def _load_published() -> ort.InferenceSession:
    """MusiCNN with every filter, also those without weights."""
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        wheels = Path(folder)
        download_wheels(wheels)
        model = build_musicnn_graph(read_musicnn_weights(wheels, wheels / "unpacked"), least_weight=-1.0)
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
