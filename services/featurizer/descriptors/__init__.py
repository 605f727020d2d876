"""Numbers that summarise thirty seconds of sound, for models that are no networks.

All frame-wise ones share one transform (Hann window of 2048 samples, hop of 512, centred); pitch classes use one of
8192 samples. Each descriptor is declared with name, unit, source and how gain moves it. Raise `DescriptorSpec.version`
with every change of a value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.featurizer.descriptors import dynamics, melody, modulation, rhythm, series, timbre, tonality
from services.featurizer.descriptors.declaration import Descriptor
from services.featurizer.spectral.spectra import ClipSpectra

__all__ = ["DESCRIPTORS", "Descriptor", "DescriptorValues", "compute_descriptors"]

_FRAMES = (*timbre.SERIES, *dynamics.SERIES, *rhythm.SERIES, *melody.SERIES)
DESCRIPTORS: tuple[Descriptor, ...] = (
    *series.declare_statistics(_FRAMES),
    *series.declare_statistics(tonality.SERIES),
    *dynamics.DESCRIPTORS,
    *rhythm.DESCRIPTORS,
    *melody.DESCRIPTORS,
    *tonality.DESCRIPTORS,
    *timbre.DESCRIPTORS,
    *modulation.DESCRIPTORS,
)
"""The columns of `DescriptorValues.values`, in order."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DescriptorValues:
    """The descriptors, and what the catalogue needs beside them."""

    values: NDArray[np.float32]
    """`(len(DESCRIPTORS),)`, finite."""
    rhythm: rhythm.RhythmAnalysis
    tonality: tonality.TonalityAnalysis
    melody: melody.MelodyContour


def compute_descriptors(s: ClipSpectra) -> DescriptorValues:
    """The descriptors of a signal of at least two seconds; equal input gives equal numbers."""
    timbre_frames = timbre.timbre_series(s).values
    onsets = rhythm.rhythm_series(s).values
    beats = rhythm.analyse_rhythm(onsets, frames_per_s=s.frames_per_s)
    harmony = tonality.analyse_tonality(s)
    tune = melody.analyse_melody(s, key=harmony.key)
    frames = np.concatenate(
        (timbre_frames, dynamics.dynamics_series(s).values, onsets, tune.series.values), axis=1, dtype=np.float32
    )[s.audible]
    values = np.concatenate(
        (
            series.column_statistics(frames),
            series.column_statistics(harmony.series.values[_audible_long(s)]),
            dynamics.dynamics_descriptors(s, onsets=beats.onsets),
            beats.values,
            tune.values,
            harmony.values,
            timbre.timbre_descriptors(timbre_frames[s.audible]),
            modulation.modulation_descriptors(s),
        )
    ).astype(np.float32)
    return DescriptorValues(values=values, rhythm=beats, tonality=harmony, melody=tune)


def _audible_long(s: ClipSpectra) -> NDArray[np.bool_]:
    energy = s.long_power.sum(axis=1)
    return np.asarray(energy >= 1e-6 * energy.max())
