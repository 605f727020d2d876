"""Modulation spectrum: how fast the level of each mel band swings, from slow phrases to roughness."""

from functools import cache
from itertools import pairwise

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors
from services.featurizer.spectral.spectra import N_MELS, Array, ClipSpectra, hann_window

_N_BANDS = 16
_WINDOW, _STEP = 256, 128
"""Frames: 5.9 s, half overlapping."""
_EDGES_HZ = (0.17, 0.6, 1.2, 2.0, 3.2, 5.0, 8.0, 12.5, 21.6)
_NAMES = tuple(f"{low:g}_{high:g}_hz" for low, high in pairwise(_EDGES_HZ))
_SOURCE = "Pampalk, Rauber & Merkl 2002"

DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors(
        (f"modulation_{band:02}_{name}" for band in range(1, _N_BANDS + 1) for name in _NAMES),
        unit="dB",
        source=_SOURCE,
    ),
    *declare_descriptors((f"modulation_{name}" for name in _NAMES), unit="1", source="Lee et al. 2009"),
    *declare_descriptors(("modulation_centroid",), unit="Hz", source=_SOURCE),
)


def modulation_descriptors(s: ClipSpectra) -> NDArray[np.float64]:
    """The `DESCRIPTORS`: root mean square swing (dB) of sixteen mel bands by rate; their shares; the mean rate."""
    bands = s.mel_db @ _band_means()
    if len(bands) < _WINDOW:
        bands = np.pad(bands, ((0, _WINDOW - len(bands)), (0, 0)), mode="edge")
    windows = sliding_window_view(bands, _WINDOW, axis=0)[::_STEP]
    windows = (windows - windows.mean(axis=2, keepdims=True)) * hann_window(_WINDOW)
    spectrum = scipy.fft.rfft(windows, axis=2)
    power = (spectrum.real**2 + spectrum.imag**2).mean(axis=0) * (4 / np.sum(hann_window(_WINDOW)) ** 2)
    by_rate = (power @ _rate_bands(s.frames_per_s)).astype(np.float64)
    swing = np.sqrt(by_rate)
    total = by_rate.sum(axis=0)
    share = total / max(float(total.sum()), 1e-9)
    centres = np.sqrt(np.array(_EDGES_HZ[:-1]) * np.array(_EDGES_HZ[1:]))
    return np.concatenate((swing.ravel(), share, [float(share @ centres)]))


@cache
def _band_means() -> Array:
    """`(N_MELS, _N_BANDS)`: the mean of neighbouring mel bands as a matrix product."""
    width = N_MELS // _N_BANDS
    return np.repeat(np.eye(_N_BANDS, dtype=np.float32) / np.float32(width), width, axis=0)


@cache
def _rate_bands(frames_per_s: float) -> Array:
    hz = np.arange(_WINDOW // 2 + 1) * frames_per_s / _WINDOW
    edges = np.array(_EDGES_HZ)
    within = (hz[:, np.newaxis] >= edges[:-1]) & (hz[:, np.newaxis] < edges[1:])
    within[-1] = False
    return within.astype(np.float32)
