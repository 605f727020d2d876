"""Hyperparameters by search: every candidate judged on the same artist-grouped inner folds, on this machine or on Dask.

A search stands inside the training side of an outer fold (nested), so that no figure of a model was searched for. All
methods are deterministic by the seed. Successive halving (Jamieson & Talwalkar 2016): all candidates on a small part of
the artists, the better third on three times as many, and so on, the last ones on all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats, Indices
from shared.domain.estimators import Hyperparameters
from shared.json_objects import JsonObject
from shared.metrics.reports.classification import confusion_matrix, macro_f1, weighted_f1

Params = Hyperparameters
HeldOutPredictor = Callable[[Params, NDArray[np.float32], TrainingRows, Indices, Indices], NDArray[np.floating]]
"""`(params, x, rows, train, test)` → what is said of the rows `test`: scores `(n_test, n_classes)` of which the highest
is the answer, or a number each, `(n_test, 1)`.
"""
SplitScorer = Callable[[Indices, Floats], float]
"""How good that is of the rows `test`, the higher the better. At the top of a module, so that a cluster finds it."""
_KEPT = 3
"""One in so many candidates is kept, and the artists are so many times more in the next round."""
_SMALLEST = 400
"""Rows below which a round says nothing."""
_CLUSTER: ContextVar[Any] = ContextVar("cluster", default=None)
"""The `distributed.Client` of the block of `connect_cluster`; None on this machine."""
SCORINGS = {"weighted_f1": weighted_f1, "macro_f1": macro_f1}


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """The best candidate, and how all of them did."""

    params: Params
    score: float
    """Mean over the inner folds."""
    n_candidates: int
    n_fits: int
    tried: list[JsonObject]
    """`{"params", "score", "n_rows"}` of each judgement, in the order made."""

    def as_card(self, *, method: str, scoring: str) -> JsonObject:
        """What a card says of the search beside what it found."""
        card = {"method": method, "scoring": scoring, "score": round(self.score, 4)}
        return card | {"n_candidates": self.n_candidates, "n_fits": self.n_fits}


def expand_grid(lists: Mapping[str, Sequence[Any]]) -> list[Params]:
    """All combinations, the last name changing fastest."""
    return [dict(zip(lists, values, strict=True)) for values in product(*lists.values())]


def sample_grid(lists: Mapping[str, Sequence[Any]], *, n: int, seed: int) -> list[Params]:
    """`n` different combinations, or all where there are no more."""
    every = expand_grid(lists)
    chosen = np.random.default_rng(seed).permutation(len(every))[:n]
    return [every[i] for i in sorted(chosen.tolist())]


def search(
    answer: HeldOutPredictor,
    candidates: Sequence[Params],
    x: NDArray[np.float32],
    rows: TrainingRows,
    *,
    method: str,
    scoring: str,
    n_jobs: int = -1,
) -> SearchResult:
    """The candidate that tells the classes of `rows` apart best. `method`: grid, random or halving."""
    return search_by_score(
        partial(_score_f1, rows.y, scoring), answer, candidates, x, rows, method=method, n_jobs=n_jobs
    )


def search_by_score(
    score: SplitScorer,
    answer: HeldOutPredictor,
    candidates: Sequence[Params],
    x: NDArray[np.float32],
    rows: TrainingRows,
    *,
    method: str,
    n_jobs: int = -1,
) -> SearchResult:
    """The candidate with the highest score; of equals the first.

    The score is the mean over the inner folds of `rows.grouped_splits`, as scikit-learn's GridSearchCV has it.
    """
    left, tried, n_fits = list(candidates), [], 0
    for share in _list_shares(len(left), len(x)) if method == "halving" else [1.0]:
        splits = [(_sample_artists(rows, train, share), test) for train, test in rows.grouped_splits]
        scores = _score_candidates(score, answer, left, x, rows, splits, n_jobs=n_jobs)
        n_fits += len(left) * len(splits)
        n_rows = int(np.mean([len(train) for train, _ in splits]))
        tried += [{"params": p, "score": s, "n_rows": n_rows} for p, s in zip(left, scores, strict=True)]
        best = int(np.argmax(scores))
        result = SearchResult(
            params=left[best], score=scores[best], n_candidates=len(candidates), n_fits=n_fits, tried=tried
        )
        order = np.argsort(-np.asarray(scores), kind="stable")
        left = [left[i] for i in sorted(order[: max(1, -(-len(left) // _KEPT))].tolist())]
    return result


@contextmanager
def connect_cluster(address: str | None) -> Iterator[None]:
    """Let the block run on the Dask cluster at `address`; without one on this machine's threads.

    Fits of a search are sent by Dask's own futures: through joblib's backend, which the trees of forests take, batches
    that were sent at once after another search were lost on a busy machine (`FutureCancelledError`).
    """
    if address is None:
        yield
        return
    from distributed import Client  # noqa: PLC0415 - an extra: only who has a cluster needs it

    with Client(address) as client, joblib.parallel_backend("dask"):  # type: ignore[no-untyped-call]
        token = _CLUSTER.set(client)
        try:
            yield
        finally:
            _CLUSTER.reset(token)


def _score_candidates(
    score: SplitScorer,
    answer: HeldOutPredictor,
    candidates: Sequence[Params],
    x: NDArray[np.float32],
    rows: TrainingRows,
    splits: Sequence[tuple[Indices, Indices]],
    *,
    n_jobs: int,
) -> list[float]:
    """The mean score of each candidate."""
    work = [(params, train, test) for params in candidates for train, test in splits]
    cluster = _CLUSTER.get()
    if cluster is None:
        scores = joblib.Parallel(n_jobs=n_jobs, prefer="threads")(
            joblib.delayed(_score_split)(score, answer, params, x, rows, train, test) for params, train, test in work
        )
    else:
        sent_x, sent_rows = cluster.scatter([x, rows], hash=False)
        scores = cluster.gather(
            [
                cluster.submit(_score_split, score, answer, params, sent_x, sent_rows, train, test, pure=False)
                for params, train, test in work
            ]
        )
    return [float(mean) for mean in np.reshape(scores, (len(candidates), len(splits))).mean(axis=1)]


def _score_split(
    score: SplitScorer,
    answer: HeldOutPredictor,
    params: Params,
    x: NDArray[np.float32],
    rows: TrainingRows,
    train: Indices,
    test: Indices,
) -> float:
    return score(test, np.asarray(answer(params, x, rows, train, test), dtype=np.float64))


def _score_f1(y: NDArray[np.intp], scoring: str, test: Indices, scores: Floats) -> float:
    return float(SCORINGS[scoring](confusion_matrix(y[test], scores)))


def _list_shares(n_candidates: int, n_rows: int) -> list[float]:
    """Shares of the artists, rising to 1."""
    shares = [1.0]
    while _KEPT ** len(shares) <= n_candidates and shares[0] * n_rows / _KEPT >= _SMALLEST:
        shares.insert(0, shares[0] / _KEPT)
    return shares


def _sample_artists(rows: TrainingRows, train: Indices, share: float) -> Indices:
    """The rows of a share of the artists of each class, drawn by the seed."""
    if share >= 1:
        return train
    rng = np.random.default_rng(rows.seed)
    kept: set[str] = set()
    for c in np.unique(rows.y[train]):
        names = np.unique(rows.groups[train[rows.y[train] == c]])
        kept.update(rng.permutation(names)[: max(3, round(share * len(names)))].tolist())
    return train[np.isin(rows.groups[train], sorted(kept))]
