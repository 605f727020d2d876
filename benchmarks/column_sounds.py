"""What the learned columns say of recordings that nothing is learned from. No benchmark of its own.

- Pieces of a folder that are known: one is sung, the others have no voice.
- Recorded speech, joined to 30 s.
- Clips with applause over them: `liveness` is not given, and these figures say why.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from benchmarks.synthetic_signals import SR, Rng, Signal
from services.featurizer.analysis import analyse_clip
from services.featurizer.audio.decode import open_clip
from services.featurizer.learned_columns.computation import compute_named_score, compute_speechiness
from services.featurizer.learned_columns.weights import load_weights
from services.featurizer.spectral.mel import resample_signal
from services.featurizer.taggers.computation import compute_tagger_outputs
from shared.arrays import Floats
from shared.domain.features import FeatureSpec
from shared.domain.taggers import MUSICNN, YAMNET, TaggerSpec
from shared.metrics.ranking import roc_auc

SUNG = {"Karissa_Hobbs_-_Lets_Go_Fishin"}
"""Of the pieces of `audio_open`, as their text files say: the others are instrumental."""
LEAST_SPEECH, LEAST_LIVENESS_AREA = 0.66, 0.9
N_SPEECH, N_MIXED = 50, 40
SNR_DB = (0, 10, 20)
"""How far the applause is below the music."""
_DURATION_S, _END_S = 30.0, 6.0
_SUFFIXES = (".wav", ".ogg", ".flac")


def measure(
    *, open_pieces: Path | None, speech: Path | None, applause: Path | None, train: Path
) -> dict[str, dict[str, Any]]:
    """Figures of the folders that are given."""
    sounds: dict[str, dict[str, Any]] = {}
    if open_pieces:
        sounds["open pieces"] = _measure_pieces(_audio_below(open_pieces))
    if speech:
        paths = _audio_below(speech)
        values = [_speechiness_of(_join_recordings(np.random.default_rng(i), paths)) for i in range(N_SPEECH)]
        above = float((np.array(values) > LEAST_SPEECH).mean())
        sounds["speech"] = {"n": N_SPEECH, "least": min(values), "median": float(np.median(values)), "above": above}
    if applause:
        sounds["applause over clips"] = _measure_applause(_audio_below(applause), _audio_below(train))
    return sounds


def compare_with_goals(sounds: Mapping[str, Mapping[str, Any]]) -> dict[str, bool]:
    """Which goals are reached, of those that were measured. Liveness is none: it is null."""
    reached = {}
    if "speech" in sounds:
        reached["speechiness of speech"] = sounds["speech"]["above"] == 1
    if "open pieces" in sounds:
        pieces = sounds["open pieces"]["instrumentalness"]
        reached["instrumentalness of pieces"] = all((value < 0.5) == (name in SUNG) for name, value in pieces.items())
    return reached


def _measure_pieces(paths: Sequence[Path]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {"instrumentalness": {}, "speechiness": {}}
    for path in paths:
        taggers = (MUSICNN, YAMNET)
        outputs = analyse_clip(path, spec=FeatureSpec(), wanted=(), taggers=taggers).tagger_outputs
        named = {name: value for one in taggers for name, value in _named(one, outputs[one.name]).items()}
        found["instrumentalness"][path.stem] = compute_named_score(
            load_weights().named_scores["instrumentalness"], named
        )
        found["speechiness"][path.stem] = compute_speechiness(named)
    return found


def _measure_applause(applause: Sequence[Path], clips: Sequence[Path]) -> dict[str, Any]:
    """ROC AUC of the largest of `crowd` at the start, at the end and throughout, against the clips as they are."""
    rng = np.random.default_rng(0)
    sounds = [_read(path) for path in applause]
    chosen = [_read(clips[i])[: round(_DURATION_S * SR)] for i in rng.choice(len(clips), N_MIXED, replace=False)]
    plain = [_crowd(_named(YAMNET, _tag(y))) for y in chosen]
    areas, every = {}, []
    for snr_db in SNR_DB:
        for place, cut in _PLACES.items():
            mixed = [
                _crowd(_named(YAMNET, _tag(_add_below(y, cut(sound, y.size, i), snr_db))))
                for i, y in enumerate(chosen)
                for sound in sounds
            ]
            areas[f"{place}, {snr_db} dB below"] = _area_between(plain, mixed)
            every += mixed
    return {"all": _area_between(plain, every), **areas}


def _at_one_end(sound: Signal, n: int, number: int) -> Signal:
    y = np.zeros(n, dtype=np.float32)
    edge = min(round(_END_S * SR), n)
    place = slice(n - edge, n) if number % 2 else slice(0, edge)
    y[place] = np.resize(sound, edge)
    return y


def _throughout(sound: Signal, n: int, _: int) -> Signal:
    return np.resize(sound, n)


_PLACES: Mapping[str, Callable[[Signal, int, int], Signal]] = {"at one end": _at_one_end, "throughout": _throughout}


def _add_below(y: Signal, other: Signal, snr_db: float) -> Signal:
    """`other` below `y` by so much, both measured where `other` is not silent."""
    is_there = other != 0
    ratio = np.sqrt(np.mean(y**2) / max(float(np.mean(other[is_there] ** 2)), 1e-12)) * 10 ** (-snr_db / 20)
    mixed: Signal = (y + ratio * other).astype(np.float32)
    return mixed


def _crowd(named: Mapping[str, float]) -> float:
    return max(named[f"yamnet_event_crowd_{statistic}"] for statistic in ("mean", "first", "last"))


def _area_between(low: Sequence[float], high: Sequence[float]) -> float:
    scores: Floats = np.array([*low, *high])
    has = np.arange(len(scores)) >= len(low)
    return float(roc_auc(scores, has, np.ones(len(scores))))


def _speechiness_of(y: Signal) -> float:
    return compute_speechiness(_named(YAMNET, _tag(y)))


def _tag(y: Signal) -> Floats:
    return compute_tagger_outputs(y, sr_native=SR, taggers=(YAMNET,))["yamnet"].astype(np.float64)


def _named(spec: TaggerSpec, values: Any) -> dict[str, float]:
    return dict(zip(spec.value_names, values.tolist(), strict=True))


def _join_recordings(rng: Rng, paths: Sequence[Path]) -> Signal:
    """Recordings in any order with .2 to .6 s between them, about 30 s."""
    parts: list[Signal] = []
    while sum(part.size for part in parts) < _DURATION_S * SR:
        y, sr = soundfile.read(paths[int(rng.integers(len(paths)))], dtype="float32")
        parts += [resample_signal(y, sr_native=sr, sr=SR), np.zeros(int(rng.uniform(0.2, 0.6) * SR), dtype=np.float32)]
    return np.concatenate(parts)[: round(_DURATION_S * SR)]


def _read(path: Path) -> Signal:
    clip = open_clip(path, reach_s=60.0, silence_dbfs=-70.0)
    return resample_signal(clip.y, sr_native=clip.sr_native, sr=SR)


def _audio_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in (*_SUFFIXES, ".mp3"))
