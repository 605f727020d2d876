"""How good out-of-fold probabilities of tags are, with intervals, beside the prevalence of each tag. Pure.

Measures as in `registry.ranking`; means are over the tags. Precision, recall and F1 are of what thresholds chose that
were tuned on inner folds of the training side. Per tag the ECE compares the probability with how often the tag is
there, in 15 bins, and the Brier score is the squared distance of the two, in [0, 1].

Intervals are percentiles of a bootstrap of whole artist groups. The baseline gives every track the prevalence, which
ranks nothing: its average precision is that prevalence, its ROC-AUC .5.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.evaluation import CONFIDENCE, N_BINS, with_interval
from shared.registry.counts import Floats, ratio
from shared.registry.ranking import average_precision, best_threshold, roc_auc

_CHUNK = 100
"""Samples drawn at a time, so that many tracks do not fill the memory."""
_RANKINGS: dict[str, Callable[[Floats, NDArray[np.bool_], Floats], Floats]] = {
    "pr_auc": average_precision,
    "roc_auc": roc_auc,
}


def judge_tags(
    said: Floats,
    y: Floats,
    groups: Sequence[str],
    *,
    tags: Sequence[str],
    chosen: NDArray[np.bool_],
    seed: int,
    n_resamples: int = 1000,
) -> dict[str, Any]:
    """All metrics of `said: (n, k)` against `y: (n, k)` of ones and zeros, as JSON values. `chosen: (n, k)`.

    Raises ValueError for shapes that do not fit, or probabilities that are none.
    """
    if said.shape != y.shape or chosen.shape != y.shape or y.shape != (len(groups), len(tags)) or not len(y):
        raise ValueError(f"{y.shape} targets need as many probabilities and choices, not {said.shape}, {chosen.shape}")
    if not ((said >= 0) & (said <= 1)).all():
        raise ValueError("a probability must be in [0, 1]")
    has = y > 0
    n_groups = len(set(groups))
    drawn = _samples(groups, seed=seed, n_resamples=n_resamples)
    by_tag = [_ranked(said[:, j], has[:, j], drawn) for j in range(len(tags))]
    floors = [_ranked(np.zeros(len(y)), has[:, j], drawn) for j in range(len(tags))]
    counted = [_counted(said[:, j], has[:, j], chosen[:, j]) for j in range(len(tags))]
    return {
        "kind": "tags", "n_items": len(y), "n_groups": n_groups, "classes": list(tags),
        "interval": {
            "confidence": CONFIDENCE, "n_resamples": n_resamples, "resampled_by": "artist group", "seed": seed,
        },
        **_means(by_tag),
        "ece": float(np.mean([c["ece"] for c in counted])), "brier": float(np.mean([c["brier"] for c in counted])),
        "tags_chosen": float(chosen.sum(axis=1).mean()), "tags_annotated": float(has.sum(axis=1).mean()),
        "per_class": {
            tag: {**c, **{name: with_interval(*found[name]) for name in _RANKINGS}}
            for tag, c, found in zip(tags, counted, by_tag, strict=True)
        },
        "baseline": {
            **_means(floors), "brier": float(np.mean(has.mean(axis=0) * (1 - has.mean(axis=0)))),
            "per_class": {tag: {"pr_auc": float(found["pr_auc"][0])} for tag, found in zip(tags, floors, strict=True)},
        },
    }  # fmt: skip


def final_thresholds(said: Floats, y: Floats, *, tags: Sequence[str]) -> dict[str, float]:
    """From which probability on the published model gives each tag: best on the out-of-fold rows `(n, k)`.

    No model had heard the artist it answered there, as none of the published one's listeners will have been.
    """
    return {tag: round(best_threshold(said[:, j], y[:, j] > 0), 6) for j, tag in enumerate(tags)}


Found = dict[str, tuple[float, Floats]]


def _samples(groups: Sequence[str], *, seed: int, n_resamples: int) -> list[Floats]:
    """How often each row counts in each sample, in chunks `(≤ _CHUNK, n)`."""
    names, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    rng = np.random.default_rng(seed)
    shares = np.full(len(names), 1 / len(names))
    counts = rng.multinomial(len(names), shares, size=n_resamples).astype(np.float64)
    return [counts[start : start + _CHUNK][:, group_of] for start in range(0, n_resamples, _CHUNK)]


def _ranked(said: Floats, has: NDArray[np.bool_], drawn: Sequence[Floats]) -> Found:
    once = np.ones(len(has))
    return {
        name: (float(rank(said, has, once)), np.concatenate([rank(said, has, weights) for weights in drawn]))
        for name, rank in _RANKINGS.items()
    }


def _counted(said: Floats, has: NDArray[np.bool_], chosen: NDArray[np.bool_]) -> dict[str, Any]:
    hits = int((chosen & has).sum())
    at = np.clip(np.ceil(said * N_BINS).astype(np.intp) - 1, 0, N_BINS - 1)
    gaps = np.abs(np.bincount(at, weights=said - has, minlength=N_BINS))
    return {
        "precision": float(ratio(hits, chosen.sum())), "recall": float(ratio(hits, has.sum())),
        "f1": float(ratio(2 * hits, chosen.sum() + has.sum())), "support": int(has.sum()),
        "prevalence": float(has.mean()), "ece": float(gaps.sum() / len(has)),
        "brier": float(((said - has) ** 2).mean()),
    }  # fmt: skip


def _means(found: Sequence[Found]) -> dict[str, Any]:
    """Of the tags, sample by sample."""
    return {
        name: with_interval(
            float(np.mean([one[name][0] for one in found])), np.mean([one[name][1] for one in found], axis=0)
        )
        for name in _RANKINGS
    }
