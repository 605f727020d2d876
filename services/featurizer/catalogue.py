"""The Spotify-style columns, from one's own audio.

Tempo, key, mode, loudness and length are measured. The others are known only by what Spotify said of them in a sentence
each: what stands here are formulas of our own, `proxy`, in the same range and direction, made from descriptors by
logistic curves with weights set by hand. They are not Spotify's numbers and do not claim to be. Two have no formula
that was shown to separate anything, and are always null (`shared.domain.catalogue.WITHOUT_FORMULA`).

A value is null where its cue is missing or not clear: a tempo without a pulse, a key without notes. The limits below
were read from distributions, which `python -m benchmarks catalogue_columns` prints.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.featurizer.descriptors import DESCRIPTORS, DescriptorValues
from services.featurizer.descriptors.rhythm import USUAL_BPM
from shared.domain.catalogue import COMPUTED_COLUMNS, WITHOUT_FORMULA, CatalogueValue, ValueStatus

_AT = {descriptor.name: i for i, descriptor in enumerate(DESCRIPTORS)}
_N_PITCH_CLASSES = 12
_LEAST_PULSE = 0.12
_LEAST_METER_PULSE = 0.3
_LEAST_METER_MARGIN = 0.1
_LEAST_KEY_CONTRAST = 0.12
_LEAST_KEY_FIT = 0.7
_MEASURED = {"key", "mode", "loudness", "loudness_dbfs", "tempo", "duration_ms"}


@dataclass(frozen=True, kw_only=True)
class KeyEvidence:
    """How much speaks for a key. Noise has a flat profile of pitch classes that may fit a key by chance; drums have a
    profile with peaks that fits none.
    """

    contrast: float
    """Deviation of the twelve pitch classes over their mean, at least 0."""
    fit: float
    """Correlation of the best key, -1 to 1."""

    @property
    def is_clear(self) -> bool:
        """Whether a key is given."""
        return self.contrast >= _LEAST_KEY_CONTRAST and self.fit >= _LEAST_KEY_FIT


def key_evidence(description: DescriptorValues) -> KeyEvidence:
    """The evidence for a key in the mean chroma of a signal."""
    first = _AT["chroma_C"]
    chroma = description.values[first : first + _N_PITCH_CLASSES].astype(np.float64)
    return KeyEvidence(contrast=_chroma_contrast(chroma), fit=description.tonality.strength)


def _chroma_contrast(chroma: NDArray[np.float64]) -> float:
    mean = float(chroma.mean())
    return float(chroma.std()) / mean if mean > 0 else 0.0


def compute_catalogue(
    descriptors: DescriptorValues, *, duration_s: float, loudness_lufs: float | None, loudness_dbfs: float | None
) -> tuple[CatalogueValue, ...]:
    """The `COMPUTED_COLUMNS` of a clip of `duration_s` whose descriptor window is described by `of`."""
    values = {
        "duration_ms": float(round(1000 * duration_s)),
        "loudness": loudness_lufs,
        "loudness_dbfs": loudness_dbfs,
        **dict.fromkeys(WITHOUT_FORMULA),
        **_tempo_and_meter(descriptors),
        **_key_and_mode(descriptors),
        **_proxy_values(descriptors, loudness_lufs=loudness_lufs),
    }
    return tuple(_to_catalogue_value(name, values[name]) for name in COMPUTED_COLUMNS)


def _to_catalogue_value(name: str, value: float | None) -> CatalogueValue:
    if value is None:
        return CatalogueValue(name=name, value=None, status=ValueStatus.NULL)
    return CatalogueValue(
        name=name, value=value, status=ValueStatus.MEASURED if name in _MEASURED else ValueStatus.PROXY
    )


def _tempo_and_meter(descriptors: DescriptorValues) -> dict[str, float | None]:
    """Tempo in BPM, where there is a pulse, and beats a bar where they are clear."""
    has_pulse = descriptors.rhythm.clarity >= _LEAST_PULSE
    return {"tempo": descriptors.rhythm.tempo_bpm if has_pulse else None, "time_signature": _beats_a_bar(descriptors)}


def _beats_a_bar(descriptors: DescriptorValues) -> float | None:
    """3 or 4, where bars of three (or six) beats are clearly more alike than bars of two or four, or the reverse."""
    duple, triple = (float(descriptors.values[_AT[name]]) for name in ("duple_strength", "triple_strength"))
    if descriptors.rhythm.clarity < _LEAST_METER_PULSE or abs(triple - duple) < _LEAST_METER_MARGIN:
        return None
    return 3.0 if triple > duple else 4.0


def _key_and_mode(descriptors: DescriptorValues) -> dict[str, float | None]:
    """Pitch class of the tonic (0 is C) and 1 for major, 0 for minor, where a key is clear."""
    if not key_evidence(descriptors).is_clear:
        return {"key": None, "mode": None}
    return {"key": float(descriptors.tonality.key), "mode": 1.0 if descriptors.tonality.mode >= 0 else 0.0}


def _proxy_values(descriptors: DescriptorValues, *, loudness_lufs: float | None) -> dict[str, float | None]:
    value = {name: float(descriptors.values[i]) for name, i in _AT.items()}
    pulse = float(np.clip(descriptors.rhythm.clarity, 0, 1))
    tempo_octaves = math.log2(descriptors.rhythm.tempo_bpm / USUAL_BPM)
    dance_tempo = math.exp(-0.5 * (tempo_octaves / 0.4) ** 2) if pulse > 0 else 0.0
    syllables = value["modulation_3.2_5_hz"] + value["modulation_5_8_hz"]
    brightness = value["centroid_mean"] / 1000
    activity = value["flux_mean"]
    return {
        "danceability": 0.5 * pulse + 0.3 * value["pulse_clarity_low"] + 0.2 * dance_tempo,
        "energy": None
        if loudness_lufs is None
        else _logistic_function(0.25 * (loudness_lufs + 14) + 0.5 * (brightness - 2) + 3 * (activity - 0.4)),
        "acousticness": _logistic_function(
            -1.4 * (brightness - 1.7) - 5 * (activity - 0.45) - 10 * (value["spectral_entropy_mean"] - 0.5)
        ),
        "instrumentalness": _logistic_function(-10 * (value["vibrato_share"] - 0.05) - 8 * (syllables - 0.3)),
        "valence": _logistic_function(
            2 * descriptors.tonality.mode + 3 * (pulse - 0.3) + 0.8 * tempo_octaves + 0.4 * (value["onset_rate"] - 3)
        ),
    }


def _logistic_function(x: float) -> float:
    return 1 / (1 + math.exp(-max(min(x, 30.0), -30.0)))
