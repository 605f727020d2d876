"""Where each window of a clip lies. Numbers in, numbers out.

Windows are counted in samples of the native rate and rounded down, as `librosa.load(offset=…, duration=…)` does.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.domain.features import DescriptorSpec, ExcerptsSpec, FeatureSpec, MelSpec
from shared.errors import PermanentError, Reason

_LEFT_S = 0.5
"""A rest of the clip shorter than this is not worth an excerpt of its own."""


@dataclass(frozen=True, kw_only=True)
class SampleWindow:
    """A stretch of a signal, in samples of its native rate."""

    start: int
    length: int

    def cut_signal(self, y: NDArray[np.float32]) -> NDArray[np.float32]:
        """The window's part of `y` `(n_samples,)`: a view of shape `(length,)`."""
        return y[self.start : self.start + self.length]


def reach_s(spec: FeatureSpec) -> float:
    """Seconds from the clip's start to the end of the furthest window that can be."""
    mel, descriptors = spec.mel, spec.descriptors
    return max(
        mel.offset_s + mel.duration_s,
        descriptors.max_start_s + descriptors.window_s,
        2 * descriptors.max_start_s,
        spec.excerpts.max_span_s,
        spec.acoustic_fingerprint.max_span_s,
    )


def refuse_short(*, duration_s: float, n_damaged_packets: int, spec: FeatureSpec) -> None:
    """Raise `too_short` for a clip that decoded to less than `min_duration_s` or than its mel excerpt."""
    least_s = max(spec.min_duration_s, spec.mel.duration_s)
    if duration_s < least_s:
        without = f" without its {n_damaged_packets} damaged packets" if n_damaged_packets else ""
        detail = f"the clip lasts {duration_s:.2f} s{without}, at least {least_s:g} s are needed: give a longer one"
        raise PermanentError(Reason.TOO_SHORT, detail)


def mel_window(*, n_samples: int, sr_native: int, spec: MelSpec) -> SampleWindow:
    """The `duration_s` from `offset_s`, or the last `duration_s` of a clip that ends earlier.

    `n_samples` are those of the clip; it holds at least `duration_s` (see `refuse_short`).
    """
    length = int(spec.duration_s * sr_native)
    return SampleWindow(start=min(int(spec.offset_s * sr_native), n_samples - length), length=length)


def descriptor_window(*, n_samples: int, duration_s: float, sr_native: int, spec: DescriptorSpec) -> SampleWindow:
    """`window_s` from the middle of the clip: from `max_start_s` at the latest, and early enough to be whole.

    `duration_s` is the whole clip's, `n_samples` what was decoded of it. A clip shorter than `window_s` is taken whole.
    """
    length = min(int(spec.window_s * sr_native), n_samples)
    middle = int(min(duration_s / 2, spec.max_start_s) * sr_native)
    return SampleWindow(start=min(middle, n_samples - length), length=length)


def audible_mel_window(y: NDArray[np.float32], *, sr_native: int, spec: FeatureSpec) -> SampleWindow:
    """`mel_window`, or where that is silent the first that is not: those after it in turn, then those from the start.

    Raises `silent` where every one of them is: the clip is.
    """
    first = mel_window(n_samples=y.size, sr_native=sr_native, spec=spec.mel)
    last = y.size - first.length
    later = [*range(first.start, last, first.length), last]
    for start in (*later, *range(0, first.start, first.length)):
        window = SampleWindow(start=start, length=first.length)
        if not is_silent(window.cut_signal(y), silence_dbfs=spec.silence_dbfs):
            return window
    loudest = float(np.max(np.abs(y)))
    level = f"{20 * math.log10(loudest):.0f} dBFS" if loudest else "digital silence"
    raise PermanentError(Reason.SILENT, f"the clip is silent ({level}): give one in which something is heard")


def audible_descriptor_window(
    y: NDArray[np.float32], *, duration_s: float, sr_native: int, otherwise: SampleWindow, spec: FeatureSpec
) -> SampleWindow:
    """`descriptor_window`, or where that is silent the one that begins with `otherwise`, early enough to be whole."""
    window = descriptor_window(n_samples=y.size, duration_s=duration_s, sr_native=sr_native, spec=spec.descriptors)
    if is_silent(window.cut_signal(y), silence_dbfs=spec.silence_dbfs):
        return SampleWindow(start=min(otherwise.start, y.size - window.length), length=window.length)
    return window


def excerpt_starts_s(*, duration_s: float, mel: MelSpec, spec: ExcerptsSpec) -> tuple[float, ...]:
    """Where the excerpts of a clip begin, seconds: every `hop_s`, and one at the end, if much would be left.

    Where more than `max_excerpts` would come, that many are spread evenly.
    """
    last_s = min(duration_s, spec.max_span_s) - mel.duration_s
    n_whole = 1 + int(last_s / spec.hop_s + 1e-9)
    starts = [i * spec.hop_s for i in range(n_whole)]
    if last_s - starts[-1] > _LEFT_S:
        starts.append(last_s)
    if len(starts) > spec.max_excerpts:
        starts = [i * last_s / max(spec.max_excerpts - 1, 1) for i in range(spec.max_excerpts)]
    return tuple(starts)


def first_frame(start_s: float, *, n_samples: int, spec: MelSpec) -> int:
    """The frame of the whole clip's transform at which an excerpt begins: the nearest, early enough to be whole.

    `n_samples` are those of the clip at `spec.sr`.
    """
    n_frames = 1 + n_samples // spec.hop_length
    return max(min(round(start_s * spec.sr / spec.hop_length), n_frames - spec.n_frames), 0)


def is_silent(y: NDArray[np.float32], *, silence_dbfs: float) -> bool:
    """Whether the loudest sample of `y` `(n,)` is below `silence_dbfs` (dB re full scale)."""
    return bool(max(float(y.max()), -float(y.min())) < 10 ** (silence_dbfs / 20))
