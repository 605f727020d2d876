"""Which patches of a signal a network reads."""

import numpy as np

from shared.arrays import Tensor


def spread_starts(n_frames: int, *, n_patch: int, max_patches: int) -> tuple[int, ...]:
    """First frames of at most `max_patches` patches of `n_patch` frames, from the first frame to the last, evenly.

    No two overlap where that is possible; a signal shorter than a patch has one, at 0.
    """
    n_patches = min(max(n_frames // n_patch, 1), max_patches)
    last = max(n_frames - n_patch, 0)
    if n_patches == 1:
        return (last // 2,)
    return tuple(round(i * last / (n_patches - 1)) for i in range(n_patches))


def cut_patches(frames: Tensor, starts: tuple[int, ...], *, n_patch: int) -> Tensor:
    """`(len(starts), n_patch, n_bands)` of `frames` `(n_frames, n_bands)`; a signal that is too short is repeated."""
    if len(frames) < n_patch:
        frames = np.tile(frames, (-(-n_patch // len(frames)), 1))
    return np.stack([frames[start : start + n_patch] for start in starts])
