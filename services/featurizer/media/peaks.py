"""The peaks of a waveform: how loud the sound is at most in each of some hundred stretches of equal length."""

import numpy as np
from numpy.typing import NDArray

from shared.domain.media import MOST_PEAKS_PER_S, N_PEAKS, PEAK_SCALE


class PeakMeter:
    """Measures the largest absolute sample of any channel over time, while samples pass."""

    def __init__(self, *, sr: int) -> None:
        self._sr = sr
        # reduced to so many maxima a second first: how long the sound is, is known at its end
        self._block = max(sr // MOST_PEAKS_PER_S, 1)
        self._rest = np.zeros(0, np.float32)
        self._maxima: list[NDArray[np.float32]] = []
        self.n_samples = 0
        """By channel."""

    @property
    def duration_s(self) -> float:
        """Of what has passed, seconds."""
        return self.n_samples / self._sr

    def add_samples(self, channels: NDArray[np.float32]) -> None:
        """Measure `(n_channels, n)`, which follows what passed before."""
        self.n_samples += channels.shape[1]
        loudest = np.concatenate([self._rest, np.max(np.abs(channels), axis=0)])
        n_whole = loudest.size - loudest.size % self._block
        self._maxima.append(loudest[:n_whole].reshape(-1, self._block).max(axis=1))
        self._rest = loudest[n_whole:]

    def compute_peaks(self, *, n_peaks: int = N_PEAKS) -> NDArray[np.uint8]:
        """`(n,)`, at most `n_peaks`, of full scale 255: the sound in stretches of equal length (to 1/400 s)."""
        last = [self._rest.max(keepdims=True)] if self._rest.size else []
        maxima = np.concatenate([*self._maxima, *last])
        n = min(n_peaks, maxima.size)
        starts = np.arange(n) * maxima.size // n
        peaks = np.maximum.reduceat(maxima, starts)
        scaled: NDArray[np.uint8] = np.rint(np.minimum(peaks, 1.0) * PEAK_SCALE).astype(np.uint8)
        return scaled
