"""How often the gate promotes what knows nothing, on real clips: labels by dice, shuffled labels, and noise features.

    python -m benchmarks gate_noise --data DIR --json FILE [--trainings 20] [--estimators svm] [--clips 200]

DIR is audio_4q, or the folder that holds it. Every training is cross-fitted on artist-grouped folds and shown to the
gate as the first candidate, as the trainer does it; nothing is exported. `ok` if at most two of each kind's twenty and
at most 2 % of all are promoted, and the real labels are, by every estimator. How many are better than chance, whatever
the gate says of their calibration, is counted beside it.

- dice: each clip gets one of four labels at random; its descriptors are real.
- shuffled by track, and by artist: the real labels change places, or those of whole artists do.
- noise: the labels are real, the descriptors are normal numbers, half of them the artist's own.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio_emotion import Clips, read
from services.trainer.dataset.leakage import check_leakage
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.splits import split_examples
from shared.domain.dataset import LabelledTrack
from shared.domain.emotion import QUADRANT4
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.head import CLASSES, ModelHead
from shared.domain.training import TrainRequest
from shared.metrics.out_of_fold import OutOfFold
from shared.registry.gate import CandidateFigures, PromotionDecision, compare_with_chance, decide_promotion

MOST_OF_A_KIND, MOST_OF_ALL = 0.1, 0.02
DATA_FILES = ("audio_4q/tracks.csv", "tracks.csv")
HEAD = ModelHead(kind=CLASSES, name=QUADRANT4.name, outputs=QUADRANT4.emotions)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--trainings", type=int, default=20, help="of each kind and estimator")
    parser.add_argument("--estimators", nargs="+", default=["svm"], choices=sorted(ESTIMATOR_SPECS))
    parser.add_argument("--clips", type=int, help="only so many, drawn at random; default: all")


def run(data: Path, trainings: int, estimators: Sequence[str], clips: int | None) -> dict[str, Any]:
    """The share of trainings that is promoted, by kind and estimator."""
    found = read(data if (data / "tracks.csv").exists() else data / "audio_4q")
    return judged(found if clips is None else some_clips(found, clips), trainings=trainings, estimators=estimators)


def judged(chosen: Clips, *, trainings: int, estimators: Sequence[str]) -> dict[str, Any]:
    """The share of trainings on these clips that is promoted, by kind and estimator."""
    started, promoted, better, real, reasons = time.monotonic(), {}, {}, {}, []
    for estimator in estimators:
        real[estimator], _ = _trained(chosen, estimator)
        print(f"real labels, {estimator}: {real[estimator].why}", flush=True)
        for kind, spoil in KINDS.items():
            verdicts = [_trained(spoil(chosen, np.random.default_rng(seed)), estimator) for seed in range(trainings)]
            name = f"{kind}.{estimator}"
            promoted[name] = sum(verdict.promote for verdict, _ in verdicts)
            better[name] = sum(beats_chance for _, beats_chance in verdicts)
            reasons += [f"{kind}, {estimator}: {verdict.why}" for verdict, _ in verdicts if verdict.promote]
            print(f"{name}: {promoted[name]} of {trainings} promoted, {better[name]} better than chance", flush=True)
    n_all = trainings * len(promoted)
    share = sum(promoted.values()) / n_all
    ok = (
        max(promoted.values()) <= MOST_OF_A_KIND * trainings
        and share <= MOST_OF_ALL
        and all(verdict.promote for verdict in real.values())
    )
    return {
        "summary": f"{len(chosen.ids)} clips of {len(set(chosen.artists))} artists: {sum(promoted.values())} of "
        f"{n_all} trainings that know nothing are promoted ({share:.1%}), and {sum(v.promote for v in real.values())} "
        f"of {len(real)} on the real labels",
        "ok": ok,
        "promoted": promoted,
        "better_than_chance": better,
        "share_promoted": share,
        "n_trainings_of_each": trainings,
        "n_clips": len(chosen.ids),
        "n_artists": len(set(chosen.artists)),
        "real": {estimator: {"promoted": verdict.promote, "why": verdict.why} for estimator, verdict in real.items()},
        "why_promoted": reasons,
        "seconds_training": time.monotonic() - started,
    }


def _by_dice(clips: Clips, rng: np.random.Generator) -> Clips:
    return replace(clips, quadrants=tuple(rng.choice(QUADRANT4.emotions, size=len(clips.ids)).tolist()))


def _by_track(clips: Clips, rng: np.random.Generator) -> Clips:
    return replace(clips, quadrants=tuple(rng.permutation(clips.quadrants).tolist()))


def _by_artist(clips: Clips, rng: np.random.Generator) -> Clips:
    """All clips of an artist get the label of one clip of another artist."""
    label_of = dict(zip(clips.artists, clips.quadrants, strict=True))
    moved = dict(zip(label_of, rng.permutation(list(label_of.values())).tolist(), strict=True))
    return replace(clips, quadrants=tuple(moved[artist] for artist in clips.artists))


def _noise(clips: Clips, rng: np.random.Generator) -> Clips:
    names, artist_of = np.unique(clips.artists, return_inverse=True)
    shape = clips.x.shape
    x = (rng.normal(size=(len(names), shape[1]))[artist_of] + rng.normal(size=shape)) / np.sqrt(2)
    return replace(clips, x=x.astype(np.float32))


KINDS: dict[str, Callable[[Clips, np.random.Generator], Clips]] = {
    "dice": _by_dice,
    "shuffled by track": _by_track,
    "shuffled by artist": _by_artist,
    "noise": _noise,
}


def some_clips(clips: Clips, n: int) -> Clips:
    """`n` of them, drawn at random."""
    kept = np.sort(np.random.default_rng(0).permutation(len(clips.ids))[:n])
    ids, artists, quadrants = (tuple(names[i] for i in kept) for names in (clips.ids, clips.artists, clips.quadrants))
    return replace(clips, ids=ids, artists=artists, quadrants=quadrants, x=clips.x[kept])


def _trained(clips: Clips, estimator: str) -> tuple[PromotionDecision, bool]:
    """What the gate says of a training, and whether it is better than chance."""
    rows = zip(clips.ids, clips.artists, clips.quadrants, strict=True)
    parted = split_examples(
        [LabelledTrack(track_id=i, target=word, artist_group=artist, audio_sha256=None) for i, artist, word in rows],
        n_folds=5,
    )
    position = {track_id: n for n, track_id in enumerate(clips.ids)}
    order: NDArray[np.intp] = np.array([position[item.example.track_id] for item in parted.items])
    of = CandidateSpec(
        request=TrainRequest(estimators=(estimator,), taxonomy=QUADRANT4.name),
        estimator=estimator,
        inputs="descriptors",
        x=clips.x[order],
        items=parted.items,
        head=HEAD,
        seed=0,
    )
    predictions = HEAD_STRATEGIES[CLASSES].cross_fit(of, on_fold=lambda _: None, finished={})
    y = [HEAD.outputs.index(item.example.target) for item in parted.items]
    answers = OutOfFold(
        predictions=predictions,
        targets=np.eye(len(HEAD.outputs))[y],
        folds=np.array([item.fold for item in parted.items]),
        groups=[item.group for item in parted.items],
    )
    candidate = CandidateFigures(
        kind=CLASSES,
        outputs=HEAD.outputs,
        metrics={"export_max_difference": 0.0},
        leak_report=check_leakage(parted.items).as_card(),
        rows=answers,
    )
    return decide_promotion(candidate, has_champion=False, comparison=None), compare_with_chance(candidate)[0]
