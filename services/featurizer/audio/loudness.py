"""Integrated loudness in LUFS, as ITU-R BS.1770-4 and EBU R 128 define it, measured chunk by chunk.

Each channel goes through the K-weighting (a shelf for the head, a high-pass for the ear); its power over blocks of 400
ms every 100 ms is summed over the channels by their weights; blocks below -70 LUFS, and then those 10 LU below the mean
of the rest, do not count. Only energies by 100 ms are kept, so a song costs no more memory than a jingle.
"""

import math
from functools import cache

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

_STEP_S = 0.1
_STEPS_PER_BLOCK = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_OFFSET = -0.691
_SURROUND_WEIGHT = 1.41
_SURROUND = {"BL", "BR", "SL", "SR"}
_UNWEIGHTED_CHANNELS = {"LFE", "LFE2"}


class LoudnessMeter:
    """Takes the channels of one clip in chunks of any length; says at the end how loud it is."""

    def __init__(self) -> None:
        self._filter: BlockFilter | None = None
        self._weights = np.zeros(0)
        self._step = 0
        self._rest: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._begun, self._n_begun = 0.0, 0
        """Energy and samples of the step that is not whole yet."""
        self._state = np.zeros((0, 4))
        self._energies: list[NDArray[np.float64]] = []
        self._square_sums: NDArray[np.float64] = np.zeros(0)
        """By channel."""
        self._n_samples = 0

    def add_samples(self, channels: NDArray[np.float32], *, sr: int, names: tuple[str, ...]) -> None:
        """The next samples, `(n_channels, n)`, at `sr` Hz, of channels `names` (FFmpeg's: FL, FR, LFE, …).

        The number of channels and the rate are those of the first chunk; another number of channels is left out.
        """
        if self._filter is None:
            self._start_clip(len(channels), sr=sr, names=names)
        assert self._filter is not None
        if len(channels) != len(self._rest):
            return
        self._square_sums += [float(np.vdot(channel, channel)) for channel in channels]
        self._n_samples += channels.shape[1]
        samples = np.concatenate((self._rest, channels), axis=1)
        n = samples.shape[1] // BlockFilter.SIZE * BlockFilter.SIZE
        self._rest = samples[:, n:]
        if n:
            weighted, self._state = self._filter.apply_filter(samples[:, :n], state=self._state)
            energies, self._begun, self._n_begun = self._by_step(weighted)
            self._energies.append(energies)

    def _by_step(self, weighted: NDArray[np.float32]) -> tuple[NDArray[np.float64], float, int]:
        """Energy of each step that is whole now; energy and samples of the one that has begun."""
        first = self._step - self._n_begun
        begun = self._begun + self._step_energies(weighted[:, :first], n_steps=1)
        if weighted.shape[1] < first:
            return np.zeros(0), float(begun[0]), self._n_begun + weighted.shape[1]
        n_whole, n_left = divmod(weighted.shape[1] - first, self._step)
        last = weighted.shape[1] - n_left
        whole = self._step_energies(weighted[:, first:last], n_steps=n_whole)
        return np.concatenate((begun, whole)), float(self._step_energies(weighted[:, last:], n_steps=1)[0]), n_left

    def _step_energies(self, weighted: NDArray[np.float32], *, n_steps: int) -> NDArray[np.float64]:
        """Of `n_steps` equal parts, the channels added by their weights, `(n_steps,)`."""
        steps = weighted.reshape(len(weighted), n_steps, weighted.shape[1] // max(n_steps, 1))
        energy: NDArray[np.float64] = self._weights @ np.einsum("cij,cij->ci", steps, steps).astype(np.float64)
        return energy

    def _last_energies(self) -> NDArray[np.float64]:
        """Of the steps that what was not filtered yet completes."""
        if self._filter is None or not self._rest.size:
            return np.zeros(0)
        n_left = self._rest.shape[1]
        padded = np.pad(self._rest, ((0, 0), (0, BlockFilter.SIZE - n_left)))
        weighted, _ = self._filter.apply_filter(padded, state=self._state)
        energies, _, _ = self._by_step(weighted[:, :n_left])
        return energies

    @property
    def integrated_lufs(self) -> float | None:
        """Gated loudness of all that was heard, or None: shorter than 400 ms, or never above -70 LUFS."""
        steps = np.concatenate((*self._energies, self._last_energies()))
        if steps.size < _STEPS_PER_BLOCK:
            return None
        sums = np.cumsum(np.concatenate(([0.0], steps)))
        blocks = (sums[_STEPS_PER_BLOCK:] - sums[:-_STEPS_PER_BLOCK]) / (_STEPS_PER_BLOCK * self._step)
        audible_blocks = blocks[blocks > _lufs_to_power(_ABSOLUTE_GATE_LUFS)]
        if not audible_blocks.size:
            return None
        gated = audible_blocks[audible_blocks > audible_blocks.mean() * 10 ** (_RELATIVE_GATE_LU / 10)]
        return _OFFSET + 10 * math.log10(float(gated.mean()))

    @property
    def rms_dbfs(self) -> float | None:
        """Root mean square over all samples and channels, dB re full scale (a full sine has -3); None: silence."""
        power = sum(self.channel_powers) / max(len(self.channel_powers), 1)
        return 10 * math.log10(power) if power > 0 else None

    @property
    def channel_powers(self) -> tuple[float, ...]:
        """Mean square of each channel, full scale 1.0; empty before anything was heard."""
        return tuple((self._square_sums / max(self._n_samples, 1)).tolist())

    def _start_clip(self, n_channels: int, *, sr: int, names: tuple[str, ...]) -> None:
        self._filter = BlockFilter.for_rate(sr)
        self._rest = np.zeros((n_channels, 0), np.float32)
        self._square_sums = np.zeros(n_channels)
        self._state = np.zeros((n_channels, 4))
        self._step = max(round(_STEP_S * sr), 1)
        self._weights = np.array(
            [_channel_weight(name) for name in names] if len(names) == n_channels else [1.0] * n_channels
        )


def _channel_weight(name: str) -> float:
    if name in _UNWEIGHTED_CHANNELS:
        return 0.0
    return _SURROUND_WEIGHT if name in _SURROUND else 1.0


def _lufs_to_power(lufs: float) -> float:
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


class BlockFilter:
    """The K-weighting by matrix products: what a block of samples gives by itself, and what the filter's state adds.

    A recursion from sample to sample cannot be computed in parallel and takes three times as long. Here it runs from
    one run of blocks to the next. States are in float64, so that the high-pass does not lose its lowest frequencies.
    """

    _LENGTH, _N_BLOCKS = 32, 8
    SIZE = _LENGTH * _N_BLOCKS
    """Samples of a run; only whole runs are filtered."""

    def __init__(self, sections: NDArray[np.float64]) -> None:
        """Take two second-order `sections` `(2, 6)`, as `k_weighting` gives them."""
        a, b, c, d = _state_space(sections)
        by_sample = _matrix_powers(a, self._LENGTH)
        response = np.concatenate(([d], by_sample[:-2] @ b @ c))
        self._alone = scipy.linalg.toeplitz(response, np.zeros(self._LENGTH)).T.astype(np.float32)
        self._entering = (by_sample[-2::-1] @ b).astype(np.float32)
        self._leaving = (c @ by_sample[:-1]).T.astype(np.float32)
        by_block = _matrix_powers(by_sample[-1], self._N_BLOCKS).transpose(0, 2, 1)
        within = np.zeros((self._N_BLOCKS, 4, self._N_BLOCKS, 4))
        for block in range(self._N_BLOCKS):
            for later in range(block + 1, self._N_BLOCKS):
                within[block, :, later] = by_block[later - 1 - block]
        self._within = within.reshape(4 * self._N_BLOCKS, -1)
        self._at_end = by_block[-2::-1].reshape(-1, 4)
        self._from_start = by_block[:-1].transpose(1, 0, 2).reshape(4, -1)
        self._over_run = by_block[-1]

    @classmethod
    @cache
    def for_rate(cls, sr: int) -> "BlockFilter":
        """The filter for `sr` Hz."""
        return cls(k_weighting(sr))

    def apply_filter(
        self, samples: NDArray[np.float32], *, state: NDArray[np.float64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """`samples` `(n_channels, n)` weighted, and the state behind them; `n` is a multiple of `SIZE`.

        `state` `(n_channels, 4)` is that behind what came before, zeros at the start.
        """
        blocks = samples.reshape(-1, self._LENGTH)
        entering = (blocks @ self._entering).astype(np.float64).reshape(len(samples), -1, 4 * self._N_BLOCKS)
        ends = entering @ self._at_end
        behind = np.concatenate((state[:, np.newaxis], ends), axis=1)
        over, reach = self._over_run, 1
        while reach < behind.shape[1]:  # each state hands itself on to 1, 2, 4, … runs later
            behind[:, reach:] += behind[:, :-reach] @ over
            over, reach = over @ over, 2 * reach
        states = entering @ self._within + behind[:, :-1] @ self._from_start
        alone = blocks @ self._alone
        # added where it is multiplied: BLAS counts by columns, so all of it is turned over
        entered = states.reshape(-1, 4).astype(np.float32).T
        weighted = scipy.linalg.blas.sgemm(1.0, self._leaving.T, entered, beta=1.0, c=alone.T, overwrite_c=True).T
        return weighted.reshape(len(samples), -1), behind[:, -1]


def _state_space(
    sections: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Two sections in a row as `state = a @ state + b * x`, `y = c @ state + d * x` (transposed direct form II)."""
    (a1, b1, c1, d1), (a2, b2, c2, d2) = (
        (
            np.array(((-section[4], 1.0), (-section[5], 0.0))),
            section[1:3] - section[4:6] * section[0],
            np.array((1.0, 0.0)),
            float(section[0]),
        )
        for section in sections
    )
    a = np.block([[a1, np.zeros((2, 2))], [np.outer(b2, c1), a2]])
    return a, np.concatenate((b1, b2 * d1)), np.concatenate((d2 * c1, c2)), d1 * d2


def _matrix_powers(a: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """`a` to the powers 0 to n, `(n + 1, *a.shape)`."""
    powers = [np.eye(len(a))]
    for _ in range(n):
        powers.append(powers[-1] @ a)
    return np.stack(powers)
