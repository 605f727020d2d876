"""What the computed catalogue columns say: their distributions over real clips, and whether key and metre are honest.

Keys are asked of synthesised sounds: noises and drums have none, tonal pieces have one that is known. So are bars of
three and four beats. Where the tables of the talk lie beside the clips, Spotify's distributions stand beside ours; it
has no audio for those, so nothing is compared track by track.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.synthetic_signals import SR, Rng, Signal, bars, coloured_noise, drums, tonal_piece
from services.featurizer.analysis import analyse_clip
from services.featurizer.catalogue import compute_catalogue
from services.featurizer.descriptors import compute_descriptors
from services.featurizer.spectral.spectra import compute_spectra
from shared.domain.catalogue import COMPUTED_COLUMNS, COMPUTED_INPUTS
from shared.domain.features import FeatureSpec
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import PermanentError

Columns = dict[str, float | None]

DATA_FILES = ("audio_4q", "audio_open", "**/*.*")
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_SUFFIXES = {".mp3", ".ogg", ".flac", ".wav", ".m4a"}
_MOST_NOISES_WITH_A_KEY = 0.01
"""The mean over the kinds of noise."""
_LEAST_TONAL_WITH_A_KEY = 0.95
_LEAST_TRACKS_READ = 0.99
N_EACH = 40

NOISES: dict[str, Callable[[Rng], Signal]] = {
    f"{name} noise, {duration_s} s": partial(coloured_noise, decay_db_per_octave=decay, duration_s=duration_s)
    for name, decay in (("white", 0.0), ("pink", -3.0), ("brown", -6.0))
    for duration_s in (6, 30)
}
_TONAL: dict[str, dict[str, Any]] = {
    "tonal": {},
    "tonal with drums": {"with_drums": True},
    "tonal in noise, 10 dB": {"snr_db": 10.0},
    "tonal in noise, 0 dB": {"snr_db": 0.0},
}


def run(*, data: Path) -> dict[str, object]:
    """Figures of the clips below `data`/audio_4q and `data`/audio_open, or below `data`, and of synthesised sounds."""
    folders = [data / name for name in ("audio_4q", "audio_open") if (data / name).is_dir()] or [data]
    clips = {folder.name: columns_of_files(_audio_below(folder)) for folder in folders}
    distributions = {name: distribution(rows) for name, rows in clips.items()}
    if (data / "spotify_moods").is_dir():
        distributions["spotify"] = distribution(_spotify_rows(data / "spotify_moods"))
    keys, metres = key_figures(), metre_figures()
    noises = sum(keys[name]["with_key"] for name in NOISES) / len(NOISES)
    tonal = min(keys[name]["with_key"] for name in _TONAL)
    read = min(share_read(rows) for rows in clips.values())
    return {
        "ok": noises <= _MOST_NOISES_WITH_A_KEY and tonal >= _LEAST_TONAL_WITH_A_KEY and read >= _LEAST_TRACKS_READ,
        "summary": _summary(distributions, keys, metres),
        "distributions": distributions,
        "keys": keys,
        "metres": metres,
        "share_read_by_models": read,
    }


def distribution(rows: Sequence[Columns]) -> dict[str, dict[str, Any]]:
    """By column: the share that is null, and the quantiles `_QUANTILES` of the others."""
    found = {}
    for name in COMPUTED_COLUMNS:
        values = [row[name] for row in rows if row.get(name) is not None]
        quantiles = np.quantile(np.array(values, dtype=np.float64), _QUANTILES).tolist() if values else None
        found[name] = {"n": len(rows), "null": 1 - len(values) / max(len(rows), 1), "quantiles": quantiles}
    return found


def share_read(rows: Sequence[Columns]) -> float:
    """How many of the clips have every column that a model of computed values reads."""
    return sum(all(row[name] is not None for name in COMPUTED_INPUTS) for row in rows) / max(len(rows), 1)


def columns_of_files(paths: Sequence[Path]) -> list[Columns]:
    """The computed columns of those of the files that can be analysed."""
    with ProcessPoolExecutor() as pool:
        rows = list(pool.map(_columns_of_file, paths, chunksize=4))
    return [row for row in rows if row is not None]


def columns_of(y: Signal) -> Columns:
    """The computed columns of a signal at `SR` Hz; its loudness is not measured."""
    found = compute_catalogue(
        compute_descriptors(compute_spectra(y, sr=SR)), duration_s=y.size / SR, loudness_lufs=-14.0, loudness_dbfs=-17.0
    )
    return {value.name: value.value for value in found}


def key_figures() -> dict[str, dict[str, float]]:
    """By kind of sound: the share that gets a key, and of tonal ones the share whose key and mode are right."""
    found = {name: {"with_key": _share_with_key(map(make, _generators()))} for name, make in NOISES.items()}
    found["drums"] = {"with_key": _share_with_key(drums(rng, duration_s=30) for rng in _generators())}
    return found | {name: _tonal_figures(options) for name, options in _TONAL.items()}


def metre_figures() -> dict[str, dict[str, float]]:
    """By beats a bar, with and without drums: the shares that are answered with 3, with 4 and not at all."""
    found = {}
    for beats in (3, 4):
        for with_drums in (False, True):
            answers = [
                columns_of(bars(rng, duration_s=30, beats=beats, with_drums=with_drums))["time_signature"]
                for rng in _generators()
            ]
            name = f"{beats} beats{' with drums' if with_drums else ''}"
            found[name] = {str(answer): answers.count(answer) / len(answers) for answer in (3.0, 4.0, None)}
    return found


def _tonal_figures(options: dict[str, Any]) -> dict[str, float]:
    n_with_key = n_right = 0
    for seed, rng in enumerate(_generators()):
        tonic, is_minor = seed % 12, seed % 2 == 1
        columns = columns_of(tonal_piece(rng, duration_s=30, tonic=tonic, is_minor=is_minor, **options))
        n_with_key += columns["key"] is not None
        n_right += (columns["key"], columns["mode"]) == (tonic, float(not is_minor))
    return {"with_key": n_with_key / N_EACH, "right": n_right / N_EACH}


def _share_with_key(signals: Iterable[Signal]) -> float:
    return sum(columns_of(y)["key"] is not None for y in signals) / N_EACH


def _generators() -> list[Rng]:
    return [np.random.default_rng(seed) for seed in range(N_EACH)]


def _columns_of_file(path: Path) -> Columns | None:
    try:
        analysis = analyse_clip(path, spec=FeatureSpec(), wanted={"catalogue"})
    except PermanentError:
        return None
    return {value.name: value.value for value in analysis.catalogue}


def _audio_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)


def _spotify_rows(folder: Path) -> list[Columns]:
    rows = []
    for path in sorted(folder.glob("*_no_duplicates.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += [{name: _number(row.get(name)) for name in CATALOGUE_COLUMNS} for row in csv.DictReader(file)]
    return rows


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _summary(
    distributions: dict[str, dict[str, dict[str, Any]]],
    keys: dict[str, dict[str, float]],
    metres: dict[str, dict[str, float]],
) -> str:
    lines = ["| clips | column | null | 5 % | 25 % | median | 75 % | 95 % |", "|---|---|---|---|---|---|---|---|"]
    for clips, columns in distributions.items():
        for name, found in columns.items():
            quantiles = found["quantiles"] or ["–"] * len(_QUANTILES)
            shown = [value if isinstance(value, str) else f"{value:.3g}" for value in quantiles]
            lines.append(f"| {clips} ({found['n']}) | {name} | {found['null']:.1%} | {' | '.join(shown)} |")
    lines += ["", f"| {N_EACH} each | get a key | key and mode right |", "|---|---|---|"]
    for name, shares in keys.items():
        right = f"{shares['right']:.0%}" if "right" in shares else "–"
        lines.append(f"| {name} | {shares['with_key']:.0%} | {right} |")
    lines += ["", f"| bars of, {N_EACH} each | answered 3 | answered 4 | null |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {' | '.join(f'{share:.0%}' for share in shares.values())} |" for name, shares in metres.items()
    ]
    return "\n".join(lines)
