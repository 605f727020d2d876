"""The waveform itself, for learned front ends: the same decoder, the same mono, the same resampler as the features."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.featurizer.audio.seek import cut_audio
from services.featurizer.spectral.mel import resample_signal
from shared.errors import PermanentError, Reason

FULL_SCALE = 32_768
"""What 1.0 is in a stored waveform."""


def read_waveform(path: Path, *, sr: int, start_s: float = 0.0, duration_s: float) -> NDArray[np.float32]:
    """`duration_s` from `start_s` of a clip, mono float32 at `sr` Hz, `(ceil(n_native * sr / sr_native),)`.

    Full scale is 1.0; shorter where the clip ends. Cut at the native rate first and resampled then.

    Raises:
        PermanentError: as `open_clip`; `too_short` where the clip ends before `start_s`.

    """
    excerpt = cut_audio(path, start_s=start_s, duration_s=duration_s)
    if not excerpt.y.size:
        detail = f"{path.name} ends before second {start_s:g}: ask for an earlier stretch"
        raise PermanentError(Reason.TOO_SHORT, detail)
    return resample_signal(excerpt.y, sr_native=excerpt.sr_native, sr=sr)


def to_int16(y: NDArray[np.float32]) -> NDArray[np.int16]:
    """`y` `(n,)` as it is stored: times `FULL_SCALE`, rounded, at full scale cut off. Off by 1/65536 at most."""
    scaled: NDArray[np.float32] = np.rint(y * np.float32(FULL_SCALE))
    return np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
