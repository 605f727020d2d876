"""Integrated loudness in LUFS, as ITU-R BS.1770-4 and EBU R 128 define it, measured chunk by chunk.

Each channel goes through the K-weighting (a shelf for the head, a high-pass for the ear); its power over blocks of 400
ms every 100 ms is summed over the channels by their weights; blocks below -70 LUFS, and then those 10 LU below the mean
of the rest, do not count. Only energies by 100 ms are kept, so a song costs no more memory than a jingle.
"""

import math
from functools import cache

import numpy as np
import scipy.signal
from numpy.typing import NDArray

_STEP_S = 0.1
_STEPS_PER_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691
_SURROUND_WEIGHT = 1.41
_SURROUND = {"BL", "BR", "SL", "SR"}
_PAIR = 2
_UNHEARD = {"LFE", "LFE2"}


class LoudnessMeter:
    """Takes the channels of one clip in chunks of any length; says at the end how loud it is."""

    def __init__(self) -> None:
        self._filters = np.zeros((0, 6))
        self._state: NDArray[np.float64] | NDArray[np.complex128] | None = None
        self._weights = np.zeros(0)
        self._step = 0
        self._rest: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._energies: list[NDArray[np.float64]] = []
        self._square_sum = 0.0
        self._n_samples = 0

    def hear(self, channels: NDArray[np.float32], *, sr: int, names: tuple[str, ...]) -> None:
        """The next samples, `(n_channels, n)`, at `sr` Hz, of channels `names` (FFmpeg's: FL, FR, LFE, …).

        The number of channels and the rate are those of the first chunk; another number of channels is left out.
        """
        if not self._step:
            self._start(len(channels), sr=sr, names=names)
        if len(channels) != len(self._rest):
            return
        self._square_sum += float(np.einsum("ij,ij->", channels, channels)) / len(channels)
        self._n_samples += channels.shape[1]
        samples = np.concatenate((self._rest, channels), axis=1)
        n = samples.shape[1] // self._step * self._step
        self._rest = samples[:, n:]
        if n:
            self._weigh(samples[:, :n])

    def _weigh(self, samples: NDArray[np.float32]) -> None:
        """Filter whole steps, and keep their energy. A pair of channels goes through as one complex signal."""
        if len(samples) == _PAIR and self._weights[0] == self._weights[1]:
            signal = np.empty((1, samples.shape[1]), np.complex128)
            signal.real, signal.imag = samples
        else:
            signal = samples.astype(np.float64)
        state = self._state if self._state is not None else np.zeros((2, len(signal), 2), signal.dtype)
        weighted, self._state = scipy.signal.sosfilt(self._filters, signal, axis=1, zi=state)
        parts = weighted.view(np.float64).reshape(len(signal), -1, self._step * weighted.itemsize // 8)
        self._energies.append(self._weights[: len(signal)] @ np.einsum("cij,cij->ci", parts, parts))

    @property
    def integrated_lufs(self) -> float | None:
        """Gated loudness of all that was heard, or None: shorter than 400 ms, or never above -70 LUFS."""
        steps = np.concatenate(self._energies) if self._energies else np.zeros(0)
        if steps.size < _STEPS_PER_BLOCK:
            return None
        sums = np.cumsum(np.concatenate(([0.0], steps)))
        blocks = (sums[_STEPS_PER_BLOCK:] - sums[:-_STEPS_PER_BLOCK]) / (_STEPS_PER_BLOCK * self._step)
        heard = blocks[blocks > _power(_ABSOLUTE_GATE_LUFS)]
        if not heard.size:
            return None
        gated = heard[heard > heard.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
        return _OFFSET + 10 * math.log10(float(gated.mean()))

    @property
    def rms_dbfs(self) -> float | None:
        """Root mean square over all samples and channels, dB re full scale (a full sine has -3); None: silence."""
        if self._n_samples == 0 or self._square_sum <= 0:
            return None
        return 10 * math.log10(self._square_sum / self._n_samples)

    def _start(self, n_channels: int, *, sr: int, names: tuple[str, ...]) -> None:
        self._filters = k_weighting(sr)
        self._rest = np.zeros((n_channels, 0), np.float32)
        self._step = max(round(_STEP_S * sr), 1)
        self._weights = np.array([_weight(name) for name in names] if len(names) == n_channels else [1.0] * n_channels)


def _weight(name: str) -> float:
    if name in _UNHEARD:
        return 0.0
    return _SURROUND_WEIGHT if name in _SURROUND else 1.0


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET) / 10))


@cache
def k_weighting(sr: int) -> NDArray[np.float64]:
    """Two second-order sections `(2, 6)` for `sr` Hz; at 48,000 the coefficients that BS.1770-4 tabulates.

    The analogue prototypes are those that give the tabulated coefficients by bilinear transform (De Man 2014).
    """
    shelf_gain = 10 ** (3.999843853973347 / 20)
    k = math.tan(math.pi * min(1681.974450955533, 0.45 * sr) / sr)
    q = 0.7071752369554196
    band = shelf_gain**0.4996667741545416
    a0 = 1 + k / q + k * k
    shelf = (
        (shelf_gain + band * k / q + k * k) / a0,
        2 * (k * k - shelf_gain) / a0,
        (shelf_gain - band * k / q + k * k) / a0,
        1.0,
        2 * (k * k - 1) / a0,
        (1 - k / q + k * k) / a0,
    )
    k = math.tan(math.pi * 38.13547087602444 / sr)
    q = 0.5003270373238773
    a0 = 1 + k / q + k * k
    high_pass = (1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0)
    return np.array((shelf, high_pass))
