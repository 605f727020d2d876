"""What is no music is found, and music is not refused: seven families of sounds, and real music beside them.

    python -m benchmarks not_music --data DIR [--speech DIR] [--music-on-hold DIR] --json FILE

`--data` holds `audio_4q` and `audio_open`. Speech and music on hold are Debian's, under CC BY-SA; `espeak-ng` is
needed:

    apt-get install espeak-ng asterisk-core-sounds-{en,es,fr,it,ru}-wav asterisk-moh-opsound-wav

The two thresholds are fitted to music alone, in folds by artist: no family takes part in any fit, so each is found by
thresholds that never saw it.
"""

import argparse
import csv
import os
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.arguments import existing_path
from benchmarks.artists import artist_groups
from benchmarks.not_music_audio import (
    MUSIC_LIKE,
    SYNTHESISED,
    degrade_speech,
    join_prompts,
    speak_over,
)
from benchmarks.synthetic_signals import SR, Rng, Signal
from services.featurizer.audio import excerpts
from services.featurizer.audio.decode import open_clip
from services.featurizer.spectral.mel import resample_signal
from services.featurizer.taggers.yamnet import (
    MUSIC_THRESHOLD,
    find_music_windows,
    run_windows,
    summarise_windows,
)
from shared.domain.content_kind import LEAST_DISPERSION, LEAST_MUSIC_SHARE, find_content_kind
from shared.domain.dataset import assign_fold
from shared.domain.features import FeatureSpec
from shared.domain.taggers import YAMNET

DEBIAN_SPEECH, DEBIAN_MUSIC = "/usr/share/asterisk/sounds", "/usr/share/asterisk/moh"
"""Where these packages put them."""
DATA_FILES = ("audio_4q/tracks.csv",)
N_FOLDS = 5
_SEED = 2026
_N_SPEECH, _N_DEGRADED = 50, 50
_NOT_SURELY_MUSIC = "Comedy/Spoken"
_EASILY_REFUSED = ("Avant-Garde", "New Age", "Rap", "Vocal")
"""Genres with noise, drones, speech and singing alone."""
_GRID = tuple(round(0.05 * n, 2) for n in range(1, 13))
"""Thresholds of a window that are tried."""
_PART_OF_LOWEST = 0.44
"""Of the lowest dispersion of a training clip: excerpts of six seconds of the same clips come down to .48 of it."""
_LEAST_ITEMS = 200
_LEAST_FOUND, _LEAST_OF_FAMILY, _LEAST_LEFT_OUT, _MOST_REFUSED = 0.98, 0.9, 0.8, 0.005


@dataclass(frozen=True, kw_only=True)
class HeardItem:
    """What the rule reads of one sound, for every threshold of a window."""

    shares: tuple[float, ...]
    """Of windows that hold music, by `_GRID`."""
    dispersion: float
    kind: str | None
    """By the rule as it is shipped."""

    def is_refused(self, threshold: float, least_dispersion: float) -> bool:
        """Whether it is no music by these thresholds."""
        return self.shares[_GRID.index(threshold)] < LEAST_MUSIC_SHARE or self.dispersion < least_dispersion


@dataclass(frozen=True, kw_only=True)
class HeardClip:
    """A clip of music, in the fold of its artist."""

    heard: HeardItem
    genres: str
    fold: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument(
        "--speech", type=existing_path, default=DEBIAN_SPEECH, help="recorded prompts, a folder a speaker"
    )
    parser.add_argument("--music-on-hold", type=existing_path, default=DEBIAN_MUSIC, help="recordings")


def run(*, data: Path, speech: Path, music_on_hold: Path) -> dict[str, Any]:
    """`ok` if every goal is reached."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        families = _hear_families(pool, _list_families(speech))
        pieces = sorted(music_on_hold.glob("*.wav"))
        music_like = _hear_families(pool, {**MUSIC_LIKE, "speech over music": (12, _speech_over(speech, pieces))})
        clips = _hear_clips(pool, data / "audio_4q")
        music = {
            "audio_open": list(pool.map(_hear_file, sorted((data / "audio_open").glob("*.ogg")))),
            "music on hold": list(pool.map(_hear_file, pieces)),
        }
    everything = [item for items in families.values() for item in items]
    fitted = [fit_thresholds([clip.heard for clip in clips if clip.fold != fold]) for fold in range(N_FOLDS)]
    figures: dict[str, Any] = {
        "n_items": len(everything),
        "found": share_not_music(everything),
        "families": {name: _measure_family(items, fitted) for name, items in families.items()},
        "n_clips": len(clips),
        "refused": {
            "4Q, thresholds of other artists": sum(clip.heard.is_refused(*fitted[clip.fold]) for clip in clips)
            / len(clips),
            "4Q, as shipped": share_not_music([clip.heard for clip in clips]),
            **{
                f"4Q, {genre}": share_not_music([clip.heard for clip in clips if genre in clip.genres])
                for genre in _EASILY_REFUSED
            },
            **{name: share_not_music(items) for name, items in music.items()},
        },
        "taken_for_music": {name: 1 - share_not_music(items) for name, items in music_like.items()},
        "thresholds": [{"window": window, "dispersion": dispersion} for window, dispersion in fitted],
        "shipped": {"window": MUSIC_THRESHOLD, "dispersion": LEAST_DISPERSION},
    }
    reached = _compare_with_goals(figures)
    return {"ok": all(reached.values()), "summary": _summarise(figures, reached), "reached": reached, **figures}


def share_not_music(items: Sequence[HeardItem]) -> float:
    """By the rule as it is shipped."""
    return sum(item.kind is not None for item in items) / len(items)


def fit_thresholds(clips: Sequence[HeardItem]) -> tuple[float, float]:
    """Of a window, the largest at which none of the music is refused; of the dispersion, well below the lowest."""
    window = max(
        threshold
        for n, threshold in enumerate(_GRID)
        if n == 0 or all(clip.shares[n] >= LEAST_MUSIC_SHARE for clip in clips)
    )
    return window, _PART_OF_LOWEST * min(clip.dispersion for clip in clips)


def _measure_family(items: Sequence[HeardItem], fitted: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Found as shipped; by thresholds of which this family knows nothing; and by the windows alone."""
    return {
        "n": len(items),
        "found": share_not_music(items),
        "left_out": float(np.mean([[item.is_refused(*thresholds) for item in items] for thresholds in fitted])),
        "without_dispersion": float(np.mean([item.is_refused(MUSIC_THRESHOLD, 0.0) for item in items])),
        "kinds": dict(Counter(item.kind or "music" for item in items)),
    }


def _compare_with_goals(figures: Mapping[str, Any]) -> dict[str, bool]:
    families, refused = figures["families"].values(), figures["refused"]
    return {
        "n_items": figures["n_items"] >= _LEAST_ITEMS,
        "found": figures["found"] >= _LEAST_FOUND,
        "each_family": all(family["found"] >= _LEAST_OF_FAMILY for family in families),
        "left_out": all(family["left_out"] >= _LEAST_LEFT_OUT for family in families),
        "refused": refused["4Q, thresholds of other artists"] <= _MOST_REFUSED,
        "refused_whole": refused["audio_open"] == refused["music on hold"] == 0,
    }


def _summarise(figures: Mapping[str, Any], reached: Mapping[str, bool]) -> str:
    lines = [
        f"{figures['n_items']} items, {figures['found']:.1%} found; {figures['n_clips']} clips",
        "",
        "| family | n | found | left out | without dispersion | kinds |",
        "|---|---|---|---|---|---|",
    ]
    for name, family in figures["families"].items():
        shares = [family[key] for key in ("found", "left_out", "without_dispersion")]
        kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(family["kinds"].items()))
        lines.append(f"| {name} | {family['n']} | {' | '.join(f'{share:.1%}' for share in shares)} | {kinds} |")
    lines += ["", "| music | refused |", "|---|---|"]
    lines += [f"| {name} | {share:.2%} |" for name, share in figures["refused"].items()]
    lines += ["", "| made | taken for music |", "|---|---|"]
    lines += [f"| {name} | {share:.0%} |" for name, share in figures["taken_for_music"].items()]
    return "\n".join([*lines, "", f"reached: {dict(reached)}"])


def _hear_families(
    pool: ProcessPoolExecutor, families: Mapping[str, tuple[int, Callable[[Rng], Signal]]]
) -> dict[str, list[HeardItem]]:
    return {
        name: list(pool.map(partial(_hear_made, name, make), range(n), chunksize=4))
        for name, (n, make) in families.items()
    }


def _hear_clips(pool: ProcessPoolExecutor, folder: Path) -> list[HeardClip]:
    """Those that are surely music, each in the fold of its artist."""
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if _NOT_SURELY_MUSIC not in row["genres"]]
    groups = artist_groups([row["artist"] for row in rows], [row["id"] for row in rows])
    heard = pool.map(_hear_file, [folder / row["path"] for row in rows], chunksize=8)
    return [
        HeardClip(heard=item, genres=row["genres"], fold=assign_fold(group, N_FOLDS))
        for item, row, group in zip(heard, rows, groups, strict=True)
    ]


def _list_families(speech: Path) -> dict[str, tuple[int, Callable[[Rng], Signal]]]:
    spoken = partial(_speak, folders=_list_prompts(speech))
    return {
        "speech": (_N_SPEECH, spoken),
        "speech in a room or over noise": (_N_DEGRADED, partial(degrade_speech, speech=spoken)),
        **SYNTHESISED,
    }


def _list_prompts(speech: Path) -> list[list[Path]]:
    """The prompts of each speaker, without digits and letters."""
    found = [sorted(folder.glob("*.wav")) for folder in sorted(speech.iterdir()) if folder.is_dir()]
    return [paths for paths in found if paths]


def _speak(rng: Rng, *, folders: Sequence[Sequence[Path]]) -> Signal:
    return join_prompts(rng, paths=folders[int(rng.integers(len(folders)))])


def _speech_over(speech: Path, music: Sequence[Path]) -> Callable[[Rng], Signal]:
    return partial(speak_over, speech=partial(_speak, folders=_list_prompts(speech)), music=music)


def _hear_made(name: str, make: Callable[[Rng], Signal], number: int) -> HeardItem:
    """The item of this number of a family."""
    y = make(np.random.default_rng([_SEED, zlib.crc32(name.encode()), number]))
    return _hear(y, sr_native=SR)


def _hear_file(path: Path) -> HeardItem:
    """The window that the featurizer describes."""
    spec = FeatureSpec()
    clip = open_clip(path, reach_s=excerpts.reach_s(spec), silence_dbfs=spec.silence_dbfs)
    window = excerpts.audible_descriptor_window(
        clip.y,
        duration_s=clip.duration_s - clip.starts_s,
        sr_native=clip.sr_native,
        otherwise=excerpts.audible_mel_window(clip.y, sr_native=clip.sr_native, spec=spec),
        spec=spec,
    )
    return _hear(window.cut_signal(clip.y), sr_native=clip.sr_native)


def _hear(y: Signal, *, sr_native: int) -> HeardItem:
    logits, embedding = run_windows(resample_signal(y, sr_native=sr_native, sr=YAMNET.sr), spec=YAMNET)
    kind = find_content_kind(summarise_windows(logits, embedding).tolist())
    return HeardItem(
        shares=tuple(float(find_music_windows(logits, threshold=threshold).mean()) for threshold in _GRID),
        dispersion=float(embedding.std(axis=0).mean() ** 2 / embedding.mean()),
        kind=kind.value if kind else None,
    )
