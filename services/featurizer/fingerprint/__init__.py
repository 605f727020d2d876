"""The acoustic fingerprint of a recording: 32 bits every 46 ms, and the levels of 33 bands. Samples in, words out.

The bits are those of Haitsma & Kalker (A highly robust audio fingerprinting system, ISMIR 2002): whether the energy
difference of two neighbouring bands grew. Ours differ in three ways, each measured (docs/explain/evaluation.md):
energies are in log scale above a floor, so that quiet bands full of an encoder's noise decide nothing; the change is
over 186 ms and frames are 46 ms apart, not 12, which takes a quarter of the space and does not depend on where between
two frames a copy begins; a frame in which the spectrum stands still has no bits.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.featurizer.spectral.mel import resample_signal
from shared.domain.features import FingerprintSpec
from shared.fingerprints.matching import N_BANDS, STEADY, WORDS_PER_LEVEL, Fingerprint, quantise_levels

_SILENT_POWER = 1e-10
"""Of a band, relative to full scale; below it is dither."""
_FLOOR = 1e-3
"""Added to each band's share of a frame's power: 30 dB below all of it, an encoder's noise is no signal."""
_STEADY_CHANGE = 0.15
"""Root mean square over the bands of a change of log energy below which a frame stands still; a hundredth of the
frames of real music is below 0.35, slow beating of a drone is at 0.08."""
_AT_ONCE = 256
"""Frames that are transformed at once."""


def compute_fingerprint(y: NDArray[np.float32], *, sr_native: int, spec: FingerprintSpec) -> Fingerprint:
    """The fingerprint of `y` `(n_samples,)`, mono at `sr_native` Hz; empty where too little of it moves."""
    beginning = y[: int(spec.max_span_s * sr_native)]
    power = _band_power(resample_signal(beginning, sr_native=sr_native, sr=spec.sr), spec)
    words = _fingerprint_words(power, spec)
    made = Fingerprint(words=words, levels=quantise_levels(_mean_levels(power[: words.size])))
    return made if made.is_comparable else EMPTY


EMPTY = Fingerprint(words=np.empty(0, np.uint32), levels=np.empty((0, N_BANDS), np.uint8))
"""Of silence, tones, and clips of which less than four seconds move."""


def _band_power(y: NDArray[np.float32], spec: FingerprintSpec) -> NDArray[np.float32]:
    """Power of each band relative to full scale, `(n_frames, N_BANDS)`; frames are whole, none is padded."""
    low, bands = _band_matrix(spec)
    window = np.hanning(spec.n_fft).astype(np.float32) * np.float32(2 / spec.n_fft)
    rows = [
        np.abs(scipy.fft.rfft(frames * window, axis=1)[:, low : low + len(bands)]) ** 2 @ bands
        for frames in _signal_frames(y, spec)
    ]
    return np.concatenate(rows) if rows else np.empty((0, N_BANDS), np.float32)


def _signal_frames(y: NDArray[np.float32], spec: FingerprintSpec) -> Iterator[NDArray[np.float32]]:
    if y.size < spec.n_fft:
        return
    frames = sliding_window_view(y, spec.n_fft)[:: spec.hop_length]
    for start in range(0, len(frames), _AT_ONCE):
        yield frames[start : start + _AT_ONCE]


@cache
def _band_matrix(spec: FingerprintSpec) -> tuple[int, NDArray[np.float32]]:
    """The first bin that is heard, and `(n_bins, N_BANDS)`: how much of each bin from there on lies in each band."""
    edges = np.geomspace(spec.f_min, spec.f_max, N_BANDS + 1)
    width = spec.sr / spec.n_fft
    centres = np.arange(1 + spec.n_fft // 2)[:, np.newaxis] * width
    lower, upper = np.maximum(edges[:-1], centres - width / 2), np.minimum(edges[1:], centres + width / 2)
    weights = np.clip(upper - lower, 0, None) / width
    low, high = np.flatnonzero(weights.any(axis=1))[[0, -1]]
    return int(low), weights[low : high + 1].astype(np.float32)


def _fingerprint_words(power: NDArray[np.float32], spec: FingerprintSpec) -> NDArray[np.uint32]:
    """A word for each frame but the last `lag_frames`: bit b is set where band b grew more than band b + 1."""
    if len(power) <= spec.lag_frames:
        return np.empty(0, np.uint32)
    total = power.sum(axis=1, keepdims=True)
    log_energy = np.log(power / np.maximum(total, _SILENT_POWER) + np.float32(_FLOOR))
    slope = log_energy[:, :-1] - log_energy[:, 1:]
    change = slope[spec.lag_frames :] - slope[: -spec.lag_frames]
    words = np.packbits(change > 0, axis=1, bitorder="little").view("<u4")[:, 0].astype(np.uint32)
    stands_still = np.mean(change**2, axis=1) < _STEADY_CHANGE**2
    return np.where(stands_still, np.uint32(STEADY), np.maximum(words, np.uint32(1)))


def _mean_levels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of every `WORDS_PER_LEVEL` rows; a rest is left out."""
    n = len(power) // WORDS_PER_LEVEL
    mean: NDArray[np.float32] = power[: n * WORDS_PER_LEVEL].reshape(n, WORDS_PER_LEVEL, N_BANDS).mean(axis=1)
    return mean
