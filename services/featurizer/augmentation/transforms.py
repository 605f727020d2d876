"""Augmented sound: stretched, shifted, compressed, or with noise. Signals in, signals out; the same seed, same samples.

Stretching and shifting are audiomentations' (the Signalsmith stretcher, which keeps transients); it draws from the
global random state, so amounts are fixed here and its own choice is a range of one. Compression and noise are ours:
audiomentations has no compressor, and its noise cannot be seeded on its own.
"""

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from shared.arrays import Signal
from shared.domain.augmentation import AugmentedVariant

_TINY = 1e-10
_LEVEL_WINDOW_S = 0.01
"""Over this the compressor measures level: short enough for a drum, long enough for a low note's period."""
_RELEASE_S = 0.1


def apply_variant(y: Signal, *, sr: int, variant: AugmentedVariant) -> Signal:
    """`y` `(n,)` as `variant` would have it: `(n / rate,)` when stretched, otherwise `(n,)`."""
    amounts = variant.parameters
    if variant.transform == "time_stretch":
        return time_stretch(y, sr=sr, rate=amounts["rate"])
    if variant.transform == "pitch_shift":
        return pitch_shift(y, sr=sr, semitones=amounts["semitones"])
    if variant.transform == "compression":
        return compress_dynamics(y, sr=sr, threshold_db=amounts["threshold_db"], ratio=amounts["ratio"])
    if variant.transform == "background_noise":
        decay = amounts["decay_db_per_octave"]
        return add_noise(y, snr_db=amounts["snr_db"], decay_db_per_octave=decay, seed=variant.noise_seed)
    raise ValueError(f"there is no transform {variant.transform!r}")


def time_stretch(y: Signal, *, sr: int, rate: float) -> Signal:
    """`rate` times as fast at the same pitch: `(round(n / rate),)`, within a sample or two."""
    from audiomentations import TimeStretch  # noqa: PLC0415 - a second of import that few processes need

    stretch = TimeStretch(min_rate=rate, max_rate=rate, leave_length_unchanged=False, p=1.0)
    return np.asarray(stretch(samples=y, sample_rate=sr), dtype=np.float32)


def pitch_shift(y: Signal, *, sr: int, semitones: float) -> Signal:
    """Higher by `semitones` (lower if negative) at the same speed, `(n,)`."""
    from audiomentations import PitchShift  # noqa: PLC0415 - as above

    shift = PitchShift(min_semitones=semitones, max_semitones=semitones, p=1.0)
    return np.asarray(shift(samples=y, sample_rate=sr), dtype=np.float32)


def compress_dynamics(y: Signal, *, sr: int, threshold_db: float, ratio: float) -> Signal:
    """Dynamic range compression, `(n,)`: what is louder than the threshold rises only `1 / ratio` as fast.

    `threshold_db` is relative to the loudest level. The level looks ahead, so that no attack passes uncompressed; the
    loudness is made up, to the root mean square of `y`. (Giannoulis, Massberg & Reiss, *Digital dynamic range
    compressor design*, 2012; feed-forward, hard knee.)
    """
    window = max(1, round(_LEVEL_WINDOW_S * sr))
    power = uniform_filter1d(np.square(y, dtype=np.float64), window, mode="nearest")
    # the loudest of what is near holds the gain down, before an attack and for the release after it
    power = maximum_filter1d(power, 2 * round(_RELEASE_S * sr / 2) + 1, mode="nearest")
    level_db = 10 * np.log10(np.maximum(power, _TINY))
    over_db = np.maximum(level_db - (level_db.max() + threshold_db), 0)
    gain_db = uniform_filter1d(-over_db * (1 - 1 / ratio), window, mode="nearest")
    squeezed = y * 10 ** (gain_db / 20)
    makeup = np.sqrt(np.mean(np.square(y, dtype=np.float64)) / max(float(np.mean(np.square(squeezed))), _TINY))
    made: Signal = (squeezed * makeup).astype(np.float32)
    return made


def add_noise(y: Signal, *, snr_db: float, decay_db_per_octave: float, seed: int) -> Signal:
    """`y` `(n,)` with Gaussian noise whose power falls with frequency: 0 is white, -3 pink, -6 brown.

    `snr_db` is the power of `y` over that of the noise, over the whole signal.
    """
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(y.size))
    bins = np.arange(spectrum.size, dtype=np.float64)
    bins[0] = 1
    noise = np.fft.irfft(spectrum * bins ** (decay_db_per_octave / (20 * np.log10(2))), n=y.size)
    wanted = np.mean(np.square(y, dtype=np.float64)) / 10 ** (snr_db / 10)
    noise *= np.sqrt(wanted / max(float(np.mean(np.square(noise))), _TINY))
    noisy: Signal = (y + noise).astype(np.float32)
    return noisy
