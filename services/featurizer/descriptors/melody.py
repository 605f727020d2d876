"""Melody and texture: the most salient pitch from frame to frame, its notes and its vibrato, and how many layers sound.

Salience is harmonic summation over spectral peaks (after Salamon & Gómez 2012): each peak votes for the pitches whose
harmonic it may be. Pitches lie 20 cents apart over five octaves from A1.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors
from services.featurizer.descriptors.series import FrameSeries
from services.featurizer.spectral.peaks import SpectralPeaks, spectral_peaks
from services.featurizer.spectral.spectra import Array, BandMatrix, ClipSpectra

_LOWEST_HZ, _BINS_PER_SEMITONE, _N_OCTAVES = 55.0, 5, 5
_N_PITCHES = 12 * _BINS_PER_SEMITONE * _N_OCTAVES
_HARMONICS, _DECAY = {1: (0, 1, 2, 3), 3: (0, 1), 5: (0,), 7: (0,)}, 0.8
"""Eight harmonics: an odd one, and the octaves above it, which lie whole bins higher."""
_N_HARMONICS = 8
_SPREAD = 4
"""Bins on either side (80 cents) over which a vote is spread."""
_VOICED = 0.35
_CLEAR_LAYER, _SOFT_LAYER = 0.6, 0.3
"""Salience of a pitch beside the strongest of its frame."""
_SHORTEST_NOTE = 4
_STEADY = 0.01
_STEP, _THIRD = 2, 4
_LEGATO_S = 0.05
_WAVES_HZ, _DRIFT_HZ = (4.0, 8.5), 1.5
_TINY = 1e-9
_SALAMON = "Salamon & Gómez 2012"
_PANDA = "Panda, Malheiro & Paiva 2018"
_N_WAVES = 32
"""Frames (.74 s) in which a vibrato is looked for."""

SERIES: tuple[Descriptor, ...] = (
    *declare_descriptors(
        ("salience_peak", "salience_share", "salience_entropy", "salience_second"), unit="1", source=_SALAMON
    ),
    *declare_descriptors((f"register_{octave}" for octave in range(1, _N_OCTAVES + 1)), unit="1", source=_PANDA),
    *declare_descriptors(("layers", "layers_soft"), unit="1", source=_PANDA),
    *declare_descriptors(("tonalness",), unit="1", source="share of the power that lies in spectral peaks"),
    *declare_descriptors(("peak_count",), unit="1", source="Alías, Socoró & Sevillano 2016"),
)
DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors(("voiced_share",), unit="1", source=_SALAMON),
    *declare_descriptors(
        ("pitch_mean", "pitch_std", "pitch_skew", "pitch_p10", "pitch_p90", "pitch_change_mean"),
        unit="semitones",
        source=_SALAMON,
    ),
    *declare_descriptors(("note_rate",), unit="1/s", source=_PANDA),
    *declare_descriptors(("note_length_mean", "note_length_std", "note_length_p90"), unit="s", source=_PANDA),
    *declare_descriptors(("note_pitch_mean", "note_pitch_std", "note_pitch_range"), unit="semitones", source=_PANDA),
    *declare_descriptors(("interval_mean", "interval_std"), unit="semitones", source=_PANDA),
    *declare_descriptors(
        ("rising_share", "falling_share", "repeated_share", "step_share", "leap_share", "legato_share"),
        unit="1",
        source=_PANDA,
    ),
    *declare_descriptors(("pitch_class_entropy", "note_degree_fit"), unit="1", source=_PANDA),
    *declare_descriptors(("glide_mean",), unit="semitones/s", source=_PANDA),
    *declare_descriptors(("vibrato_share",), unit="1", source=_PANDA),
    *declare_descriptors(("vibrato_rate",), unit="Hz", source=_PANDA),
    *declare_descriptors(("vibrato_extent", "vibrato_extent_std"), unit="cents", source=_PANDA),
    *declare_descriptors(("tremolo_share",), unit="1", source=_PANDA),
    *declare_descriptors(("tremolo_rate",), unit="Hz", source=_PANDA),
    *declare_descriptors(("tremolo_depth",), unit="dB", source=_PANDA),
    *declare_descriptors(
        ("layers_0", "layers_1", "layers_2", "layers_3", "layers_4", "layer_changes"), unit="1", source=_PANDA
    ),
    *declare_descriptors(
        (f"pitch_histogram_{i:02}" for i in range(15)), unit="1", source="Tzanetakis, Ermolinskyi & Cook 2003"
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class MelodyContour:
    """The melody of a signal."""

    series: FrameSeries
    """By frame."""
    voiced_share: float
    vibrato_share: float
    values: NDArray[np.float64]
    """The `DESCRIPTORS`."""


def analyse_melody(s: ClipSpectra, *, key: int) -> MelodyContour:
    """Melody and texture; `key` is the pitch class of the tonic."""
    peaks = spectral_peaks(s.power, sr=s.sr, lowest_hz=50, highest_hz=5000, frame_range_db=30, clip_range_db=60)
    salience = pitch_salience(peaks)
    salience /= max(float(salience.max()), _TINY)
    top = salience.max(axis=1)
    relative = salience / np.maximum(top, np.float32(_TINY))[:, np.newaxis]
    total = np.maximum(salience.sum(axis=1), np.float32(_TINY))
    maxima = _local_maxima(relative)
    layers = _count_true(maxima > _CLEAR_LAYER)
    series = FrameSeries(
        rows=SERIES,
        values=_melody_series(s, peaks, top=top, total=total, salience=salience, maxima=maxima, layers=layers),
    )
    voiced = s.audible & (top > _VOICED * _loud_salience(top, s.audible))
    pitch = _pitch_track(salience)
    notes = _segment_notes(pitch, voiced=voiced, frames_per_s=s.frames_per_s)
    waves = _vibrato_statistics(100 * pitch, voiced=voiced, frames_per_s=s.frames_per_s, smallest=8.0, largest=150.0)
    swells = _vibrato_statistics(s.level_db, voiced=voiced, frames_per_s=s.frames_per_s, smallest=0.7, largest=15.0)
    values = np.concatenate(
        (
            (float(voiced.mean()),),
            _pitch_statistics(pitch[voiced]),
            _note_statistics(notes, duration_s=len(pitch) / s.frames_per_s, key=key),
            (_mean_glide(pitch, voiced=voiced) * s.frames_per_s,),
            waves,
            swells[:3],
            _layer_statistics(layers, audible=s.audible),
            _salience_histogram(salience[s.audible]),
        )
    )
    return MelodyContour(series=series, voiced_share=float(voiced.mean()), vibrato_share=float(waves[0]), values=values)


def pitch_salience(peaks: SpectralPeaks) -> Array:
    """`(n_frames, _N_PITCHES)`: how strongly each pitch is heard, from the harmonics that are there."""
    position = np.log2(peaks.hz / _LOWEST_HZ) * (12 * _BINS_PER_SEMITONE)
    votes = np.sqrt(peaks.magnitude)
    at, weights = np.empty((_N_HARMONICS, votes.size), np.int64), np.empty((_N_HARMONICS, votes.size))
    row = 0
    for first, octaves in _HARMONICS.items():
        nearest = np.rint(position - np.log2(first) * (12 * _BINS_PER_SEMITONE)).astype(np.int64)
        for octave in octaves:  # a vote for a pitch is one for the pitch an octave below, of the next even harmonic
            np.clip(nearest - octave * 12 * _BINS_PER_SEMITONE, -1, _N_PITCHES, out=at[row])
            np.multiply(votes, _DECAY ** (first * 2**octave - 1), out=weights[row])
            row += 1
    return _spread_matrix().applied_to(_count_votes(at, weights=weights, peaks=peaks))


def _count_votes(at: NDArray[np.int64], *, weights: NDArray[np.float64], peaks: SpectralPeaks) -> Array:
    """The votes of all `peaks` (columns) for pitches `at`, by frame: `(n_frames, _N_PITCHES)`.

    What lies outside, at -1 or `_N_PITCHES`, goes to a column between the frames, which is left out.
    """
    n_columns = _N_PITCHES + 1
    at += peaks.frame * n_columns + 1
    counted: NDArray[Any] = np.bincount(at.ravel(), weights=weights.ravel(), minlength=peaks.n_frames * n_columns + 1)
    return counted[:-1].reshape(peaks.n_frames, n_columns)[:, 1:].astype(np.float32)


@cache
def _spread_matrix() -> BandMatrix:
    apart = np.abs(np.subtract.outer(np.arange(_N_PITCHES), np.arange(_N_PITCHES)))
    return BandMatrix(np.where(apart <= _SPREAD, np.cos(np.pi / 2 * apart / (_SPREAD + 1)) ** 2, 0), width=20)


def _local_maxima(relative: Array) -> Array:
    """`relative` where it is a local maximum over pitch, 0 elsewhere."""
    rises = relative[:, 1:] > relative[:, :-1]
    maxima: Array = relative[:, 1:-1] * (rises[:, :-1] > rises[:, 1:])  # a selection would take three times as long
    return maxima


def _count_true(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of each row are true, of `(n_frames, n)` with n at most 511, neighbours never both.

    Bytes are added up three times as fast as truths are counted.
    """
    counted: NDArray[np.int64] = mask.view(np.uint8).sum(axis=1, dtype=np.uint8).astype(np.int64)
    return counted


def _melody_series(
    s: ClipSpectra,
    peaks: SpectralPeaks,
    *,
    top: Array,
    total: Array,
    salience: Array,
    maxima: Array,
    layers: NDArray[np.int64],
) -> Array:
    share = salience / total[:, np.newaxis]
    entropy = -np.einsum("ij,ij->i", share, np.log(np.maximum(share, np.float32(_TINY)))) / np.log(_N_PITCHES)
    without_top = maxima.copy()
    without_top[np.arange(len(maxima)), np.argmax(maxima, axis=1)] = 0
    octaves = share.reshape(len(share), _N_OCTAVES, -1).sum(axis=2)
    power = s.total.astype(np.float64)
    in_peaks = np.bincount(peaks.frame, weights=1.5 * peaks.magnitude.astype(np.float64) ** 2, minlength=len(share))
    return np.column_stack(
        (
            top / max(float(top.max()), _TINY),
            top / total * _N_PITCHES,
            entropy,
            without_top.max(axis=1),
            octaves,
            layers,
            _count_true(maxima > _SOFT_LAYER),
            np.minimum(in_peaks / np.maximum(power, _TINY * max(float(power.max()), _TINY)), 1),
            np.bincount(peaks.frame, minlength=len(share)),
        )
    ).astype(np.float32)


def _loud_salience(top: Array, audible: NDArray[np.bool_]) -> float:
    return float(np.percentile(top[audible], 90))


def _pitch_track(salience: Array) -> NDArray[np.float64]:
    """The semitones above A1 of each frame: the maximum of what five frames agree on, then between the bins."""
    held = np.pad(salience, ((2, 2), (0, 0)), mode="symmetric")
    pairs = held[:-1] + held[1:]
    agreed = np.argmax(pairs[:-3] + held[2:-2] + pairs[3:], axis=1)
    agreed = scipy.ndimage.median_filter(agreed, 5)
    rows = np.arange(len(salience))
    near = np.clip(agreed[:, np.newaxis] + np.arange(-_BINS_PER_SEMITONE, _BINS_PER_SEMITONE + 1), 0, _N_PITCHES - 1)
    weight = salience[rows[:, np.newaxis], near].astype(np.float64)
    best = np.argmax(weight, axis=1)
    around = np.clip(best[:, np.newaxis] + np.arange(-3, 4), 0, near.shape[1] - 1)
    weight = np.take_along_axis(weight, around, axis=1) ** 2
    position = np.take_along_axis(near, around, axis=1)
    total = weight.sum(axis=1)
    fine = np.where(total > 0, np.sum(weight * position, axis=1) / np.maximum(total, 1e-30), agreed)
    return np.asarray(fine / _BINS_PER_SEMITONE)


def _pitch_statistics(pitch: NDArray[np.float64]) -> NDArray[np.float64]:
    if pitch.size <= 1:
        return np.zeros(6)
    mean, std = pitch.mean(), pitch.std()
    skew = np.mean((pitch - mean) ** 3) / std**3 if std > _STEADY else 0.0
    low, high = np.percentile(pitch, (10, 90))
    return np.array((mean, std, skew, low, high, np.minimum(np.abs(np.diff(pitch)), 12).mean()))


def _mean_glide(pitch: NDArray[np.float64], *, voiced: NDArray[np.bool_]) -> float:
    """Mean movement within what is no jump, semitones a frame."""
    moves = np.abs(np.diff(pitch))
    smooth = (moves < 1) & voiced[1:] & voiced[:-1]
    return float(moves[smooth].mean()) if smooth.any() else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class _NoteSegments:
    """Notes in the order in which they begin."""

    pitch: NDArray[np.float64]
    length_s: NDArray[np.float64]
    gap_s: NDArray[np.float64]
    """Between the end of each note and the next, one fewer."""


def _segment_notes(pitch: NDArray[np.float64], *, voiced: NDArray[np.bool_], frames_per_s: float) -> _NoteSegments:
    """Stretches of at least four voiced frames (.09 s) on one semitone."""
    semitone = np.where(voiced, np.rint(scipy.ndimage.median_filter(pitch, 7)), -1.0)
    starts = np.flatnonzero(np.diff(semitone, prepend=-2.0))
    ends = np.append(starts[1:], semitone.size)
    kept = (semitone[starts] >= 0) & (ends - starts >= _SHORTEST_NOTE)
    starts, ends = starts[kept], ends[kept]
    return _NoteSegments(
        pitch=semitone[starts],
        length_s=(ends - starts) / frames_per_s,
        gap_s=(starts[1:] - ends[:-1]) / frames_per_s,
    )


def _note_statistics(notes: _NoteSegments, *, duration_s: float, key: int) -> NDArray[np.float64]:
    if notes.pitch.size <= 1:
        length_s, pitch = (float(part.sum()) for part in (notes.length_s, notes.pitch))
        return np.array((notes.pitch.size / duration_s, length_s, 0.0, length_s, pitch, *(0.0,) * 12))
    intervals = np.diff(notes.pitch)
    size = np.abs(intervals)
    classes = np.bincount((notes.pitch.astype(int) + 9) % 12, weights=notes.length_s, minlength=12)
    share = classes / classes.sum()
    degrees = np.roll(share, -key)
    return np.array(
        (
            notes.pitch.size / duration_s,
            notes.length_s.mean(),
            notes.length_s.std(),
            np.percentile(notes.length_s, 90),
            notes.pitch.mean(),
            notes.pitch.std(),
            np.ptp(notes.pitch),
            np.minimum(size, 24).mean(),
            np.minimum(size, 24).std(),
            np.mean(intervals > 0),
            np.mean(intervals < 0),
            np.mean(intervals == 0),
            np.mean((size > 0) & (size <= _STEP)),
            np.mean(size > _THIRD),
            np.mean(notes.gap_s < _LEGATO_S),
            -np.sum(share * np.log(np.maximum(share, _TINY))) / np.log(12),
            degrees[[0, 2, 5, 7]].sum(),
        )
    )


def _vibrato_statistics(
    values: NDArray[np.floating], *, voiced: NDArray[np.bool_], frames_per_s: float, smallest: float, largest: float
) -> NDArray[np.float64]:
    """Where `values` swing between 4 and 8.5 times a second, in voiced windows of `_N_WAVES` frames.

    Gives the share of all such windows, the mean rate (Hz), the mean extent (the amplitude, in the unit of `values`)
    and its deviation; 0 where there is none.
    """
    if values.size < _N_WAVES:
        return np.zeros(4)
    windows = sliding_window_view(values, _N_WAVES)[::8].astype(np.float64)
    steady = sliding_window_view(voiced, _N_WAVES)[::8].all(axis=1)
    windows = windows[steady & (np.ptp(windows, axis=1) < 4 * largest)]
    if not len(windows):
        return np.zeros(4)
    position = np.linspace(-1, 1, _N_WAVES)
    windows = windows - windows.mean(axis=1, keepdims=True)
    windows = windows - np.outer(windows @ position / (position @ position), position)
    taper = np.hanning(_N_WAVES)
    magnitude = np.abs(scipy.fft.rfft(windows * taper, 256, axis=1)) * (2 / taper.sum())
    hz = np.arange(magnitude.shape[1]) * frames_per_s / 256
    band = (hz >= _WAVES_HZ[0]) & (hz <= _WAVES_HZ[1])
    inside = magnitude[:, band]
    extent, rate = inside.max(axis=1), hz[band][np.argmax(inside, axis=1)]
    outside = magnitude[:, ~band & (hz > _DRIFT_HZ)].max(axis=1)
    wavy = (extent > smallest) & (extent < largest) & (extent > 1.2 * outside)
    if not wavy.any():
        return np.zeros(4)
    n_windows = 1 + (values.size - _N_WAVES) // 8
    return np.array((wavy.sum() / n_windows, rate[wavy].mean(), extent[wavy].mean(), extent[wavy].std()))


def _layer_statistics(layers: NDArray[np.int64], *, audible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of frames with 0, 1, 2, 3, and 4 or more layers; how often their number changes from frame to frame."""
    counted = np.where(audible, np.minimum(layers, 4), 0)
    shares = np.bincount(counted, minlength=5) / counted.size
    return np.append(shares, np.mean(np.diff(counted) != 0) if counted.size > 1 else 0.0)


def _salience_histogram(salience: Array) -> NDArray[np.float64]:
    """Share of the salience by third of an octave, sorted by how much it is: how many pitches carry the piece."""
    by_third = salience.sum(axis=0, dtype=np.float64).reshape(15, -1).sum(axis=1)
    return np.asarray(by_third / max(float(by_third.sum()), _TINY))
