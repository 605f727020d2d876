"""Spectral peaks, between the bins: the parabola through the three levels around each maximum (Smith & Serra 1987)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.featurizer.spectral.spectra import TINY, Array


@dataclass(frozen=True, kw_only=True, eq=False)
class SpectralPeaks:
    """All peaks of a run of frames, in the order of their frames and frequencies: arrays of one length."""

    n_frames: int
    frame: NDArray[np.int64]
    hz: Array
    magnitude: Array


def spectral_peaks(
    power: Array, *, sr: int, lowest_hz: float, highest_hz: float, frame_range_db: float, clip_range_db: float
) -> SpectralPeaks:
    """The local maxima of `power` `(n_frames, n_bins)` between two frequencies.

    Those more than `frame_range_db` below the largest of their frame, or `clip_range_db` below the largest of all,
    are left out.
    """
    hz_per_bin = sr / 2 / (power.shape[1] - 1)
    first, last = max(int(lowest_hz / hz_per_bin), 1), min(int(highest_hz / hz_per_bin), power.shape[1] - 2)
    first, last = max(first, 2), min(last, power.shape[1] - 3)
    part = power[:, first - 2 : last + 3]
    inner = part[:, 2:-2]
    loudest = inner.max(axis=1, keepdims=True)
    floor = np.maximum(loudest * 10 ** (-frame_range_db / 10), loudest.max() * 10 ** (-clip_range_db / 10))
    rises = part[:, 1:] > part[:, :-1]
    is_peak = rises[:, 1:-2] > rises[:, 2:-1]
    # a Hann window's main lobe is four bins wide: lower than the next bin but one is a side lobe or noise
    least = np.maximum(part[:, :-4], part[:, 4:])
    is_peak &= inner > np.maximum(least, np.maximum(floor, TINY), out=least)
    flat_index = np.flatnonzero(is_peak)
    frame, at = np.divmod(flat_index, inner.shape[1])
    start = frame * power.shape[1] + at + first
    flat = power.reshape(-1)
    left, top, right = (np.log(np.maximum(flat[start + i], TINY)) for i in (-1, 0, 1))
    bend = left - 2 * top + right
    shift = np.clip(0.5 * (left - right) / np.minimum(bend, -1e-6), -0.5, 0.5).astype(np.float32)
    height = top - 0.25 * (left - right) * shift
    return SpectralPeaks(
        n_frames=power.shape[0],
        frame=frame,
        hz=((at + first + shift) * hz_per_bin).astype(np.float32),
        magnitude=np.exp(0.5 * height).astype(np.float32),
    )
