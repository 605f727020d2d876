"""Curves of joined clips: whether a change of mood is found, and whether both sides are named rightly.

    python -m benchmarks emotion_curve --data DIR [--keep DIR] --json FILE

Clips of 30 s by artists that the head was not fitted to are joined in pairs, at one level, cut and with a cross-fade of
3 s: 300 pairs of different quadrants, 300 of one quadrant; all clips alone; and 200 times three clips, neighbours of
different quadrants. Temperature and thresholds are chosen on the training clips of each fold, by the code that fits the
head of a champion. A hard cut is found by sound alone nearly always, also inside one mood: that is no success, and the
joins of one quadrant say how often it happens.

Boundaries are matched as `mir_eval.segment.detection` does, one to one within 3 s; the mean over the joins is that of
the boundaries between parts alone (`trim=True`), and of start and end as well (`trim=False`).
"""

import argparse
import csv
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from benchmarks.artists import artist_groups
from benchmarks.joined_clips import FADE_S, JoinedSound, LevelledClip, find_phase, join_clips, read_levelled
from services.featurizer.windows.computation import SR, compute_file_windows
from shared.curve.curves import TrackCurve, compute_curve
from shared.curve.fitting import LabelledWindows, fit_curve_head
from shared.curve.head import CurveHead
from shared.domain.emotion import QUADRANT4
from shared.domain.features import FeatureSpec
from shared.domain.head import CLASSES
from shared.domain.taggers import list_versions
from shared.domain.windows import EXCERPT, WINDOW_TAGGERS
from shared.errors import PermanentError

DATA_FILES = ("audio_4q/tracks.csv", "tracks.csv")
GOALS = {
    "single_clips_cut": (None, 0.10),
    "cut.different.found": (0.90, None),
    "fade.different.found": (0.80, None),
    "cut.same.claimed": (None, 0.50),
    "fade.same.claimed": (None, 0.50),
    "cut.different.both_named": (0.55, None),
    "fade.different.both_named": (0.55, None),
    "three_parts.f1": (0.75, None),
}
"""At least, at most."""
N_FOLDS = 5
N_JOINS = 300
N_THREE_PARTS = 200
WITHIN_S = 3.0
_TAGGERS = tuple(WINDOW_TAGGERS.values())
_SHARED: dict[str, Any] = {}
"""What forked processes read: it is too large to be sent to them."""


@dataclass(frozen=True, eq=False)
class CurveClips:
    """The clips that could be analysed."""

    quadrants: np.ndarray
    folds: np.ndarray
    windows: list[np.ndarray]
    """As a library stores them: of the file's own level."""
    levelled: list[LevelledClip]


@dataclass(frozen=True)
class Join:
    """Which clips are joined, and where the first ones are cut."""

    clips: tuple[int, ...]
    cuts_s: tuple[float, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--keep", type=Path, help="where windows are kept for the next run")


def run(*, data: Path, keep: Path | None = None) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    folder = data if (data / "tracks.csv").is_file() else data / "audio_4q"
    clips = read_clips(folder.resolve(), keep=keep)
    heads = [fit_fold(clips, fold) for fold in range(N_FOLDS)]
    rng = np.random.default_rng(0)
    joins = {
        "different": list(draw_joins(clips, rng, n=N_JOINS, n_parts=2, is_same=False)),
        "same": list(draw_joins(clips, rng, n=N_JOINS, n_parts=2, is_same=True)),
    }
    three = list(draw_joins(clips, rng, n=N_THREE_PARTS, n_parts=3, is_same=False))
    make_windows(clips, [*joins["different"], *joins["same"], *three], keep=keep)
    figures: dict[str, float] = {"single_clips_cut": _measure_singles(clips, heads)}
    for kind, fade_s in (("cut", 0.0), ("fade", FADE_S)):
        for name, drawn in joins.items():
            judged = judge_all(clips, heads, drawn, fade_s=fade_s)
            figures |= {
                f"{kind}.{name}.{'claimed' if name == 'same' else 'found'}": _share(j["is_found"] for j in judged),
                f"{kind}.{name}.changes": float(np.mean([j["n_changes"] for j in judged])),
            }
            if name == "different":
                figures[f"{kind}.{name}.both_named"] = _share(j["is_named"] for j in judged)
    judged = judge_all(clips, heads, three, fade_s=0.0)
    figures["three_parts.f1"] = float(np.mean([j["f1"] for j in judged]))
    figures["three_parts.f1_with_ends"] = float(np.mean([j["f1_with_ends"] for j in judged]))
    reached = {
        name: (least is None or figures[name] >= least) and (most is None or figures[name] <= most)
        for name, (least, most) in GOALS.items()
    }
    lines = "\n".join(f"  {name} {value:.3f}" for name, value in figures.items())
    return {
        "summary": f"{len(clips.quadrants)} clips\n{lines}\nreached: {reached}",
        "ok": all(reached.values()),
        **figures,
        "goals": GOALS,
        "reached": reached,
        "n_clips": len(clips.quadrants),
        "folds": [
            {
                "temperature": head.temperature,
                "novelty_threshold": head.novelty_threshold,
                "difference_threshold": head.difference_threshold,
            }
            for head in heads
        ],
    }


def read_clips(folder: Path, *, keep: Path | None) -> CurveClips:
    """Windows of all clips, at their own level for fitting, and at one level for joining."""
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    kept = keep / "curve-windows.npz" if keep else None
    paths = [folder / row["path"] for row in rows]
    with ProcessPoolExecutor() as pool:
        levelled = list(
            pool.map(partial(_read_clip, with_windows=kept is None or not kept.is_file()), paths, chunksize=4)
        )
    there = [i for i, one in enumerate(levelled) if one is not None]
    if kept is not None and kept.is_file():
        stored = np.load(kept)
        windows = np.split(stored["values"].astype(np.float32), np.cumsum(stored["lengths"])[:-1])
    else:
        windows = [one[1].astype(np.float32) for one in levelled if one is not None and one[1] is not None]
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            lengths = np.array([len(one) for one in windows])
            np.savez(kept, values=np.concatenate(windows).astype(np.float16), lengths=lengths)
    groups = artist_groups([rows[i]["artist"] for i in there], [rows[i]["id"] for i in there])
    quadrants = np.array([QUADRANT4.emotion_index(rows[i]["quadrant"]) for i in there])
    return CurveClips(
        quadrants=quadrants,
        folds=part_artists(quadrants, groups),
        windows=windows,
        levelled=[one[0] for one in levelled if one is not None],
    )


def _read_clip(path: Path, *, with_windows: bool) -> tuple[LevelledClip, np.ndarray | None] | None:
    try:
        levelled = read_levelled(path)
    except PermanentError:
        return None
    if not with_windows:
        return levelled, None
    made = compute_file_windows(path, spec=FeatureSpec(), taggers=_TAGGERS, span=EXCERPT)
    return levelled, made.values.astype(np.float16)


def part_artists(quadrants: np.ndarray, groups: Sequence[str]) -> np.ndarray:
    """`(n,)`: folds, each group in one, the quadrants spread evenly."""
    totals = np.zeros((N_FOLDS, len(QUADRANT4.emotions)))
    folds = np.zeros(len(groups), dtype=np.intp)
    members: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    order = np.random.default_rng(0).permutation(len(members))
    names = list(members)
    for name in sorted((names[i] for i in order), key=lambda one: -len(members[one])):
        counts = np.bincount(quadrants[members[name]], minlength=len(QUADRANT4.emotions))
        fold = int(np.argmin(((totals + counts) ** 2).sum(axis=1) - (totals**2).sum(axis=1)))
        totals[fold] += counts
        folds[members[name]] = fold
    return folds


def fit_fold(clips: CurveClips, fold: int) -> CurveHead:
    """The head that knows none of the artists of a fold."""
    tracks = [
        LabelledWindows(values=clips.windows[i], target=int(clips.quadrants[i]), fold=int(clips.folds[i]))
        for i in np.flatnonzero(clips.folds != fold)
    ]
    head, _ = fit_curve_head(tracks, outputs=QUADRANT4.emotions, kind=CLASSES, versions=list_versions(_TAGGERS))
    print(f"fold {fold + 1} of {N_FOLDS} fitted", flush=True)
    return head


def draw_joins(clips: CurveClips, rng: np.random.Generator, *, n: int, n_parts: int, is_same: bool) -> Iterator[Join]:
    """Clips of one fold, which its head does not know; neighbours of one quadrant or of two; each cut after 24 s or
    more, at any of the phases of the grid.
    """
    long_enough = np.array([len(clip.y) >= 27 * SR for clip in clips.levelled])
    drawn = 0
    while drawn < n:
        fold = int(rng.integers(N_FOLDS))
        parts = rng.choice(np.flatnonzero((clips.folds == fold) & long_enough), n_parts, replace=False)
        quadrants = clips.quadrants[parts]
        if all((a == b) == is_same for a, b in pairwise(quadrants)):
            drawn += 1
            cuts_s = tuple(float(rng.integers(48, 55)) / 2 for _ in parts[:-1])
            yield Join(clips=tuple(int(i) for i in parts), cuts_s=cuts_s)


def make_windows(clips: CurveClips, joins: Sequence[Join], *, keep: Path | None) -> None:
    """Compute the windows of clips by themselves that the joins hold, with all cores; with `keep`, once."""
    wanted = {(i, 0.0) for i in range(len(clips.levelled))}
    for join in joins:
        start_s = 0.0
        for i, cut_s in zip(join.clips[1:], join.cuts_s, strict=True):
            start_s += cut_s
            wanted.add((i, find_phase(start_s)))
    kept = keep / "curve-levelled.npz" if keep else None
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            for name in stored.files:
                i, _, phase = name.partition("_")
                clips.levelled[int(i)].windows[float(phase)] = stored[name]
    missing = sorted(one for one in wanted if one[1] not in clips.levelled[one[0]].windows)
    _SHARED["clips"] = clips
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        for (i, phase), values in zip(missing, pool.map(_compute_alone, missing, chunksize=8), strict=True):
            clips.levelled[i].windows[phase] = values
    if kept is not None and missing:
        made: dict[str, Any] = {f"{i}_{phase}": clips.levelled[i].windows[phase] for i, phase in sorted(wanted)}
        np.savez(kept, **made)


def _compute_alone(wanted: tuple[int, float]) -> np.ndarray:
    i, phase = wanted
    clip: LevelledClip = _SHARED["clips"].levelled[i]
    clip.windows_at(phase)
    return clip.windows[phase]


def judge_all(
    clips: CurveClips, heads: Sequence[CurveHead], joins: Sequence[Join], *, fade_s: float
) -> list[dict[str, Any]]:
    """`judge_join` of all of them, with all cores."""
    _SHARED.update(clips=clips, heads=heads)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        return list(pool.map(partial(_judge_shared, fade_s=fade_s), joins, chunksize=8))


def _judge_shared(join: Join, *, fade_s: float) -> dict[str, Any]:
    return judge_join(_SHARED["clips"], _SHARED["heads"], join, fade_s=fade_s)


def judge_join(clips: CurveClips, heads: Sequence[CurveHead], join: Join, *, fade_s: float) -> dict[str, Any]:
    """Whether the first join is found, whether both of its sides are named rightly, and how boundaries match."""
    sound = join_clips([clips.levelled[i] for i in join.clips], cuts_s=join.cuts_s, fade_s=fade_s)
    curve = compute_curve(heads[int(clips.folds[join.clips[0]])], sound.values, sound.starts_s)
    changes = [segment.start_s for segment in curve.segments[1:]]
    ends = [curve.segments[0].start_s, curve.segments[-1].end_s]
    return {
        "is_found": any(abs(change - sound.joins_s[0]) <= WITHIN_S for change in changes),
        "is_named": name_sides(curve, sound) == tuple(int(clips.quadrants[i]) for i in join.clips),
        "n_changes": len(changes),
        "f1": match_boundaries(sound.joins_s, changes),
        "f1_with_ends": match_boundaries([*ends, *sound.joins_s], [*ends, *changes]),
    }


def name_sides(curve: TrackCurve, sound: JoinedSound) -> tuple[int, ...]:
    """For each part the class of the segment that holds most of it."""
    edges = [sound.starts_s[0], *sound.joins_s, curve.segments[-1].end_s]
    return tuple(
        max(
            curve.segments,
            key=lambda one: min(one.end_s, end_s) - max(one.start_s, start_s),
        ).class_index
        for start_s, end_s in pairwise(edges)
    )


def match_boundaries(reference: Sequence[float], estimated: Sequence[float]) -> float:
    """The F-measure of the largest one-to-one matching within 3 s; 0 where nothing is estimated."""
    if not reference or not estimated:
        return 0.0
    near = np.abs(np.subtract.outer(np.asarray(reference), np.asarray(estimated))) <= WITHIN_S
    n_hits = int((maximum_bipartite_matching(csr_array(near)) >= 0).sum())
    return 2 * n_hits / (len(reference) + len(estimated))


def _measure_singles(clips: CurveClips, heads: Sequence[CurveHead]) -> float:
    cut = []
    for clip, fold in zip(clips.levelled, clips.folds, strict=True):
        values = clip.windows_at(0.0)
        curve = compute_curve(heads[int(fold)], values, [1.5 * i for i in range(len(values))])
        cut.append(len(curve.segments) > 1)
    return float(np.mean(cut))


def _share(flags: Iterator[bool] | Any) -> float:
    return float(np.mean(list(flags)))
