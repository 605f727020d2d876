"""Whether one model is better than another: a paired bootstrap of the same measure on the same rows. Pure.

Both models are judged on the same resamples of whole artist groups, because the tracks of an artist are not independent
of each other; what the two have in common cancels out. Source: Efron & Tibshirani, *An Introduction to the Bootstrap*
(1993), ch. 16; for classifiers on one test set, Berg-Kirkpatrick et al., *An Empirical Investigation of Statistical
Significance in NLP* (2012).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.registry.counts import Floats, confusion_matrix, macro_f1

N_RESAMPLES = 2000
CONFIDENCE = 0.9
"""Of the two-sided interval: its low end is above 0 where the challenger is better with 95 % confidence."""

_CHUNK = 250
"""Resamples drawn at a time, so that thousands of artists do not fill the memory."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A measure of two models on the same rows. `difference` is mine less theirs, `low` to `high` its interval."""

    n_tracks: int
    n_groups: int
    mine: float
    theirs: float
    difference: float
    low: float
    high: float
    share_better: float
    """Of the resamples in which mine was the higher one."""
    confidence: float = CONFIDENCE
    n_resamples: int = N_RESAMPLES
    measure: str = "macro F1"
    n_left_out: int = 0
    """Tracks that both were judged on, but among other tracks of their artist group: folded otherwise, or united."""

    @property
    def is_better(self) -> bool:
        """Mine is better beyond what the choice of artists explains. A tie is not better."""
        return self.low > 0

    def as_dict(self) -> dict[str, Any]:
        """JSON values, for a report."""
        return {**asdict(self), "is_better": self.is_better}


def compare(
    mine: Floats, theirs: Floats, y: NDArray[np.intp], groups: Sequence[str], *, seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> Comparison:  # fmt: skip
    """Compare `mine` and `theirs`, each `(n, k)` probabilities of the rows with targets `y: (n,)`, n > 0.

    `groups` names the artist group of each row. Raises ValueError where the shapes do not fit.
    """
    if not len(y) or mine.shape != theirs.shape or len(mine) != len(y) or len(groups) != len(y):
        raise ValueError("both models need a row of probabilities for each of the same targets")
    k = mine.shape[1]
    names, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    cells = np.concatenate([_cells(said, y, group_of, n_groups=len(names)) for said in (mine, theirs)], axis=1)
    drawn = np.concatenate(
        [weights @ cells for weights in _draw(len(names), n_resamples=n_resamples, seed=seed)]
    ).reshape(n_resamples, 2, k, k)
    differences = macro_f1(drawn[:, 0]) - macro_f1(drawn[:, 1])
    ours, others = (float(macro_f1(confusion_matrix(y, said))) for said in (mine, theirs))
    return _found(ours, others, differences, n_tracks=len(y), n_groups=len(names), measure="macro F1")


def compare_by(
    score: Callable[[Floats, Floats], Floats], mine: Floats, theirs: Floats, groups: Sequence[str], *, measure: str,
    seed: int = 0, n_resamples: int = N_RESAMPLES,
) -> Comparison:  # fmt: skip
    """Compare what two models said of the same rows, each `(n, k)`, n > 0, by `score(said, weights)`.

    `weights: (m, n)` says how often each row counts in each of m samples; the score is `(m,)`. `measure` is its name.
    Raises ValueError where the shapes do not fit.
    """
    if not len(groups) or mine.shape != theirs.shape or len(mine) != len(groups):
        raise ValueError("both models need a row of answers for each of the same targets")
    names, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    differences = np.concatenate([
        score(mine, weights[:, group_of]) - score(theirs, weights[:, group_of])
        for weights in _draw(len(names), n_resamples=n_resamples, seed=seed)
    ])  # fmt: skip
    once = np.ones((1, len(groups)))
    ours, others = (float(score(said, once)[0]) for said in (mine, theirs))
    return _found(ours, others, differences, n_tracks=len(groups), n_groups=len(names), measure=measure)


def _found(
    mine: float, theirs: float, differences: Floats, *, n_tracks: int, n_groups: int, measure: str
) -> Comparison:
    low, high = np.quantile(differences, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Comparison(
        n_tracks=n_tracks, n_groups=n_groups, mine=mine, theirs=theirs, difference=mine - theirs, low=float(low),
        high=float(high), share_better=float((differences > 0).mean()), n_resamples=len(differences), measure=measure,
    )  # fmt: skip


def _cells(said: Floats, y: NDArray[np.intp], group_of: NDArray[np.intp], *, n_groups: int) -> Floats:
    """Confusion counts of each group, `(n_groups, k * k)`."""
    k = said.shape[1]
    cells = np.zeros((n_groups, k * k))
    np.add.at(cells, (group_of, y * k + said.argmax(axis=1)), 1)
    return cells


def _draw(n_groups: int, *, n_resamples: int, seed: int) -> Iterator[Floats]:
    """How often each group stands in each resample, in chunks `(≤ _CHUNK, n_groups)`."""
    rng = np.random.default_rng(seed)
    shares = np.full(n_groups, 1 / n_groups)
    for start in range(0, n_resamples, _CHUNK):
        size = min(_CHUNK, n_resamples - start)
        yield rng.multinomial(n_groups, shares, size=size).astype(np.float64)
