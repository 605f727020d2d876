"""Does the acoustic fingerprint find the same recording in another encoding, and nothing else?

Every clip of audio_4q is written as MP3 (64 kbit/s), Vorbis and AAC, trimmed by a second, with 6 dB less, and all three
at once; each copy is looked up among all clips. Excerpts of 30 s are looked up among whole songs. Different clips are
compared at every offset, and recordings that are nearly the same are compared one with the other.
"""

import argparse
import itertools
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fingerprint_audio import CODECS, Signal, encode, nearly_the_same, quieter, trimmed
from services.featurizer.audio.decode import open_clip
from services.featurizer.fingerprint import compute_fingerprint
from shared.domain.features import FingerprintSpec
from shared.fingerprints.matching import (
    BITS,
    GROUP,
    LEAST_WORDS,
    SAME_RECORDING,
    STEADY,
    Fingerprint,
    FingerprintMatch,
    align_fingerprints,
    lookup_keys,
)

DATA_FILES = ("audio_4q/audio",)
SPEC = FingerprintSpec()
SEED = 7
_LEAST_FOUND = {"one change": 0.99, "all at once": 0.98, "excerpt": 0.95}
_N_JOINED = 8
"""Clips that make a song of four minutes."""
_EXCERPT_S = 30
_N_MOST_SHARED = 32
"""As the store does: tracks with the most keys in common are compared."""
_TAIL_SHARE = 0.01
_N_ALL_PAIRS = 1e10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which clips, and how many pairs are compared at every offset."""
    parser.add_argument("--clips", type=int, default=10_000, help="the first so many clips only")
    parser.add_argument("--pairs", type=int, default=60_000, help="pairs of different clips compared at every offset")


class Library:
    """Fingerprints by name, and an inverted index of their keys."""

    def __init__(self) -> None:
        self.fingerprints: dict[str, Fingerprint] = {}
        self._names_of_key: defaultdict[int, list[str]] = defaultdict(list)

    def add(self, name: str, made: Fingerprint) -> None:
        """Take a fingerprint in."""
        self.fingerprints[name] = made
        for key in lookup_keys(made.words).tolist():
            self._names_of_key[key].append(name)

    def search(self, query: Fingerprint) -> dict[str, FingerprintMatch]:
        """What shares a key with `query`, compared."""
        shared = Counter(name for key in lookup_keys(query.words).tolist() for name in self._names_of_key.get(key, ()))
        matches = {
            name: align_fingerprints(self.fingerprints[name], query) for name, _ in shared.most_common(_N_MOST_SHARED)
        }
        return {name: match for name, match in matches.items() if match is not None}


def run(*, data: Path, clips: int, pairs: int) -> dict[str, Any]:
    """All figures; `ok` if every target is reached."""
    paths = sorted((data / "audio_4q" / "audio").glob("*.mp3"))[:clips]
    decoded = {path.stem: _decode(path) for path in paths}
    library = Library()
    for name, (y, sr) in decoded.items():
        library.add(name, compute_fingerprint(y, sr_native=sr, spec=SPEC))
    copies = _copies(decoded, library)
    excerpts = _excerpts(decoded, data / "audio_open")
    different = _different(library, pairs)
    hard = _hard([decoded[name] for name in list(decoded)[:: max(1, len(decoded) // 10)][:10]])
    result = {"copies": copies, "excerpts": excerpts, "different": different, "hard": hard, "cost": _cost(decoded)}
    true_worst = max(row["bit_error_rate"]["max"] for row in copies.values())
    return {"ok": _is_ok(result), "summary": _summary(result, true_worst, n=len(decoded)), **result}


def _decode(path: Path) -> tuple[Signal, int]:
    clip = open_clip(path, reach_s=SPEC.max_span_s)
    return clip.y.astype(np.float16).astype(np.float32), clip.sr_native


def _copies(decoded: dict[str, tuple[Signal, int]], library: Library) -> dict[str, Any]:
    rows: defaultdict[str, list[tuple[FingerprintMatch | None, dict[str, FingerprintMatch]]]] = defaultdict(list)
    rng = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as folder:
        for name, (y, sr) in decoded.items():
            if not library.fingerprints[name].is_comparable:
                continue
            for how, (copy, rate) in _copies_of(y, sr, rng=rng, folder=Path(folder)):
                found = library.search(compute_fingerprint(copy, sr_native=rate, spec=SPEC))
                rows[how].append((found.pop(name, None), found))
    return {how: _row(found) for how, found in rows.items()}


def _copies_of(
    y: Signal, sr: int, *, rng: np.random.Generator, folder: Path
) -> Iterable[tuple[str, tuple[Signal, int]]]:
    shorter = trimmed(y, sr=sr, rng=rng)
    yield "trimmed", (shorter, sr)
    yield "6 dB less", (quieter(y), sr)
    for codec in CODECS:
        yield codec, _decode(encode(y, sr=sr, codec=codec, path=folder / f"copy.{codec}"))
        both = encode(quieter(shorter), sr=sr, codec=codec, path=folder / f"all.{codec}")
        yield f"{codec}, trimmed, 6 dB less", _decode(both)


def _row(found: list[tuple[FingerprintMatch | None, dict[str, FingerprintMatch]]]) -> dict[str, Any]:
    matches = [match for match, _ in found if match is not None]
    others = [match for _, rest in found for match in rest.values()]
    figures = {
        name: dict(
            zip(
                ("median", "p99", "max"),
                np.quantile([getattr(match, name) for match in matches], [0.5, 0.99, 1]).round(4).tolist(),
                strict=True,
            )
        )
        for name in ("bit_error_rate", "level_deviation_db")
    }
    return {
        "n": len(found),
        "compared": round(len(matches) / len(found), 4),
        "group": round(sum(GROUP.is_met_by(match) for match in matches) / len(found), 4),
        "same_recording": round(sum(SAME_RECORDING.is_met_by(match) for match in matches) / len(found), 4),
        "n_wrong": sum(GROUP.is_met_by(match) for match in others),
        **figures,
    }


def _excerpts(decoded: dict[str, tuple[Signal, int]], folder: Path) -> dict[str, Any]:
    pieces = {path.stem: _decode(path) for path in sorted(folder.glob("*.ogg"))}
    songs = {name: (y, sr) for name, (y, sr) in pieces.items() if y.size > _EXCERPT_S * sr}
    by_rate: defaultdict[int, list[Signal]] = defaultdict(list)
    for y, sr in decoded.values():
        by_rate[sr].append(y)
    for sr, signals in by_rate.items():
        for start in range(0, len(signals) - _N_JOINED + 1, _N_JOINED):
            songs[f"joined {sr} {start}"] = (np.concatenate(signals[start : start + _N_JOINED]), sr)
    library = Library()
    for name, (y, sr) in songs.items():
        library.add(name, compute_fingerprint(y, sr_native=sr, spec=SPEC))
    rng = np.random.default_rng(SEED)
    rows = []
    with tempfile.TemporaryDirectory(prefix="mer-bench-") as temporary:
        for name, (y, sr) in songs.items():
            last = y.size - _EXCERPT_S * sr
            for _ in range(4 if name.startswith("joined") else 10):
                start = int(rng.integers(last))
                cut = y[start : start + _EXCERPT_S * sr]
                copy, rate = _decode(encode(cut, sr=sr, codec="mp3", path=Path(temporary) / "excerpt.mp3"))
                found = library.search(compute_fingerprint(copy, sr_native=rate, spec=SPEC))
                rows.append((found.pop(name, None), found))
    return {"n_songs": len(songs), **_row(rows)}


def _different(library: Library, n_pairs: int) -> dict[str, Any]:
    """Pairs of different clips: a sample at every offset, all of them as the store looks them up."""
    names = [name for name, made in library.fingerprints.items() if made.is_comparable]
    every = list(itertools.combinations(names, 2))
    rng = np.random.default_rng(SEED)
    chosen = rng.permutation(len(every))[:n_pairs]
    rates = np.array([_least_rate(*(library.fingerprints[name].words for name in every[index])) for index in chosen])
    met: dict[str, list[list[str]]] = {"group": [], "same_recording": []}
    for name in names:
        for other, match in library.search(library.fingerprints[name]).items():
            for what, threshold in (("group", GROUP), ("same_recording", SAME_RECORDING)):
                if name < other and threshold.is_met_by(match):
                    met[what].append([name, other])
    edge = float(np.quantile(rates, _TAIL_SHARE))
    below = rates[rates < edge]
    scale = float(np.mean(edge - below)) if below.size else 0.0
    return {
        "n_clips": len(names),
        "n_pairs": len(every),
        "n_at_every_offset": len(chosen),
        "least_bit_error_rate": round(float(rates.min()), 4),
        "most_similar": list(every[chosen[int(rates.argmin())]]),
        "median_bit_error_rate": round(float(np.median(rates)), 4),
        "tail": {"below": round(edge, 4), "mean_excess": round(scale, 5)},
        "expected_in_1e10": {
            name: float(_N_ALL_PAIRS * _TAIL_SHARE * np.exp(-(edge - threshold.bit_error_rate) / scale))
            for name, threshold in (("group", GROUP), ("same_recording", SAME_RECORDING))
        },
        "met": met,
    }


def _least_rate(one: np.ndarray, other: np.ndarray) -> float:
    """The least bit error rate over all offsets at which half of the shorter one overlaps."""
    least = max(LEAST_WORDS, min(one.size, other.size) // 2)
    pad = one.size - least
    padded = np.concatenate([np.zeros(pad, np.uint32), other, np.zeros(pad, np.uint32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, one.size)
    is_compared = (windows != STEADY) & (one != STEADY)
    n_compared = is_compared.sum(axis=1)
    n_wrong = (np.bitwise_count(windows ^ one) * is_compared).sum(axis=1, dtype=np.int64)
    return float(np.min(n_wrong / (BITS * np.maximum(n_compared, 1)), where=n_compared >= least, initial=1.0))


def _hard(clips: list[tuple[Signal, int]]) -> dict[str, Any]:
    """Recordings that are nearly the same. Levels are looked at where they are aligned best."""
    rows: defaultdict[str, list[tuple[float, FingerprintMatch | None]]] = defaultdict(list)
    for what, *ends in nearly_the_same(clips):
        one, other = (compute_fingerprint(y, sr_native=sr, spec=SPEC) for y, sr in ends)
        rate = _least_rate(one.words, other.words) if one.is_comparable and other.is_comparable else 1.0
        rows[what].append((rate, align_fingerprints(one, other) if rate < 1 else None))
    return {
        what: {
            "n": len(found),
            "n_without_fingerprint": sum(rate == 1.0 for rate, _ in found),
            "least_bit_error_rate": round(min(rate for rate, _ in found), 4),
            "least_level_deviation_db_of_close": min(
                (round(match.level_deviation_db, 2) for _, match in found if match and match.bit_error_rate <= 0.3),
                default=None,
            ),
            "n_group": sum(match is not None and GROUP.is_met_by(match) for _, match in found),
            "n_same_recording": sum(match is not None and SAME_RECORDING.is_met_by(match) for _, match in found),
        }
        for what, found in rows.items()
    }


def _cost(decoded: dict[str, tuple[Signal, int]]) -> dict[str, float]:
    y, sr = max(decoded.values(), key=lambda one: one[0].size)
    song = np.resize(y, 240 * sr)
    started = time.process_time()
    made = compute_fingerprint(song, sr_native=sr, spec=SPEC)
    return {
        "seconds_for_four_minutes": round(time.process_time() - started, 3),
        "bytes_for_four_minutes": made.words.nbytes + made.levels.nbytes + lookup_keys(made.words).nbytes,
    }


def _is_ok(result: dict[str, Any]) -> bool:
    found = all(
        row["same_recording"] >= _LEAST_FOUND["all at once" if "," in how else "one change"] and not row["n_wrong"]
        for how, row in result["copies"].items()
    )
    excerpts = result["excerpts"]
    none_met = not any(result["different"]["met"].values()) and not any(
        row["n_group"] or row["n_same_recording"] for row in result["hard"].values()
    )
    tail = all(number < 1 for number in result["different"]["expected_in_1e10"].values())
    return found and excerpts["group"] >= _LEAST_FOUND["excerpt"] and not excerpts["n_wrong"] and none_met and tail


def _summary(result: dict[str, Any], worst: float, *, n: int) -> str:
    copies, excerpts, different = result["copies"], result["excerpts"], result["different"]
    head = (
        "copy",
        "n",
        "group",
        "same recording",
        "bit error rate median / 99 % / most",
        "level dB 99 % / most",
        "wrong",
    )
    lines = [
        f"{n} clips; the least similar true pair has a bit error rate of {worst}",
        "",
        _line(head),
        _line(["---"] * len(head)),
    ]
    for how, row in [*copies.items(), (f"excerpt of 30 s, {excerpts['n_songs']} songs", excerpts)]:
        ber, level = row["bit_error_rate"], row["level_deviation_db"]
        lines.append(
            _line(
                [
                    how,
                    row["n"],
                    row["group"],
                    row["same_recording"],
                    f"{ber['median']} / {ber['p99']} / {ber['max']}",
                    f"{level['p99']} / {level['max']}",
                    row["n_wrong"],
                ]
            )
        )
    head = (
        "nearly the same",
        "n",
        "no fingerprint",
        "least bit error rate",
        "least level dB where ≤ .3",
        "group",
        "same recording",
    )
    lines += ["", _line(head), _line(["---"] * len(head))]
    lines += [_line([what, *row.values()]) for what, row in result["hard"].items()]
    reached = (
        f"different clips: {different['n_at_every_offset']} of {different['n_pairs']} pairs at every offset, "
        f"least bit error rate {different['least_bit_error_rate']}, median {different['median_bit_error_rate']}; "
        f"expected among 10^10 pairs: {different['expected_in_1e10']}; reached: {different['met']}"
    )
    return "\n".join([*lines, "", reached, f"cost: {result['cost']}"])


def _line(cells: Iterable[Any]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"
