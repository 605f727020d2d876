"""Tonality: which notes, how clear a key, how much the harmony moves, how rough it sounds.

Pitch classes come from spectral peaks of a long window (8192 samples, 2.7 Hz a bin), so that semitones are told apart
from about 130 Hz. Tuning is estimated from the same peaks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors, numbered_names
from services.featurizer.descriptors.series import FrameSeries
from services.featurizer.spectral.peaks import SpectralPeaks, spectral_peaks
from services.featurizer.spectral.spectra import LONG_HOP_LENGTH, ClipSpectra

PITCHES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
"""Probe-tone ratings of the twelve degrees (Krumhansl & Kessler 1982)."""
_TONNETZ = ("fifth_x", "fifth_y", "minor_third_x", "minor_third_y", "major_third_x", "major_third_y")
_TINY = 1e-10
_GOMEZ = "Gómez 2006"
_HARTE = "Harte, Sandler & Gasser 2006"
_KRUMHANSL = "Krumhansl 1990; Lartillot & Toiviainen 2007"
_N_PARTIALS = 12
_PARTIALS_FROM = 84
"""C6, as a MIDI note."""

SERIES: tuple[Descriptor, ...] = (
    *declare_descriptors(
        (f"tonnetz_{axis}_size" for axis in ("fifth", "minor_third", "major_third")), unit="1", source=_HARTE
    ),
    *declare_descriptors(("hcdf",), unit="1", source=_HARTE),
    *declare_descriptors(("dissonance",), unit="1", source="Sethares 1993"),
    *declare_descriptors(("chroma_entropy", "chroma_peak"), unit="1", source=_GOMEZ),
    *declare_descriptors(
        numbered_names("chroma_interval", 6),
        unit="1",
        source="Müller & Ewert 2011; Tzanetakis, Ermolinskyi & Cook 2003",
    ),
    *declare_descriptors(("triad_fit", "triad_major"), unit="1", source="Fujishima 1999"),
    *declare_descriptors(("inharmonicity",), unit="1", source="share of the peaks' power off the tempered notes"),
)
DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors((f"chroma_{pitch}" for pitch in PITCHES), unit="1", source=_GOMEZ),
    *declare_descriptors(
        (f"degree_{i:02}" for i in range(12)), unit="1", source="Gómez 2006, turned so that the tonic is 00"
    ),
    *declare_descriptors((f"tonnetz_{axis}" for axis in _TONNETZ), unit="1", source=_HARTE),
    *declare_descriptors(("major_strength", "minor_strength", "mode"), unit="1", source=_KRUMHANSL),
    *declare_descriptors(("key_clarity",), unit="1", source=_GOMEZ),
    *declare_descriptors(("key_stability", "mode_mean", "mode_std"), unit="1", source="Panda, Malheiro & Paiva 2018"),
    *declare_descriptors(("chord_change_rate",), unit="1/s", source="Fujishima 1999"),
    *declare_descriptors(("major_chord_share",), unit="1", source="Fujishima 1999"),
    *declare_descriptors(("tuning",), unit="cents", source=_GOMEZ),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class TonalityAnalysis:
    """The notes of a signal."""

    series: FrameSeries
    """By long frame."""
    key: int
    """Pitch class of the tonic, 0 for C."""
    mode: float
    """Strength of the best major key less that of the best minor one."""
    clarity: float
    strength: float
    """Correlation of the best key, -1 to 1."""
    values: NDArray[np.float64]
    """The `DESCRIPTORS`."""


def analyse_tonality(s: ClipSpectra) -> TonalityAnalysis:
    """Notes, key and harmony of the whole signal."""
    peaks = spectral_peaks(s.long_power, sr=s.sr, lowest_hz=55, highest_hz=4200, frame_range_db=36, clip_range_db=60)
    frames_per_s = s.sr / LONG_HOP_LENGTH
    semitones = 69 + 12 * np.log2(peaks.hz / 440)
    tuning = _estimate_tuning(semitones, weight=peaks.magnitude)
    chroma, off = _peak_chroma(peaks, semitones=semitones - tuning)
    unit = chroma / np.maximum(chroma.sum(axis=1, keepdims=True), _TINY)
    tonnetz = unit @ _tonnetz_basis().T
    fits = _triad_fits(chroma)
    mean = unit.mean(axis=0)
    mean = mean / max(mean.max(), _TINY)
    major, minor = key_strengths(mean, profile=MAJOR), key_strengths(mean, profile=MINOR)
    strongest = np.sort(np.concatenate((major, minor)))[::-1]
    is_major = major.max() >= minor.max()
    key = int(np.argmax(major if is_major else minor))
    columns = (
        np.hypot(tonnetz[:, 0::2], tonnetz[:, 1::2]),
        np.linalg.norm(np.diff(tonnetz, axis=0, prepend=tonnetz[:1]), axis=1),
        peak_dissonance(peaks),
        -np.sum(unit * np.log(np.maximum(unit, _TINY)), axis=1) / np.log(12),
        unit.max(axis=1),
        _interval_classes(chroma),
        fits.max(axis=1),
        fits[:, :12].max(axis=1) - fits[:, 12:].max(axis=1),
        off,
    )
    series = FrameSeries(rows=SERIES, values=np.column_stack(columns).astype(np.float32))
    values = np.concatenate(
        (
            mean,
            np.roll(mean, -key),
            tonnetz.mean(axis=0),
            (major.max(), minor.max(), major.max() - minor.max(), strongest[0] - strongest[1]),
            _by_block(unit, key=key, is_major=is_major),
            _chord_statistics(fits, frames_per_s=frames_per_s),
            (100 * tuning,),
        )
    )
    return TonalityAnalysis(
        series=series,
        key=key,
        mode=float(major.max() - minor.max()),
        clarity=float(strongest[0] - strongest[1]),
        strength=float(strongest[0]),
        values=values,
    )


def _estimate_tuning(semitones: NDArray[np.floating], *, weight: NDArray[np.float32]) -> float:
    """How far the notes lie from A4 = 440 Hz, -.5 to .5 semitones: the weighted circular mean."""
    low = semitones < _PARTIALS_FROM  # above, partials are no tempered notes
    angle = (2 * np.pi * (semitones[low] - np.rint(semitones[low]))).astype(np.float32)
    around = complex(weight[low] @ np.cos(angle), weight[low] @ np.sin(angle))
    return float(np.angle(around) / (2 * np.pi)) if np.abs(around) > _TINY else 0.0


def _peak_chroma(
    peaks: SpectralPeaks, *, semitones: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Magnitude by pitch class, `(n_frames, 12)`, and the share of power that is a third of a semitone off or more."""
    nearest = np.round(semitones)
    distance = semitones - nearest
    weight = peaks.magnitude * np.cos(np.pi * distance) ** 2 / (1 + (peaks.hz / 1500) ** 2)
    index = peaks.frame * 12 + nearest.astype(np.int64) % 12
    counted: NDArray[Any] = np.bincount(index, weights=weight, minlength=12 * peaks.n_frames)
    chroma = counted.reshape(-1, 12)
    power = peaks.magnitude.astype(np.float64) ** 2
    total = np.bincount(peaks.frame, weights=power, minlength=peaks.n_frames)
    off = np.bincount(peaks.frame, weights=power * (np.abs(distance) > 1 / 3), minlength=peaks.n_frames)
    return chroma, off / np.maximum(total, _TINY * max(float(total.max(initial=0)), _TINY))


def _tonnetz_basis() -> NDArray[np.float64]:
    steps = np.arange(12)
    angles = np.pi * np.array([7 / 6, 3 / 2, 2 / 3])[:, np.newaxis] * steps
    basis = np.stack((np.sin(angles), np.cos(angles)), axis=1).reshape(6, 12)
    return np.asarray(basis * np.repeat([1.0, 1.0, 0.5], 2)[:, np.newaxis])


def _interval_classes(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each interval class (1 to 6 semitones) sounds at once."""
    unit = chroma / np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), _TINY)
    return np.stack([np.sum(unit * np.roll(unit, -lag, axis=1), axis=1) for lag in range(1, 7)], axis=1)


def _triad_fits(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine with the 24 triads, major ones first, of chroma smoothed over three frames; 0 in silence."""
    smooth = np.pad(chroma, ((1, 1), (0, 0)), mode="edge")
    smooth = smooth[:-2] + smooth[1:-1] + smooth[2:]
    unit = smooth / np.maximum(np.linalg.norm(smooth, axis=1, keepdims=True), _TINY)
    return np.asarray(unit @ _TRIADS[:, _TURNED].reshape(-1, 12).T)


_TRIADS = np.zeros((2, 12))
_TRIADS[0, [0, 4, 7]] = _TRIADS[1, [0, 3, 7]] = 1 / np.sqrt(3)


def _chord_statistics(fits: NDArray[np.float64], *, frames_per_s: float) -> tuple[float, float]:
    best = np.argmax(fits, axis=1)
    rate = float(np.count_nonzero(np.diff(best)) / max(len(best) / frames_per_s, 1e-3))
    return rate, float(np.mean(best < len(PITCHES)))


def _by_block(unit: NDArray[np.float64], *, key: int, is_major: bool) -> tuple[float, float, float]:
    """Share of six blocks in the key of the whole; mean and deviation of their modes."""
    blocks = np.stack([part.mean(axis=0) for part in np.array_split(unit, min(6, len(unit)))])
    major, minor = key_strengths(blocks, profile=MAJOR), key_strengths(blocks, profile=MINOR)
    modes = major.max(axis=1) - minor.max(axis=1)
    keys = np.argmax(major if is_major else minor, axis=1)
    same = ((modes >= 0) == is_major) & (keys == key)
    return float(same.mean()), float(modes.mean()), float(modes.std())


def key_strengths(chroma: NDArray[np.float64], *, profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlation (-1 to 1) of `chroma` `(…, 12)` with the profile of each of the twelve keys; 0 for a flat chroma."""
    centred = chroma - chroma.mean(axis=-1, keepdims=True)
    profile = profile - profile.mean()
    scale = np.linalg.norm(centred, axis=-1, keepdims=True) * np.linalg.norm(profile)
    return np.asarray(np.where(scale > _TINY, centred @ profile[_TURNED].T / np.maximum(scale, _TINY), 0.0))


_TURNED = (np.arange(12) - np.arange(12)[:, np.newaxis]) % 12
"""Row `i` turns twelve pitch classes up by `i` semitones."""


def peak_dissonance(peaks: SpectralPeaks) -> NDArray[np.float64]:
    """Roughness of the pairs of each frame's twelve strongest peaks, weighted by the weaker of each pair."""
    hz, magnitude = _strongest_peaks(peaks)
    i, j = np.triu_indices(_N_PARTIALS, 1)
    low = np.minimum(hz[:, i], hz[:, j])
    apart = np.abs(hz[:, i] - hz[:, j]) * (0.24 / (0.0207 * low + 18.96))
    rough = np.float32(5.56) * (np.exp(np.float32(-3.51) * apart) - np.exp(np.float32(-5.75) * apart))
    total = np.maximum(magnitude.sum(axis=1, dtype=np.float64), _TINY)
    return np.asarray(np.sum(np.minimum(magnitude[:, i], magnitude[:, j]) * rough, axis=1, dtype=np.float64) / total)


def _strongest_peaks(peaks: SpectralPeaks) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Frequency and magnitude of each frame's strongest peaks, `(n_frames, _N_PARTIALS)`, filled up with zeros."""
    counts = np.bincount(peaks.frame, minlength=peaks.n_frames)
    n_columns = max(int(counts.max(initial=0)), _N_PARTIALS)
    slot = peaks.frame * n_columns + np.arange(peaks.frame.size) - (np.cumsum(counts) - counts)[peaks.frame]
    all_hz, all_magnitude = np.zeros((2, peaks.n_frames, n_columns), np.float32)
    all_hz.reshape(-1)[slot], all_magnitude.reshape(-1)[slot] = peaks.hz, peaks.magnitude
    strongest = _largest_columns(all_magnitude, n=_N_PARTIALS)
    hz, magnitude = (np.take_along_axis(one, strongest, axis=1) for one in (all_hz, all_magnitude))
    return hz, magnitude / np.maximum(magnitude.max(initial=0.0), np.float32(_TINY))


def _largest_columns(values: NDArray[np.float32], *, n: int) -> NDArray[np.int64]:
    """The columns of the `n` largest `values` of each row, none of which is negative.

    Such numbers rank as their bits do: bits and column in one integer are sorted six times faster than places by value.
    """
    ranked = values.view(np.uint32).astype(np.uint64) << np.uint64(32) | np.arange(values.shape[1], dtype=np.uint64)
    ranked.sort(axis=1)
    return (ranked[:, -n:] & np.uint64(2**32 - 1)).astype(np.int64)
