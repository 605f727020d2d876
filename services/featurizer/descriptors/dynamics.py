"""Dynamics: how loudness moves, and how sounds begin."""

import numpy as np
from numpy.typing import NDArray

from services.featurizer.descriptors.declaration import Descriptor, declare_descriptors
from services.featurizer.descriptors.series import FrameSeries
from services.featurizer.spectral.spectra import ClipSpectra

SERIES: tuple[Descriptor, ...] = declare_descriptors(
    ("level",), unit="dBFS", source="root mean square per frame", per_db=1.0
)
_PANDA = "Panda, Malheiro & Paiva 2018"

DESCRIPTORS: tuple[Descriptor, ...] = (
    *declare_descriptors(("dynamic_range",), unit="dB", source="percentiles 10 and 95, after EBU Tech 3342"),
    *declare_descriptors(("low_energy_ratio",), unit="1", source="Tzanetakis & Cook 2002"),
    *declare_descriptors(("inaudible_share",), unit="1", source="frames more than 60 dB below the loudest"),
    *declare_descriptors(("crest_factor",), unit="dB", source="Katz 2002"),
    *declare_descriptors(("level_slope",), unit="dB/s", source="Schubert 2004"),
    *declare_descriptors(("crescendo_share", "decrescendo_share"), unit="1", source=_PANDA),
    *declare_descriptors(
        ("attack_mean", "attack_std", "attack_max", "decay_mean", "decay_std"),
        unit="dB",
        source="Lartillot & Toiviainen 2007",
    ),
    *declare_descriptors(("attack_slope",), unit="dB/s", source="Lartillot & Toiviainen 2007"),
)
_SPAN = 8
"""Frames (.19 s) in which a sound rises or falls."""
_STEADY_DB = 1.5


def dynamics_series(s: ClipSpectra) -> FrameSeries:
    """The level, `(n_frames, 1)`."""
    return FrameSeries(rows=SERIES, values=s.level_db[:, np.newaxis])


def dynamics_descriptors(s: ClipSpectra, *, onsets: NDArray[np.int64]) -> NDArray[np.float64]:
    """The `DESCRIPTORS`; `onsets` are frames at which sounds begin."""
    level = s.level_db.astype(np.float64)
    low, high = np.percentile(level, (10, 95))
    rms = 10 ** ((level - level.max()) / 20)
    peak = float(np.max(np.abs(s.y)))
    mean_square = float(np.einsum("i,i->", s.y, s.y)) / s.y.size
    seconds = np.arange(level.size) / s.frames_per_s
    slope = np.polyfit(seconds, level, 1)[0] if level.size > 1 else 0.0
    trend = _per_second(level, frames_per_s=s.frames_per_s)
    return np.concatenate(
        (
            (high - low, np.mean(rms < rms.mean()), np.mean(~s.audible)),
            (20 * np.log10(peak) - 10 * np.log10(mean_square) if mean_square > 0 else 0.0, slope),
            (np.mean(trend > _STEADY_DB), np.mean(trend < -_STEADY_DB)),
            _attack_slopes(level, onsets=onsets, frames_per_s=s.frames_per_s),
        )
    )


def _per_second(level: NDArray[np.float64], *, frames_per_s: float) -> NDArray[np.float64]:
    n = max(level.size // round(frames_per_s), 1)
    seconds = np.array([part.mean() for part in np.array_split(level, n)])
    return np.diff(seconds) if n > 1 else np.zeros(1)


def _attack_slopes(
    level: NDArray[np.float64], *, onsets: NDArray[np.int64], frames_per_s: float
) -> NDArray[np.float64]:
    """Rise into and fall after each onset within `_SPAN` frames, and the steepest slope of the rise."""
    if not onsets.size:
        return np.zeros(6)
    padded = np.pad(level, _SPAN, mode="edge")
    around = padded[onsets[:, np.newaxis] + np.arange(2 * _SPAN + 1)]
    before, after = around[:, : _SPAN + 1], around[:, _SPAN:]
    top = around[:, _SPAN - 2 : _SPAN + 4].max(axis=1)
    rise, fall = top - before.min(axis=1), top - after.min(axis=1)
    steepest = np.diff(around[:, : _SPAN + 4], axis=1).max(axis=1) * frames_per_s
    return np.array((rise.mean(), rise.std(), rise.max(), fall.mean(), fall.std(), steepest.mean()))
