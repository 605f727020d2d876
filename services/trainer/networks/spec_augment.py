"""Augmentation on the array, during training: SpecAugment. What changes the sound itself is the featurizer's.

Park et al., *SpecAugment: a simple data augmentation method for automatic speech recognition* (2019): bands of
frequencies and stretches of time are blanked. Its time warping, which brought the least there, is left out.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from shared.json_objects import JsonObject


@dataclass(frozen=True, kw_only=True)
class SpecAugment:
    """How much is blanked. Widths are drawn evenly from 0 to the limit, places evenly from where they fit."""

    n_bands: int = 2
    max_band: int = 16
    """Mel bands, at most, that one mask covers."""
    n_stretches: int = 2
    max_stretch: int = 24
    """Frames, at most, that one mask covers; .56 s with a hop of 512 at 22,050 Hz."""

    def __call__(self, mel: NDArray[np.float32], *, rng: np.random.Generator) -> NDArray[np.float32]:
        """A copy of `mel` `(n_mels, n_frames)`, in dB, with the masked parts at its mean. One `rng`, one result.

        The mean, and not the floor, so that a masked array is as loud as it was.
        """
        masked = mel.copy()
        blank = mel.mean(dtype=np.float64)
        for axis, n_masks, limit in ((0, self.n_bands, self.max_band), (1, self.n_stretches, self.max_stretch)):
            for _ in range(n_masks):
                width = int(rng.integers(0, min(limit, mel.shape[axis]) + 1))
                start = int(rng.integers(0, mel.shape[axis] - width + 1))
                part = slice(start, start + width)
                masked[(part, slice(None)) if axis == 0 else (slice(None), part)] = blank
        return masked

    def as_card(self) -> JsonObject:
        """What a model card says of it."""
        return {"spec_augment": asdict(self)}
