"""The Spotify-style columns, from one's own audio.

Tempo, key, mode, time signature, loudness and length are measured. The other seven are known only by what Spotify said
of them in a sentence each: what stands here are formulas of our own, `proxy`, in the same range and direction, made
from descriptors by logistic curves with weights set by hand. They are not Spotify's numbers and do not claim to be.
A value is null where its cue is missing: a tempo without a pulse, a key without notes.
"""

import math

import numpy as np

from services.featurizer.descriptors import DESCRIPTORS, Description
from services.featurizer.descriptors.rhythm import USUAL_BPM
from shared.domain.catalogue import COMPUTED_COLUMNS, CatalogueValue, Status

_AT = {descriptor.name: i for i, descriptor in enumerate(DESCRIPTORS)}
_LEAST_PULSE = 0.12
_LEAST_KEY = 0.35
_MEASURED = {"key", "mode", "loudness", "loudness_dbfs", "tempo", "time_signature", "duration_ms"}


def catalogue(
    of: Description, *, duration_s: float, loudness_lufs: float | None, loudness_dbfs: float | None
) -> tuple[CatalogueValue, ...]:
    """The `COMPUTED_COLUMNS` of a clip of `duration_s` whose descriptor window is described by `of`."""
    found = {
        "duration_ms": float(round(1000 * duration_s)),
        "loudness": loudness_lufs,
        "loudness_dbfs": loudness_dbfs,
        **_pulse(of),
        **_key(of),
        **_proxies(of, loudness_lufs=loudness_lufs),
    }
    return tuple(_valued(name, found[name]) for name in COMPUTED_COLUMNS)


def _valued(name: str, value: float | None) -> CatalogueValue:
    if value is None:
        return CatalogueValue(name=name, value=None, status=Status.NULL)
    return CatalogueValue(name=name, value=value, status=Status.MEASURED if name in _MEASURED else Status.PROXY)


def _pulse(of: Description) -> dict[str, float | None]:
    """Tempo in BPM and beats a bar (3 or 4; others are not told apart), where there is a pulse."""
    if of.rhythm.clarity < _LEAST_PULSE:
        return {"tempo": None, "time_signature": None}
    duple, triple = (float(of.values[_AT[name]]) for name in ("duple_strength", "triple_strength"))
    return {"tempo": of.rhythm.tempo_bpm, "time_signature": 3.0 if triple > duple + 0.05 else 4.0}


def _key(of: Description) -> dict[str, float | None]:
    """Pitch class of the tonic (0 is C) and 1 for major, 0 for minor, where some key fits."""
    if of.tonality.strength < _LEAST_KEY:
        return {"key": None, "mode": None}
    return {"key": float(of.tonality.key), "mode": 1.0 if of.tonality.mode >= 0 else 0.0}


def _proxies(of: Description, *, loudness_lufs: float | None) -> dict[str, float | None]:
    value = {name: float(of.values[i]) for name, i in _AT.items()}
    pulse = float(np.clip(of.rhythm.clarity, 0, 1))
    tempo_octaves = math.log2(of.rhythm.tempo_bpm / USUAL_BPM)
    dance_tempo = math.exp(-0.5 * (tempo_octaves / 0.4) ** 2) if pulse > 0 else 0.0
    syllables = value["modulation_3.2_5_hz"] + value["modulation_5_8_hz"]
    brightness = value["centroid_mean"] / 1000
    activity = value["flux_mean"]
    return {
        "danceability": 0.5 * pulse + 0.3 * value["pulse_clarity_low"] + 0.2 * dance_tempo,
        "energy": None
        if loudness_lufs is None
        else _logistic(0.25 * (loudness_lufs + 14) + 0.5 * (brightness - 2) + 3 * (activity - 0.4)),
        "speechiness": _logistic(
            12 * (syllables - 0.35) - 5 * (pulse - 0.2) - 6 * (value["salience_share_mean"] / 8 - 1)
        ),
        "acousticness": _logistic(
            -1.4 * (brightness - 1.7) - 5 * (activity - 0.45) - 10 * (value["spectral_entropy_mean"] - 0.5)
        ),
        "instrumentalness": _logistic(-10 * (value["vibrato_share"] - 0.05) - 8 * (syllables - 0.3)),
        "liveness": _logistic(6 * (value["flatness_p10"] - 0.1) - 0.3 * (value["decay_mean"] - 6) - 2),
        "valence": _logistic(
            2 * of.tonality.mode + 3 * (pulse - 0.3) + 0.8 * tempo_octaves + 0.4 * (value["onset_rate"] - 3)
        ),
    }


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(min(x, 30.0), -30.0)))
