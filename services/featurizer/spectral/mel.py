"""The talk's mel spectrogram, and the decibels in which it is stored.

The excerpt is cut at the native rate first and resampled then, as `librosa.load(file, offset=10, duration=5)` does; the
other order gives other numbers. After that it is `librosa.feature.melspectrogram(y=y, sr=sr)` with its defaults.
"""

import math

import numpy as np
import soxr
from numpy.typing import NDArray

from services.featurizer.spectral.spectra import frame_power, mel_spectra
from shared.domain.features import MelSpec

FLOOR_DB = -64.0
"""Power at or below this is stored as this: 64 dB is where a float16 starts to be off by more than 1/64 dB.

A full-scale sine has about 40 dB; the loudest bin of real clips has 39.
"""


def resample_signal(y: NDArray[np.float32], *, sr_native: int, sr: int) -> NDArray[np.float32]:
    """`y` `(n,)` at `sr` Hz: soxr "HQ", of `ceil(n * sr / sr_native)` samples, float32; librosa.load's own step."""
    if sr_native == sr:
        return y
    n = math.ceil(y.size * sr / sr_native)
    resampled: NDArray[np.float32] = soxr.resample(y, sr_native, sr, quality="HQ")[:n]
    return np.pad(resampled, (0, n - resampled.size)) if resampled.size < n else resampled


def mel_spectrogram(excerpt: NDArray[np.float32], *, sr_native: int, spec: MelSpec) -> NDArray[np.float32]:
    """Power mel spectrogram of `excerpt`, shape `spec.shape` (128, 216), float32, Slaney scale, from 0 up.

    `excerpt` `(int(spec.duration_s * sr_native),)` is mono float32, already cut at the native rate.
    """
    y = resample_signal(excerpt, sr_native=sr_native, sr=spec.sr)
    power = frame_power(y, n_fft=spec.n_fft, hop_length=spec.hop_length)
    return np.ascontiguousarray(mel_spectra(power, sr=spec.sr, n_mels=spec.n_mels).T)


def mel_on_grid(
    y: NDArray[np.float32],
    *,
    first_frames: tuple[int, ...],
    spec: MelSpec,
    mel_power: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Spectrograms of `spec.shape` that begin at given frames of the transform of all of `y` `(n,)`, at `spec.sr`.

    `(len(first_frames), *spec.shape)`. Unlike in `mel_spectrogram`, the sound around an excerpt reaches into it.
    `mel_power` `(n_frames, n_mels)` is that transform, where it was made already.
    """
    if mel_power is None:
        padded = np.pad(y, (spec.n_fft // 2, spec.n_fft // 2 + spec.hop_length))
        length = (spec.n_frames - 1) * spec.hop_length + spec.n_fft
        cuts = [padded[start : start + length] for start in (first * spec.hop_length for first in first_frames)]
        powers = (frame_power(cut, n_fft=spec.n_fft, hop_length=spec.hop_length, is_centred=False) for cut in cuts)
        mels = [mel_spectra(power, sr=spec.sr, n_mels=spec.n_mels) for power in powers]
    else:
        mels = [mel_power[first : first + spec.n_frames] for first in first_frames]
    return np.stack([one.T for one in mels])


def to_decibel(power: NDArray[np.float32]) -> NDArray[np.float16]:
    """`10 log10(power)`, at least `FLOOR_DB`, as float16, same shape, with no reference: loudness is kept.

    A float16 has 11 significant bits, so the stored value is off by at most 1/64 dB (.016, that is .4 % of the power)
    up to 64 dB. Only sound far beyond full scale, which a float file may hold, has more; it is off by 1/32 dB or more.
    """
    decibel: NDArray[np.float32] = 10 * np.log10(np.maximum(power, np.float32(10 ** (FLOOR_DB / 10))))
    return decibel.astype(np.float16)


def from_decibel(decibel: NDArray[np.float16]) -> NDArray[np.float32]:
    """Power from what `to_decibel` gave, float32, same shape, within .4 %; the floor comes back as 4e-7, not as 0."""
    power: NDArray[np.float32] = np.power(np.float32(10), decibel.astype(np.float32) / 10)
    return power
