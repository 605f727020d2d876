"""The talk's excerpt of a clip under augmentation. A clip in, spectrograms out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.featurizer.audio.decode import DecodedAudio, open_clip
from services.featurizer.augmentation.transforms import apply_variant
from services.featurizer.spectral.mel import mel_spectrogram
from shared.domain.augmentation import RANGES, AugmentedVariant
from shared.domain.features import FeatureSpec

FASTEST = RANGES["time_stretch"]["rate"][1]
"""How many times an excerpt's length is read for the fastest variant."""


def open_beginning(path: Path, *, seconds: float) -> DecodedAudio:
    """Decode a file up to `seconds`. Raises PermanentError as `analyse` does."""
    return open_clip(path, reach_s=seconds)


def make_variants(
    clip: DecodedAudio, variants: Sequence[AugmentedVariant], *, start_s: float, spec: FeatureSpec
) -> list[tuple[AugmentedVariant, NDArray[np.float32]]]:
    """The power mel spectrogram, `spec.mel.shape`, of the clip's excerpt from `start_s` under each of the variants.

    A faster variant needs more of the clip than the excerpt; where the clip ends before, its rate is what is left
    for, and the variant says so.
    """
    length = int(spec.mel.duration_s * clip.sr_native)
    start = min(round(start_s * clip.sr_native), clip.y.size - length)
    audio = clip.y[start : start + int(length * FASTEST) + clip.sr_native // 10]
    made = []
    for variant in variants:
        limited = _limit_rate(variant, n_samples=audio.size, n_wanted=length)
        n_read = audio.size if limited.transform == "time_stretch" else length
        y = _fit_length(apply_variant(audio[:n_read], sr=clip.sr_native, variant=limited), length)
        made.append((limited, mel_spectrogram(y, sr_native=clip.sr_native, spec=spec.mel)))
    return made


def _limit_rate(variant: AugmentedVariant, *, n_samples: int, n_wanted: int) -> AugmentedVariant:
    rate = variant.parameters.get("rate")
    most = n_samples / n_wanted
    if rate is None or rate <= most:
        return variant
    return replace(variant, parameters={**variant.parameters, "rate": round(most, 4)})


def _fit_length(y: NDArray[np.float32], n: int) -> NDArray[np.float32]:
    # the stretcher's last samples, a millisecond at most
    return y[:n] if y.size >= n else np.pad(y, (0, n - y.size))
