"""Mono from several channels: their mean, or one of them where they cancel each other. Pure."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_CANCELLED = 1e-3
"""Power of the mean over that of the channels, -30 dB: uncorrelated channels have 1/2, a correlation of -.99 has 1/200.
Below, the mean is what rounding and lossy coding left: -39 dB was measured of AAC, nothing at all of FLAC and MP3.
"""

Downmix = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From `(n_channels, n)` to mono `(n,)`."""


def mix_down(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mono: the mean of `(n_channels, n)`."""
    mean: NDArray[np.float32] = np.add.reduce(channels, axis=0) / np.float32(len(channels))
    return mean


def is_cancelled_out(mean: NDArray[np.float32], *, channel_powers: Sequence[float]) -> bool:
    """Whether the channels cancelled each other in their `mean` `(n,)`; `channel_powers` are mean squares, by channel.

    False for silence and for mono.
    """
    power = float(np.vdot(mean, mean)) / max(mean.size, 1)
    return power < _CANCELLED * sum(channel_powers) / max(len(channel_powers), 1)


def pick_channel(channels: NDArray[np.float32], *, at: int) -> NDArray[np.float32]:
    """One channel of `(n_channels, n)`; the last where the format changed to fewer."""
    channel: NDArray[np.float32] = channels[min(at, len(channels) - 1)]
    return channel
