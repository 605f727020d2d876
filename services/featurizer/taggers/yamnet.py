"""YAMNet: AudioSet classes, an embedding, and which of its windows hold music, speech, a crowd or noise."""

from functools import cache

import librosa
import numpy as np
import scipy.fft
import scipy.special
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.featurizer.spectral.spectra import BandMatrix, hann_window
from services.featurizer.taggers.graph_file import load_graph
from services.featurizer.taggers.patches import cut_patches, spread_starts
from shared.arrays import Signal, Tensor
from shared.domain.taggers import EVENT_GROUPS, TaggerSpec

_FRAME_LENGTH = 400
_HOP_LENGTH = 160
_N_FFT = 512
_N_MELS = 64
_N_FRAMES = 96
MUSIC_THRESHOLD = 0.3
"""Of music or singing: a window below it holds no music. Chosen by `benchmarks.not_music`."""
_MUSIC_CLASS = 132
"""The position of the class above all kinds of music and all instruments."""
_N_EDGE_WINDOWS = 3

CLASSES_OF_GROUP: dict[str, tuple[int, ...]] = {
    "music": (*range(24, 32), *range(132, 277)),
    "singing": (*range(24, 32), 249, 250),
    "speech": (*range(7), 12, 31),
    "crowd": (58, 61, 62, 63, 64, 65),
    "noise": (277, 279, 283, 284, 285, 287, 288, 321, 507, 508, 509, 513, 514, 515),
    "tone": (490, 495, 496, 497, 510),
    "silence": (494,),
}
"""Positions among the 521 classes."""


def compute_yamnet(y: Signal, *, spec: TaggerSpec) -> Tensor:
    """The values of `spec.blocks` for samples `y` at `spec.sr`, over windows of .96 s."""
    return summarise_windows(*run_windows(y, spec=spec))


def run_windows(y: Signal, *, spec: TaggerSpec) -> tuple[Tensor, Tensor]:
    """Logits `(n_windows, 521)` and embeddings `(n_windows, 1024)` of samples `y` at `spec.sr`."""
    frames = log_mel_frames(y)
    starts = spread_starts(len(frames), n_patch=_N_FRAMES, max_patches=spec.max_patches)
    outputs = load_graph(spec).run(cut_patches(frames, starts, n_patch=_N_FRAMES))
    return outputs["class_logits"], outputs["embedding"]


def summarise_windows(logits: Tensor, embedding: Tensor) -> Tensor:
    """The values of the spec's blocks, of logits `(n_windows, 521)` and embeddings `(n_windows, 1024)`."""
    probabilities = group_probabilities(logits)
    events = [
        statistic
        for series in probabilities.T
        for statistic in (
            series.mean(),
            series.max(),
            series[:_N_EDGE_WINDOWS].mean(),
            series[-_N_EDGE_WINDOWS:].mean(),
        )
    ]
    holds_music = find_music_windows(logits)
    return np.concatenate(
        [
            logits.mean(axis=0),
            embedding.mean(axis=0),
            embedding.std(axis=0),
            np.array([*events, holds_music.mean()], dtype=np.float32),
        ]
    )


def group_probabilities(logits: Tensor) -> Tensor:
    """`(n_windows, len(EVENT_GROUPS))`: the largest probability in each group, of logits `(n_windows, 521)`."""
    largest = np.stack([logits[:, CLASSES_OF_GROUP[group]].max(axis=1) for group in EVENT_GROUPS], axis=1)
    probabilities: Tensor = scipy.special.expit(largest)
    return probabilities


def find_music_windows(logits: Tensor, *, threshold: float = MUSIC_THRESHOLD) -> NDArray[np.bool_]:
    """`(n_windows,)`: which windows hold music, of logits `(n_windows, 521)`.

    An instrument alone is no music: YAMNet takes sirens and tones for synthesisers and singing bowls.
    """
    music = logits[:, [_MUSIC_CLASS, *CLASSES_OF_GROUP["singing"]]].max(axis=1)
    holds_music: NDArray[np.bool_] = scipy.special.expit(music) >= threshold
    return holds_music


def log_mel_frames(y: Signal) -> Tensor:
    """`(n_frames, 64)`: `log(mel + .001)` of magnitudes, frames of 25 ms every 10 ms, not centred."""
    if y.size < _FRAME_LENGTH:
        y = np.pad(y, (0, _FRAME_LENGTH - y.size))
    frames = sliding_window_view(y, _FRAME_LENGTH)[::_HOP_LENGTH] * hann_window(_FRAME_LENGTH)
    magnitude = np.abs(scipy.fft.rfft(frames, _N_FFT, axis=1))
    mel: Tensor = np.log(_mel_bank().applied_to(magnitude) + np.float32(1e-3))
    return mel


@cache
def _mel_bank() -> BandMatrix:
    bank = librosa.filters.mel(sr=16_000, n_fft=_N_FFT, n_mels=_N_MELS, fmin=125, fmax=7500, htk=True, norm=None)
    return BandMatrix(bank.T, width=4)
