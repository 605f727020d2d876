"""Where each window of a clip lies. Numbers in, numbers out.

Windows are counted in samples of the native rate and rounded down, as `librosa.load(offset=…, duration=…)` does.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.domain.features import DescriptorSpec, FeatureSpec, MelSpec
from shared.errors import PermanentError, Reason


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of a signal, in samples of its native rate."""

    start: int
    length: int

    def cut(self, y: NDArray[np.float32]) -> NDArray[np.float32]:
        """The window's part of `y` `(n_samples,)`: a view of shape `(length,)`."""
        return y[self.start : self.start + self.length]


def reach_s(spec: FeatureSpec) -> float:
    """Seconds from the clip's start to the end of the furthest window that can be."""
    mel, descriptors = spec.mel, spec.descriptors
    return max(mel.offset_s + mel.duration_s, descriptors.max_start_s + descriptors.window_s)


def settled_s(spec: FeatureSpec) -> float:
    """Clips of at least this many seconds have their windows at the same places, however long they are."""
    return max(reach_s(spec), 2 * spec.descriptors.max_start_s)


def refuse_short(*, duration_s: float, n_damaged_packets: int, spec: FeatureSpec) -> None:
    """Raise `too_short` for a clip that decoded to less than `min_duration_s` or than its mel excerpt."""
    least_s = max(spec.min_duration_s, spec.mel.duration_s)
    if duration_s < least_s:
        without = f" without its {n_damaged_packets} damaged packets" if n_damaged_packets else ""
        detail = f"the clip lasts {duration_s:.2f} s{without}, at least {least_s:g} s are needed: give a longer one"
        raise PermanentError(Reason.TOO_SHORT, detail)


def mel_window(*, n_samples: int, sr_native: int, spec: MelSpec) -> Window:
    """The `duration_s` from `offset_s`, or the last `duration_s` of a clip that ends earlier.

    `n_samples` are those of the clip; it holds at least `duration_s` (see `refuse_short`).
    """
    length = int(spec.duration_s * sr_native)
    return Window(start=min(int(spec.offset_s * sr_native), n_samples - length), length=length)


def descriptor_window(*, n_samples: int, duration_s: float, sr_native: int, spec: DescriptorSpec) -> Window:
    """`window_s` from the middle of the clip: from `max_start_s` at the latest, and early enough to be whole.

    `duration_s` is the whole clip's, `n_samples` what was decoded of it. A clip shorter than `window_s` is taken whole.
    """
    length = min(int(spec.window_s * sr_native), n_samples)
    middle = int(min(duration_s / 2, spec.max_start_s) * sr_native)
    return Window(start=min(middle, n_samples - length), length=length)


def refuse_silent(y: NDArray[np.float32], *, silence_dbfs: float, what: str) -> None:
    """Raise `silent` if the loudest sample of `y` `(n,)` is below `silence_dbfs` (dB re full scale)."""
    loudest = float(np.max(np.abs(y)))
    if loudest < 10 ** (silence_dbfs / 20):
        level = f"{20 * math.log10(loudest):.0f} dBFS" if loudest else "digital silence"
        detail = f"{what} is silent ({level}): give a clip in which something is heard there"
        raise PermanentError(Reason.SILENT, detail)
