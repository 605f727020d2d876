"""Rhythm: onsets, pulse and tempo, from how much each mel band rises from frame to frame.

The octave of the tempo is a convention: periods near 120 BPM are preferred.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors, numbered_names
from services.featurizer.descriptors.series import FrameSeries
from services.featurizer.spectral.spectra import HOP_LENGTH, N_FFT, Array, ClipSpectra

SLOWEST_BPM, USUAL_BPM, FASTEST_BPM = 40.0, 120.0, 240.0
_TINY = 1e-10
_ELLIS = "Ellis 2007, Beat tracking by dynamic programming"
_GROSCHE = "Grosche, Müller & Kurth 2010"
_LARTILLOT = "Lartillot et al. 2008"
_REGIONS = {"low": (0, 16), "mid": (16, 48), "high": (48, 88), "top": (88, 128)}
"""Mel bands: to about 430, 1,700, 4,400 and 11,000 Hz."""
_LAG_BPM = np.geomspace(FASTEST_BPM, SLOWEST_BPM / 2, 25)
_WINDOW, _STEP = 384, 96
"""Frames of a local tempogram, 8.9 s, and between two of them."""

SERIES: tuple[Descriptor, ...] = declare_descriptors(
    ("onset_strength", *(f"onset_strength_{region}" for region in _REGIONS)), unit="dB", source=_ELLIS
)
DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors(
        ("onset_rate", *(f"onset_rate_{region}" for region in _REGIONS)), unit="1/s", source="Böck, Krebs & Schedl 2012"
    ),
    *declare_descriptors(("onset_height_mean", "onset_height_std"), unit="dB", source="Böck, Krebs & Schedl 2012"),
    *declare_descriptors(("onset_interval_mean", "onset_interval_std"), unit="s", source="Dixon 2001"),
    *declare_descriptors(("tempo",), unit="BPM", source=_ELLIS),
    *declare_descriptors(
        ("pulse_clarity", *(f"pulse_clarity_{region}" for region in _REGIONS)), unit="1", source=_LARTILLOT
    ),
    *declare_descriptors(("beat_strength", "beat_contrast"), unit="1", source="Tzanetakis & Cook 2002"),
    *declare_descriptors(("duple_strength", "triple_strength"), unit="1", source="Gouyon & Herrera 2003"),
    *declare_descriptors(numbered_names("beat_spectrum", _LAG_BPM.size), unit="1", source="Foote & Uchihashi 2001"),
    *declare_descriptors(("tempogram_peak_mean", "tempogram_peak_std", "tempogram_entropy"), unit="1", source=_GROSCHE),
    *declare_descriptors(("tempo_spread",), unit="octaves", source=_GROSCHE),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class RhythmAnalysis:
    """What else is needed of the rhythm."""

    onsets: NDArray[np.int64]
    """Frames, rising."""
    tempo_bpm: float
    clarity: float
    similarity: NDArray[np.float64]
    """Autocorrelation of the onset strength by lag in frames, 1 at lag 0."""
    values: NDArray[np.float64]
    """The `DESCRIPTORS`."""


def rhythm_series(s: ClipSpectra) -> FrameSeries:
    """Mean rise of all mel bands and of four regions, half-wave rectified, `(n_frames, 5)`; a frame's rise is its own.

    Centred frames rise before their sound begins; they are moved by half a window, as librosa does.
    """
    rises = np.maximum(np.diff(s.mel_db, axis=0, prepend=s.mel_db[:1]), 0)
    edges = [low for low, _ in _REGIONS.values()]
    widths = np.array([high - low for low, high in _REGIONS.values()], dtype=np.float32)
    sums = np.add.reduceat(rises, edges, axis=1)
    columns = np.column_stack((sums.sum(axis=1) / rises.shape[1], sums / widths))
    late = N_FFT // (2 * HOP_LENGTH)
    return FrameSeries(rows=SERIES, values=np.pad(columns, ((late, 0), (0, 0)))[: len(columns)].astype(np.float32))


def analyse_rhythm(strengths: Array, *, frames_per_s: float) -> RhythmAnalysis:
    """The `DESCRIPTORS` of `strengths` `(n_frames, 5)`, as `rhythm_series` gives them."""
    duration_s = len(strengths) / frames_per_s
    onsets_by_band = [_find_onsets(strengths[:, i]) for i in range(strengths.shape[1])]
    similar = lag_similarity(strengths, frames_per_s=frames_per_s)
    tempo, clarity = estimate_pulse(similar[0], frames_per_s=frames_per_s)
    clarities = [estimate_pulse(one, frames_per_s=frames_per_s)[1] for one in similar[1:]]
    onsets = onsets_by_band[0]
    heights = strengths[onsets, 0]
    intervals = np.diff(onsets) / frames_per_s
    values = np.concatenate(
        (
            [len(one) / duration_s for one in onsets_by_band],
            _mean_std(heights),
            _mean_std(intervals),
            (tempo, clarity, *clarities),
            _beat_strengths(strengths[:, 0], tempo_bpm=tempo, frames_per_s=frames_per_s),
            meter_strengths(similar[0], tempo_bpm=tempo, frames_per_s=frames_per_s),
            np.interp(60 * frames_per_s / _LAG_BPM, np.arange(similar[0].size), similar[0]),
            _mean_tempogram(strengths[:, 0], frames_per_s=frames_per_s),
        )
    )
    return RhythmAnalysis(onsets=onsets, tempo_bpm=tempo, clarity=clarity, similarity=similar[0], values=values)


def _find_onsets(strength: Array) -> NDArray[np.int64]:
    """Peaks that stand out of the second around them, at least three frames apart."""
    if strength.max(initial=0.0) <= _TINY:
        return np.zeros(0, dtype=np.int64)
    relative = strength / strength.max()
    n = min(43, relative.size)
    around = np.convolve(relative, np.full(n, 1 / n), mode="same")
    at, _ = scipy.signal.find_peaks(np.append(relative, 0), distance=3)
    at = at[at < relative.size]
    return np.asarray(at[relative[at] > around[at] + 0.07], dtype=np.int64)


def lag_similarity(strengths: Array, *, frames_per_s: float) -> NDArray[np.float64]:
    """Autocorrelation of each column for lags up to four slowest beats, `(n_columns, n_lags)`.

    Each lag counts over its own number of pairs. 1 at lag 0; all 0 for a column that does not change.
    """
    centred = (strengths - strengths.mean(axis=0, dtype=np.float64)).T
    n_frames = centred.shape[1]
    n_lags = max(min(int(4 * 60 * frames_per_s / SLOWEST_BPM), n_frames // 2), 2)
    n = scipy.fft.next_fast_len(n_frames + n_lags, real=True)
    spectrum = scipy.fft.rfft(centred, n, axis=1)
    products = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, n, axis=1)[:, :n_lags]
    products /= n_frames - np.arange(n_lags)
    return np.asarray(np.where(products[:, :1] > _TINY, products / np.maximum(products[:, :1], _TINY), 0.0))


def estimate_pulse(similar: NDArray[np.float64], *, frames_per_s: float) -> tuple[float, float]:
    """Tempo (BPM, 40 to 240) and how regular the pulse is (0 to 1), from `similarity`.

    Periods near 120 BPM are preferred with a log-normal weight one octave wide; which octave is taken is a convention.
    Music without any onset gets 120 BPM and clarity 0.
    """
    first = int(60 * frames_per_s / FASTEST_BPM)
    lags = np.arange(first, min(int(60 * frames_per_s / SLOWEST_BPM) + 1, similar.size - 1))
    if similar[0] == 0 or not lags.size:
        return USUAL_BPM, 0.0
    octaves = np.log2(60 * frames_per_s / lags / USUAL_BPM)
    best = int(lags[np.argmax(similar[lags] * np.exp(-0.5 * octaves**2))])
    period = _fine_period(similar, lag=best)
    bpm = float(np.clip(60 * frames_per_s / period, SLOWEST_BPM, FASTEST_BPM))
    return bpm, float(np.clip(similar[lags].max(), 0, 1))


def _fine_period(similar: NDArray[np.float64], *, lag: int) -> float:
    """The period in fractions of a frame: the peak at its multiple shows it that many times finer."""
    period = float(lag)
    for multiple in (1, 2, 4):
        around = round(multiple * period)
        if around + 2 >= similar.size:
            break
        peak = around - 1 + int(np.argmax(similar[around - 1 : around + 2]))
        left, top, right = similar[peak - 1 : peak + 2]
        bend = left - 2 * top + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
        period = (peak + float(np.clip(shift, -0.5, 0.5))) / multiple
    return period


def meter_strengths(similar: NDArray[np.float64], *, tempo_bpm: float, frames_per_s: float) -> tuple[float, float]:
    """How alike bars of two or four beats are, and bars of three or six: -1 to 1."""
    beat = 60 * frames_per_s / tempo_bpm
    lags = np.rint(beat * np.array([2, 4, 3, 6])).astype(int)[:, np.newaxis] + np.array([-1, 0, 1])
    at = np.where(lags < similar.size, similar[np.minimum(lags, similar.size - 1)], 0.0).max(axis=1)
    return float(max(at[0], at[1])), float(max(at[2], at[3]))


def _beat_strengths(strength: Array, *, tempo_bpm: float, frames_per_s: float) -> tuple[float, float]:
    """Mean strength on the best grid of beats, over the mean of all; and over that of the grid between."""
    beat = 60 * frames_per_s / tempo_bpm
    mean = float(strength.mean())
    if mean <= _TINY or strength.size < 2 * beat:
        return 1.0, 1.0
    phase = (np.arange(strength.size) % beat / beat * 16).astype(int) % 16
    profile = np.bincount(phase, weights=strength, minlength=16) / np.maximum(np.bincount(phase, minlength=16), 1)
    best = int(np.argmax(profile))
    return float(profile[best] / mean), float(profile[best] / max(profile[(best + 8) % 16], 0.05 * mean))


def _mean_tempogram(strength: Array, *, frames_per_s: float) -> NDArray[np.float64]:
    if strength.size < _WINDOW:
        strength = np.pad(strength, (0, _WINDOW - strength.size))
    windows = sliding_window_view(strength, _WINDOW)[::_STEP] * np.hanning(_WINDOW).astype(np.float32)
    windows = windows - windows.mean(axis=1, keepdims=True)
    spectrum = scipy.fft.rfft(windows, 2 * _WINDOW, axis=1)
    lags = np.round(60 * frames_per_s / np.geomspace(FASTEST_BPM, SLOWEST_BPM, 40)).astype(int)
    products = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, axis=1)
    local = np.maximum(products[:, lags] / np.maximum(products[:, :1], _TINY), 0).astype(np.float64)
    peak = local.max(axis=1)
    share = local / np.maximum(local.sum(axis=1, keepdims=True), _TINY)
    entropy = -np.sum(share * np.log(np.maximum(share, _TINY)), axis=1) / np.log(lags.size)
    octaves = np.log2(lags[np.argmax(local, axis=1)])
    return np.array((peak.mean(), peak.std(), entropy.mean(), octaves.std()))


def _mean_std(values: NDArray[np.floating]) -> tuple[float, float]:
    return (float(values.mean()), float(values.std())) if values.size else (0.0, 0.0)
