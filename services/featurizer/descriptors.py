"""Numbers that summarise thirty seconds of sound: timbre, spectrum, loudness, rhythm and tonality.

All spectral ones share one transform (Hann window of 2048 samples, hop of 512, centred). Frames more than 60 dB below
the loudest one are left out of the means and deviations of timbre, spectrum and chroma, so that pauses do not pass for
dark sound. Only `level_mean` and `mfcc_01_mean` move with the gain of a recording; everything else stays. Raise
`DescriptorSpec.version` with every change of a value.

Limits: the bins are 10.8 Hz apart, so neighbouring semitones below about 350 Hz run together, and the mode of a lone
low triad is unreliable (a low major triad can look minor); cadences in all twelve keys come out right. The octave of
the tempo is a convention.
"""

from dataclasses import dataclass

import librosa
import numpy as np
from numpy.typing import NDArray

from shared.domain.features import DescriptorSpec

Signal = NDArray[np.float32]

_N_FFT = 2048
_HOP_LENGTH = 512
_N_MFCC = 20
_N_BANDS = 7
_PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_TONNETZ = ("fifth_x", "fifth_y", "minor_third_x", "minor_third_y", "major_third_x", "major_third_y")
_TINY = 1e-10
_SLOWEST_BPM, _USUAL_BPM, _FASTEST_BPM = 40.0, 120.0, 240.0
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
"""Probe-tone ratings of the twelve degrees (Krumhansl & Kessler 1982)."""


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """One column of the descriptor vector."""

    name: str
    unit: str
    """`1` for ratios, correlations and coefficients without a unit."""
    source: str
    """The paper that describes it."""


def _each(names: tuple[str, ...], *, unit: str, source: str) -> tuple[Descriptor, ...]:
    return tuple(Descriptor(name=name, unit=unit, source=source) for name in names)


def _numbered(stem: str, n: int, *statistics: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{i:02}_{statistic}" for statistic in statistics for i in range(1, n + 1))


def _mean_and_std(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{statistic}" for stem in stems for statistic in ("mean", "std"))


_TZANETAKIS = "Tzanetakis & Cook 2002"
_ELLIS = "Ellis 2007, Beat tracking by dynamic programming"

DESCRIPTORS: tuple[Descriptor, ...] = (
    *_each(_numbered("mfcc", _N_MFCC, "mean", "std", "delta_std"), unit="dB", source="Davis & Mermelstein 1980"),
    *_each(_numbered("contrast", _N_BANDS, "mean", "std"), unit="dB", source="Jiang et al. 2002"),
    *_each(_mean_and_std("centroid", "rolloff_85"), unit="Hz", source=_TZANETAKIS),
    *_each(_mean_and_std("bandwidth"), unit="Hz", source="Klapuri & Davy 2006"),
    *_each(_mean_and_std("flatness"), unit="1", source="Dubnov 2004"),
    *_each(_mean_and_std("flux", "zero_crossing_rate"), unit="1", source=_TZANETAKIS),
    *_each(("level_mean",), unit="dBFS", source="root mean square per frame"),
    *_each(("level_std", "dynamic_range"), unit="dB", source="percentiles 10 and 95, after EBU Tech 3342"),
    *_each(("low_energy_ratio",), unit="1", source=_TZANETAKIS),
    *_each(_mean_and_std("onset_strength"), unit="dB", source=_ELLIS),
    *_each(("onset_rate",), unit="1/s", source="Böck, Krebs & Schedl 2012"),
    *_each(("tempo",), unit="BPM", source=_ELLIS),
    *_each(("pulse_clarity",), unit="1", source="Lartillot et al. 2008"),
    *_each(
        tuple(f"chroma_{pitch}_{statistic}" for statistic in ("mean", "std") for pitch in _PITCHES),
        unit="1",
        source="Fujishima 1999",
    ),
    *_each(
        ("major_strength", "minor_strength", "mode"), unit="1", source="Krumhansl 1990; Lartillot & Toiviainen 2007"
    ),
    *_each(("key_clarity",), unit="1", source="Gómez 2006"),
    *_each(tuple(f"tonnetz_{axis}_mean" for axis in _TONNETZ), unit="1", source="Harte, Sandler & Gasser 2006"),
)
"""The columns of `describe`, in order."""


def describe(y: Signal, spec: DescriptorSpec) -> NDArray[np.float32]:
    """The descriptors of `y`, shape `(len(DESCRIPTORS),)`, float32, always finite; equal input gives equal numbers.

    `y` `(n,)` is mono float32 at `spec.sr`, finite, of at least two seconds.
    """
    magnitude = np.abs(librosa.stft(y, n_fft=_N_FFT, hop_length=_HOP_LENGTH))
    rms = librosa.feature.rms(y=y, frame_length=_N_FFT, hop_length=_HOP_LENGTH)[0].astype(np.float64)
    audible = rms >= 1e-3 * rms.max()
    power = magnitude**2
    mel_db = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=spec.sr))
    values = {
        **_timbre(mel_db, audible=audible),
        **_spectrum(y, magnitude, power=power, audible=audible, sr=spec.sr),
        **_level(rms),
        **_rhythm(mel_db, sr=spec.sr),
        **_tonality(power, audible=audible, sr=spec.sr),
    }
    return np.array([values[descriptor.name] for descriptor in DESCRIPTORS], dtype=np.float32)


def _timbre(mel_db: Signal, *, audible: NDArray[np.bool_]) -> dict[str, float]:
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=_N_MFCC)
    delta = librosa.feature.delta(mfcc)[:, audible]
    mfcc = mfcc[:, audible]
    statistics = (mfcc.mean(axis=1), mfcc.std(axis=1), delta.std(axis=1))
    return _named(_numbered("mfcc", _N_MFCC, "mean", "std", "delta_std"), np.concatenate(statistics))


def _spectrum(y: Signal, magnitude: Signal, *, power: Signal, audible: NDArray[np.bool_], sr: int) -> dict[str, float]:
    contrast = librosa.feature.spectral_contrast(S=magnitude, sr=sr, n_bands=_N_BANDS - 1)[:, audible]
    centroid, bandwidth = _moments(magnitude, sr=sr)
    zero_crossings = librosa.feature.zero_crossing_rate(y, frame_length=_N_FFT, hop_length=_HOP_LENGTH)[0]
    flatness = librosa.feature.spectral_flatness(S=magnitude)[0]
    return {
        **_named(
            _numbered("contrast", _N_BANDS, "mean", "std"),
            np.concatenate((contrast.mean(axis=1), contrast.std(axis=1))),
        ),
        **_statistics("centroid", centroid[audible]),
        **_statistics("bandwidth", bandwidth[audible]),
        **_statistics("rolloff_85", _rolloff(magnitude, share=0.85, sr=sr)[audible]),
        **_statistics("flatness", flatness[audible]),
        **_statistics("flux", _flux(magnitude, power=power)[audible]),
        **_statistics("zero_crossing_rate", zero_crossings[audible]),
    }


def _moments(magnitude: Signal, *, sr: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centroid and bandwidth per frame in Hz, as librosa's but by moments: one matrix product for both."""
    frequency = librosa.fft_frequencies(sr=sr, n_fft=_N_FFT)
    total, first, second = np.stack((np.ones_like(frequency), frequency, frequency**2)) @ magnitude
    total = np.maximum(total, _TINY)
    centroid = first / total
    return centroid, np.sqrt(np.maximum(second / total - centroid**2, 0))


def _rolloff(magnitude: Signal, *, share: float, sr: int) -> NDArray[np.float64]:
    """The frequency (Hz) below which `share` of a frame's magnitude lies."""
    below = np.cumsum(magnitude, axis=0)
    return np.asarray(np.count_nonzero(below < share * below[-1], axis=0) * (sr / _N_FFT))


def _flux(magnitude: Signal, *, power: Signal) -> Signal:
    """Distance between the unit-length spectra of neighbouring frames, 0 to the root of 2; 0 for the first frame."""
    unit = magnitude / np.maximum(np.sqrt(power.sum(axis=0)), _TINY)
    # |a - b|^2 = |a|^2 + |b|^2 - 2 ab would lose the small distances to rounding
    distance: Signal = np.linalg.norm(np.diff(unit, axis=1, prepend=unit[:, :1]), axis=0)
    return distance


def _level(rms: NDArray[np.float64]) -> dict[str, float]:
    level = 20 * np.log10(np.maximum(rms, 1e-5))
    low, high = np.percentile(level, (10, 95))
    return {
        "level_mean": float(level.mean()),
        "level_std": float(level.std()),
        "dynamic_range": float(high - low),
        "low_energy_ratio": float(np.mean(rms < rms.mean())),
    }


def _rhythm(mel_db: Signal, *, sr: int) -> dict[str, float]:
    frames_per_s = sr / _HOP_LENGTH
    strength = librosa.onset.onset_strength(S=mel_db, sr=sr, hop_length=_HOP_LENGTH)
    onsets = librosa.onset.onset_detect(onset_envelope=strength, sr=sr, hop_length=_HOP_LENGTH)
    tempo, clarity = _pulse(strength.astype(np.float64), frames_per_s=frames_per_s)
    return {
        **_statistics("onset_strength", strength),
        "onset_rate": len(onsets) * frames_per_s / strength.size,
        "tempo": tempo,
        "pulse_clarity": clarity,
    }


def _pulse(strength: NDArray[np.float64], *, frames_per_s: float) -> tuple[float, float]:
    """Tempo (BPM, 40 to 240) and how regular the pulse is (0 to 1), from the autocorrelation of the onset strength.

    Periods near 120 BPM are preferred with a log-normal weight one octave wide; which octave is taken is a convention.
    Music without any onset gets 120 BPM and clarity 0.
    """
    centred = strength - strength.mean()
    n_lags = min(int(4 * 60 * frames_per_s / _SLOWEST_BPM), centred.size // 2)
    pairs = centred.size - np.arange(n_lags)
    similarity = librosa.autocorrelate(centred, max_size=n_lags) / pairs
    if similarity[0] <= _TINY:
        return _USUAL_BPM, 0.0
    similarity = similarity / similarity[0]
    first = int(60 * frames_per_s / _FASTEST_BPM)
    lags = np.arange(first, min(int(60 * frames_per_s / _SLOWEST_BPM) + 1, n_lags - 1))
    octaves = np.log2(60 * frames_per_s / lags / _USUAL_BPM)
    weighted = similarity[lags] * np.exp(-0.5 * octaves**2)
    best = int(lags[np.argmax(weighted)])
    period = _fine_period(similarity, lag=best)
    bpm = float(np.clip(60 * frames_per_s / period, _SLOWEST_BPM, _FASTEST_BPM))
    return bpm, float(np.clip(similarity[lags].max(), 0, 1))


def _fine_period(similarity: NDArray[np.float64], *, lag: int) -> float:
    """The period in fractions of a frame: the peak at its multiple shows it that many times finer."""
    period = float(lag)
    for multiple in (1, 2, 4):
        around = round(multiple * period)
        if around + 2 >= similarity.size:
            break
        peak = around - 1 + int(np.argmax(similarity[around - 1 : around + 2]))
        left, top, right = similarity[peak - 1 : peak + 2]
        bend = left - 2 * top + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        period = (peak + float(np.clip(shift, -0.5, 0.5))) / multiple
    return period


def _tonality(power: Signal, *, audible: NDArray[np.bool_], sr: int) -> dict[str, float]:
    # tuning=0 (A4 = 440 Hz): estimating it costs a third of all the rest together
    chroma = librosa.feature.chroma_stft(S=power, sr=sr, tuning=0.0)[:, audible]
    mean = chroma.mean(axis=1)
    tonnetz = librosa.feature.tonnetz(chroma=chroma).mean(axis=1)
    major, minor = _key_strengths(mean, profile=_MAJOR), _key_strengths(mean, profile=_MINOR)
    strongest = np.sort(np.concatenate((major, minor)))[::-1]
    return {
        **_named(tuple(f"chroma_{pitch}_mean" for pitch in _PITCHES), mean),
        **_named(tuple(f"chroma_{pitch}_std" for pitch in _PITCHES), chroma.std(axis=1)),
        **_named(tuple(f"tonnetz_{axis}_mean" for axis in _TONNETZ), tonnetz),
        "major_strength": float(major.max()),
        "minor_strength": float(minor.max()),
        "mode": float(major.max() - minor.max()),
        "key_clarity": float(strongest[0] - strongest[1]),
    }


def _key_strengths(chroma: Signal, *, profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation (-1 to 1) of `chroma` `(12,)` with the profile of each of the twelve keys; 0 for a flat chroma."""
    centred = chroma - chroma.mean(dtype=np.float64)
    keys = np.stack([np.roll(profile, tonic) for tonic in range(12)]) - profile.mean()
    scale = np.linalg.norm(centred) * np.linalg.norm(keys[0])
    return np.asarray(keys @ centred / scale if scale > _TINY else np.zeros(12))


def _named(names: tuple[str, ...], values: NDArray[np.floating]) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _statistics(stem: str, values: NDArray[np.floating]) -> dict[str, float]:
    return _named(_mean_and_std(stem), np.array([values.mean(dtype=np.float64), values.std(dtype=np.float64)]))
