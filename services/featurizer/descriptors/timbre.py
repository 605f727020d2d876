"""Timbre: what a sound is like, without its pitch and its time."""

from functools import cache
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors, numbered_names
from services.featurizer.descriptors.series import FrameSeries
from services.featurizer.spectral.spectra import (
    GROUP,
    HOP_LENGTH,
    N_FFT,
    N_MELS,
    TINY,
    Array,
    ClipSpectra,
    mel_spectra,
    row_sums,
    sum_columns,
    to_relative_db,
)

_N_MFCC = 20
_N_BANDS = 40
_CONTRAST_EDGES_HZ = (0, 200, 400, 800, 1600, 3200, 6400, 11025)
_CONTRAST_SHARE = 0.02
_COARSE_HZ = 1600
_RUN = 16
_UP_TO = np.triu(np.ones((_RUN, _RUN), np.float32))
_FLOOR = 1e-12
"""-120 dB, as power."""
_FRAMES = 64
"""That are gone through at once: so few that they stay in the processor's cache."""
_TZANETAKIS = "Tzanetakis & Cook 2002"
_MFCC = "Davis & Mermelstein 1980"
_PEETERS = "Peeters 2004"

_BANDS = declare_descriptors(
    numbered_names("mel_band", _N_BANDS), unit="dB", source="Stevens, Volkmann & Newman 1937", per_db=1.0
)
_COEFFICIENTS = (
    *declare_descriptors(numbered_names("mfcc", 1), unit="dB", source=_MFCC, per_db=float(np.sqrt(N_MELS))),
    *declare_descriptors(numbered_names("mfcc", _N_MFCC)[1:], unit="dB", source=_MFCC),
)
_DELTAS = declare_descriptors(numbered_names("mfcc_delta", _N_MFCC), unit="dB", source="Furui 1986")
_CONTRAST = declare_descriptors(
    numbered_names("contrast", len(_CONTRAST_EDGES_HZ) - 1), unit="dB", source="Jiang et al. 2002"
)
_SHAPE = (
    *declare_descriptors(("centroid", "bandwidth"), unit="Hz", source=_TZANETAKIS),
    *declare_descriptors(("spectral_skewness", "spectral_kurtosis"), unit="1", source=_PEETERS),
    *declare_descriptors(("rolloff_50", "rolloff_85", "rolloff_95"), unit="Hz", source=_TZANETAKIS),
    *declare_descriptors(("flatness",), unit="1", source="Dubnov 2004"),
    *declare_descriptors(("spectral_entropy",), unit="1", source="Misra et al. 2004"),
    *declare_descriptors(("spectral_crest",), unit="dB", source=_PEETERS),
    *declare_descriptors(("flux", "zero_crossing_rate"), unit="1", source=_TZANETAKIS),
    *declare_descriptors(("low_share", "high_share"), unit="dB", source="Panda, Malheiro & Paiva 2018"),
)
SERIES: tuple[Descriptor, ...] = (*_BANDS, *_COEFFICIENTS, *_DELTAS, *_CONTRAST, *_SHAPE)
"""Frame by frame; statistics are taken of them."""

_PAIRS = tuple((i, j) for i in range(_N_MFCC) for j in range(i))
DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors(
        (f"mfcc_{j + 1:02}_{i + 1:02}_correlation" for i, j in _PAIRS), unit="1", source="Mandel & Ellis 2005"
    ),
)


def timbre_series(s: ClipSpectra) -> FrameSeries:
    """The `SERIES`, `(n_frames, len(SERIES))`."""
    mfcc = s.mel_db @ _dct_matrix()
    columns = (
        to_relative_db(mel_spectra(s.power, sr=s.sr, n_mels=_N_BANDS)),
        mfcc,
        _delta_slopes(mfcc),
        _octave_contrast(s),
        _spectral_shape(s),
    )
    return FrameSeries(rows=SERIES, values=np.concatenate(columns, axis=1, dtype=np.float32))


def timbre_descriptors(series: Array) -> NDArray[np.float64]:
    """The `DESCRIPTORS`, from the audible frames of `timbre_series`: covariances over the deviations, so -1 to 1."""
    mfcc = series[:, _N_BANDS : _N_BANDS + _N_MFCC]
    centred = mfcc - mfcc.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64)
    scale = np.sqrt(np.maximum(np.diag(covariance), 1e-9 * max(float(covariance.max()), 1e-9)))
    i, j = np.array(_PAIRS).T
    return np.asarray((covariance / np.outer(scale, scale))[i, j])


@cache
def _dct_matrix() -> Array:
    matrix: Array = scipy.fft.dct(np.eye(N_MELS), axis=1, norm="ortho")[:, :_N_MFCC].astype(np.float32)
    return np.ascontiguousarray(matrix)


def _delta_slopes(values: Array, *, reach: int = 4) -> Array:
    """Slope over nine frames (least squares), the ends held."""
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    n = len(values)
    slope = sum(
        k * (padded[reach + k : reach + k + n] - padded[reach - k : reach - k + n]) for k in range(1, reach + 1)
    )
    return np.asarray(slope / (2 * sum(k * k for k in range(1, reach + 1))), dtype=np.float32)


def _octave_contrast(s: ClipSpectra) -> Array:
    """How far the loudest 2 % of each octave lie above its softest 2 %; four bins are one above 1.6 kHz."""
    columns = []
    for low_hz, high_hz in pairwise(_CONTRAST_EDGES_HZ):
        low, high = (round(hz * N_FFT / s.sr) for hz in (low_hz, high_hz))
        band = s.power[:, low : min(high, s.power.shape[1] - 1)]
        if low_hz >= _COARSE_HZ:
            band = sum_columns(band, n=GROUP)
        ranked = np.sort(band, axis=1)
        n = max(round(_CONTRAST_SHARE * ranked.shape[1]), 1)
        columns += [ranked[:, :n].mean(axis=1), ranked[:, -n:].mean(axis=1)]
    level = to_relative_db(np.stack(columns, axis=1))
    return level[:, 1::2] - level[:, 0::2]


def _spectral_shape(s: ClipSpectra) -> Array:
    n_bins = s.power.shape[1]
    hz_per_bin = s.sr / N_FFT
    total = s.total
    mean_log, power_log, largest_log = _log_power_sums(s.power)
    log_total = np.log(total)
    entropy = (log_total - power_log / total) / np.log(n_bins)
    flatness = np.exp(mean_log - log_total) * n_bins
    crest = (10 / np.log(10)) * (largest_log - log_total + np.log(n_bins))
    return np.column_stack(
        (
            *_spectral_moments(s.moments.astype(np.float64)),
            *_rolloff_frequencies(s.coarse, hz_per_group=GROUP * hz_per_bin),
            flatness,
            entropy,
            crest,
            _spectral_flux(s.coarse),
            _zero_crossing_rate(s.y),
            _share_db(s.power, total=total, low=0, high=round(200 / hz_per_bin)),
            _share_db(s.power, total=total, low=round(4000 / hz_per_bin), high=n_bins),
        )
    ).astype(np.float32)


def _log_power_sums(power: Array) -> tuple[Array, Array, Array]:
    """Of each frame's power, at most 120 dB below the largest of all: mean, sum weighted by power, and largest."""
    largest = power.max(axis=1)
    floor = np.maximum(largest.max() * np.float32(_FLOOR), TINY)
    floors = np.full(power.shape[1], floor)  # numpy takes the maximum with a single number three times as slowly
    mean, weighted = np.empty(len(power), np.float32), np.empty(len(power), np.float32)
    for start in range(0, len(power), _FRAMES):
        rows = slice(start, start + _FRAMES)
        logs = np.maximum(power[rows], floors)
        np.log(logs, out=logs)
        mean[rows] = row_sums(logs) / np.float32(power.shape[1])
        weighted[rows] = np.vecdot(power[rows], logs)
    return mean, weighted, np.log(np.maximum(largest, floor))


def _spectral_moments(moments: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Centroid and bandwidth (Hz), skewness and kurtosis of each frame."""
    m1, m2, m3, m4 = (moments[:, 1:] / np.maximum(moments[:, :1], float(TINY))).T
    variance = np.maximum(m2 - m1**2, 1e-6)
    skewness = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
    return 1000 * m1, 1000 * np.sqrt(variance), np.clip(skewness, -50, 50), np.clip(kurtosis, 0, 500)


def _rolloff_frequencies(coarse: Array, *, hz_per_group: float) -> list[NDArray[np.float64]]:
    """The frequencies (Hz) below which 50, 85 and 95 % of a frame's magnitude lie, between the groups of bins."""
    below = _running_sums(coarse)
    frequencies = []
    for share in (0.5, 0.85, 0.95):
        wanted = np.float32(share) * below[:, -1]
        group = np.argmax(below >= wanted[:, np.newaxis], axis=1)
        rows = np.arange(len(coarse))
        inside = coarse[rows, group]
        part = 1 - (below[rows, group] - wanted) / np.maximum(inside, TINY)
        frequencies.append((group + np.clip(part, 0, 1)) * hz_per_group)
    return frequencies


def _running_sums(values: Array) -> Array:
    """`np.cumsum(values, axis=1)`, `(n_rows, n)` with n a multiple of `_RUN`, by matrix products: half the time."""
    within: Array = (values.reshape(-1, _RUN) @ _UP_TO).reshape(len(values), -1, _RUN)
    within[:, 1:] += np.cumsum(within[:, :-1, -1], axis=1)[:, :, np.newaxis]
    return within.reshape(len(values), -1)


def _share_db(power: Array, *, total: Array, low: int, high: int) -> Array:
    share: Array = 10 * np.log10(np.maximum(row_sums(power[:, low:high]) / total, np.float32(1e-6)))
    return share


def _spectral_flux(coarse: Array) -> Array:
    """Distance between the unit-length spectra of neighbouring frames, 0 to the root of 2; 0 for the first frame."""
    size = np.sqrt(np.einsum("ij,ij->i", coarse, coarse))
    unit = coarse / np.maximum(size, TINY)[:, np.newaxis]
    # |a - b|^2 = |a|^2 + |b|^2 - 2 ab would lose the small distances to rounding
    difference = np.diff(unit, axis=0, prepend=unit[:1])
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", difference, difference)))


def _zero_crossing_rate(y: Array) -> NDArray[np.float64]:
    """Share of neighbouring samples of unlike sign, per centred frame."""
    crossings = np.concatenate(([False], np.signbit(y[1:]) != np.signbit(y[:-1])))
    padded = np.pad(crossings, (N_FFT // 2, N_FFT // 2 + HOP_LENGTH))
    hops = padded[: (padded.size // HOP_LENGTH) * HOP_LENGTH].reshape(-1, HOP_LENGTH)
    counts = np.count_nonzero(hops, axis=1)
    n_frames = 1 + y.size // HOP_LENGTH
    frames = counts[: n_frames + 3]
    return np.asarray((frames[:-3] + frames[1:-2] + frames[2:-1] + frames[3:]) / N_FFT)
