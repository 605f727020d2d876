"""The constant-Q transform of librosa, with filters that are made once for a sampling rate.

librosa makes the filters anew at every call, which takes two thirds of its time. Octave by octave the signal is halved
in rate (Schörkhuber and Klapuri 2010), so one octave of filters serves all: at half the rate the same filters lie an
octave lower.
"""

from dataclasses import dataclass
from functools import cache

import librosa
import numpy as np
import scipy.fft
import scipy.sparse

from shared.arrays import Signal, Tensor

_SPARSITY = 0.01
"""Share of a filter's magnitude that is left out in the frequency domain, as librosa does."""


@dataclass(frozen=True, kw_only=True)
class _OctaveFilters:
    """The filters of the top octave."""

    basis: scipy.sparse.csr_matrix
    """`(bins_per_octave, 1 + n_fft / 2)`, complex."""
    n_fft: int
    lengths: Tensor
    """`(bins_per_octave,)`: samples of each filter."""


def constant_q_magnitude(
    y: Signal, *, sr: int, hop_length: int, fmin: float, n_octaves: int, bins_per_octave: int
) -> Tensor:
    """`(n_octaves * bins_per_octave, 1 + n_samples // hop_length)`: magnitudes from `fmin` upwards.

    Equal to the absolute value of `librosa.cqt` with its defaults and a tuning of 0.

    Raises:
        ValueError: `hop_length` cannot be halved for each octave but the first, or the top octave lies so low that
            librosa would lower the rate first.

    """
    if hop_length % 2 ** (n_octaves - 1):
        raise ValueError(f"a hop of {hop_length} samples cannot be halved for {n_octaves} octaves")
    if fmin * 2 ** (n_octaves + 1) < sr / 4:
        raise ValueError(f"{n_octaves} octaves from {fmin:.1f} Hz are too low for {sr} Hz")
    filters = _octave_filters(sr, fmin * 2 ** (n_octaves - 1), bins_per_octave)
    octaves = []
    for i in range(n_octaves):
        if i:
            y = librosa.resample(y, orig_sr=2, target_sr=1, res_type="soxr_hq", scale=True)
        spectrum = librosa.stft(
            y, n_fft=filters.n_fft, hop_length=hop_length >> i, window="ones", pad_mode="constant", dtype=np.complex64
        )
        # a resampled octave keeps the energy of the signal, and its filters are half as long as they would be
        octaves.append(np.abs(filters.basis @ spectrum) / np.sqrt(filters.lengths)[:, np.newaxis])
    n_frames = min(octave.shape[1] for octave in octaves)
    magnitude: Tensor = np.concatenate([octave[:, :n_frames] for octave in reversed(octaves)])
    return magnitude


@cache
def _octave_filters(sr: int, fmin: float, bins_per_octave: int) -> _OctaveFilters:
    frequencies = fmin * 2.0 ** (np.arange(bins_per_octave) / bins_per_octave)
    wavelets, lengths = librosa.filters.wavelet(freqs=frequencies, sr=sr, pad_fft=True)
    n_fft = wavelets.shape[1]
    response = scipy.fft.fft(wavelets * (lengths[:, np.newaxis] / n_fft), axis=1)[:, : n_fft // 2 + 1]
    basis = librosa.util.sparsify_rows(response, quantile=_SPARSITY, dtype=np.complex64)
    return _OctaveFilters(basis=basis, n_fft=n_fft, lengths=lengths)
