"""The transforms that all descriptors share, each made once: frames first, so that a frame lies together in memory.

Every threshold is relative to the loudest frame, so that a gain moves nothing but levels.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import librosa
import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from shared.arrays import Mask

Array = NDArray[np.float32]

N_FFT = 2048
HOP_LENGTH = 512
LONG_N_FFT = 8192
LONG_HOP_LENGTH = 4096
N_MELS = 128

TINY = np.float32(1e-20)
RANGE_DB = 80.0
"""Levels are kept down to this far below the loudest of their kind."""
_AUDIBLE = 1e-6  # -60 dB, as power
_AT_ONCE = 262_144
"""Samples that are transformed at once: with fewer the calls would count, with more the processor's cache."""
GROUP = 4
"""Bins that are added where a quarter of the resolution is enough."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ClipSpectra:
    """One signal, seen by frame. All arrays float32, finite, of `n_frames` rows where not said otherwise."""

    sr: int
    y: Array
    """`(n,)`"""
    power: Array
    """`(n_frames, 1 + N_FFT // 2)`, Hann window, centred, ends padded with zeros."""
    total: Array
    """`(n_frames,)` sum of `power`, above 0."""
    coarse: Array
    """`(n_frames, N_FFT // 2 // GROUP)` root of `power`, `GROUP` bins added up, the last one left out."""
    moments: Array
    """`(n_frames, 5)` sums over the bins of the root of `power` times kHz to the powers 0 to 4."""
    level_db: Array
    """`(n_frames,)` root mean square per frame, dB re full scale, at most `RANGE_DB` below the loudest."""
    audible: Mask
    """`(n_frames,)` frames that are at most 60 dB below the loudest; at least one is."""
    mel_power: Array
    """`(n_frames, N_MELS)`, Slaney scale."""
    mel_db: Array
    """The same in dB, at most `RANGE_DB` below the loudest."""
    long_power: Array
    """`(n_long_frames, 1 + LONG_N_FFT // 2)`, hop `LONG_HOP_LENGTH`: 2.7 Hz a bin, for pitch."""

    @property
    def frames_per_s(self) -> float:
        """Of the short frames."""
        return self.sr / HOP_LENGTH


def compute_spectra(y: Array, *, sr: int) -> ClipSpectra:
    """The transforms of `y` `(n,)`, mono float32 at `sr` Hz."""
    padded = np.pad(y, N_FFT // 2)
    power = _empty_power(padded, n_fft=N_FFT, hop_length=HOP_LENGTH)
    coarse, moments = np.empty((len(power), N_FFT // 2 // GROUP), np.float32), np.empty((len(power), 5), np.float32)
    for rows, magnitude in _fill_power(padded, n_fft=N_FFT, hop_length=HOP_LENGTH, power=power):
        coarse[rows] = sum_columns(magnitude, n=GROUP)
        np.matmul(magnitude, _powers_of_khz(sr), out=moments[rows])
    rms = _mean_square(y)
    mel_power = mel_spectra(power, sr=sr, n_mels=N_MELS)
    return ClipSpectra(
        sr=sr,
        y=y,
        power=power,
        total=np.maximum(row_sums(power), TINY),
        coarse=coarse,
        moments=moments,
        level_db=to_relative_db(rms),
        audible=rms >= _AUDIBLE * rms.max(),
        mel_power=mel_power,
        mel_db=to_relative_db(mel_power),
        long_power=frame_power(y, n_fft=LONG_N_FFT, hop_length=LONG_HOP_LENGTH),
    )


def frame_power(y: Array, *, n_fft: int, hop_length: int, is_centred: bool = True) -> Array:
    """Power of the transform, `(n_frames, 1 + n_fft // 2)`: librosa.stft's squared magnitude.

    Centred, the ends are padded with zeros, and there are `1 + n // hop_length` frames; else those that lie in `y`.
    """
    padded = np.pad(y, n_fft // 2) if is_centred else y
    power = _empty_power(padded, n_fft=n_fft, hop_length=hop_length)
    for _ in _fill_power(padded, n_fft=n_fft, hop_length=hop_length, power=power):
        pass
    return power


def _empty_power(y: Array, *, n_fft: int, hop_length: int) -> Array:
    return np.empty((1 + (y.size - n_fft) // hop_length, 1 + n_fft // 2), np.float32)


def _fill_power(y: Array, *, n_fft: int, hop_length: int, power: Array) -> Iterator[tuple[slice, Array]]:
    """Fill `power` with that of the frames in `y`, and give after every group which rows they are, and their roots.

    Groups are so small that they stay in the processor's cache, for whoever goes on with them.
    """
    frames = sliding_window_view(y, n_fft)[::hop_length]
    window = hann_window(n_fft)
    n = max(_AT_ONCE // n_fft, 1)
    weighted, magnitude = np.empty((n, n_fft), np.float32), np.empty((n, 1 + n_fft // 2), np.float32)
    for start in range(0, len(frames), n):
        rows, n_rows = slice(start, start + n), min(n, len(frames) - start)
        group = np.multiply(frames[rows], window, out=weighted[:n_rows])
        root = np.abs(scipy.fft.rfft(group, axis=1), out=magnitude[:n_rows])
        np.square(root, out=power[rows])
        yield rows, root


@cache
def _powers_of_khz(sr: int) -> Array:
    khz = np.arange(1 + N_FFT // 2) * (sr / N_FFT / 1000)
    return np.stack([khz**power for power in range(5)], axis=1).astype(np.float32)


@cache
def hann_window(n: int) -> Array:
    """Hann window of `n` samples, periodic."""
    window: Array = librosa.filters.get_window("hann", n, fftbins=True).astype(np.float32)
    return window


def mel_spectra(power: Array, *, sr: int, n_mels: int) -> Array:
    """Mel spectra `(n_frames, n_mels)` (Slaney's scale and norm) of power spectra `(n_frames, 1 + n_fft // 2)`."""
    n_fft = 2 * (power.shape[1] - 1)
    return _mel_bank(sr, n_fft, n_mels).applied_to(power)


@cache
def _mel_bank(sr: int, n_fft: int, n_mels: int) -> "BandMatrix":
    return BandMatrix(librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=n_mels).T, width=4)


class BandMatrix:
    """A matrix whose columns each reach a few neighbouring rows: multiplied without its zeros."""

    def __init__(self, matrix: NDArray[np.floating], *, width: int) -> None:
        """Take `matrix` `(n_rows, n_columns)` apart by `width` neighbouring columns and the rows that these reach."""
        self._n_columns = matrix.shape[1]
        self._parts: list[tuple[slice, slice, Array]] = []
        for first in range(0, self._n_columns, width):
            columns = slice(first, min(first + width, self._n_columns))
            reached = np.flatnonzero(matrix[:, columns].any(axis=1))
            rows = slice(reached[0], reached[-1] + 1) if reached.size else slice(0, 0)
            self._parts.append((rows, columns, np.ascontiguousarray(matrix[rows, columns], dtype=np.float32)))

    def applied_to(self, values: Array) -> Array:
        """`values @ matrix`, float32 `(n, n_columns)`."""
        product = np.empty((len(values), self._n_columns), np.float32)
        for rows, columns, part in self._parts:
            np.matmul(values[:, rows], part, out=product[:, columns])
        return product


def to_relative_db(power: Array) -> Array:
    """`10 log10(power)`, at most `RANGE_DB` below its largest value."""
    floor = max(float(power.max(initial=0.0)) * 10 ** (-RANGE_DB / 10), float(TINY))
    level: Array = 10 * np.log10(np.maximum(power, np.float32(floor)))
    return level


def row_sums(values: Array) -> Array:
    """`values.sum(axis=1)` as a matrix product, a third of the time."""
    sums: Array = values @ np.ones(values.shape[1], np.float32)
    return sums


def sum_columns(values: Array, *, n: int) -> Array:
    """Every `n` neighbouring columns added up, `(n_rows, n_columns // n)`; a rest is left out."""
    whole = values[:, : values.shape[1] // n * n]
    total: Array = whole[:, 0::n].copy()
    for i in range(1, n):
        total += whole[:, i::n]
    return total


def _mean_square(y: Array) -> Array:
    """`(1 + n // HOP_LENGTH,)` of centred frames of `N_FFT`, by sums over hops: a frame is four of them."""
    padded = np.pad(y, (N_FFT // 2, N_FFT // 2 + HOP_LENGTH))
    n_frames = 1 + y.size // HOP_LENGTH
    hops = padded[: (padded.size // HOP_LENGTH) * HOP_LENGTH].reshape(-1, HOP_LENGTH)
    energy = np.einsum("ij,ij->i", hops, hops).astype(np.float64)
    frames = sliding_window_view(energy, N_FFT // HOP_LENGTH)[:n_frames].sum(axis=1) / N_FFT
    mean_square: Array = frames.astype(np.float32)
    return mean_square
