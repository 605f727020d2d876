"""How much the assignment of artists to folds moves a figure: the same candidate judged under several.

A fold is the hash of an artist group (`assign_fold`). Another assignment hashes the group with a salt, so that it is
the same on every machine. Only what fits in a few seconds is judged again: see `MAX_FIT_S`.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NotRequired, TypedDict, TypeVar

from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.heads.strategy import CandidateSpec, HeadStrategy
from shared.domain.dataset import DatasetItem, assign_fold
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.training import TALK


class FoldAssignmentCard(TypedDict):
    """The measure under other assignments of artists to folds, or why it was not computed."""

    measure: str
    not_computed: NotRequired[str]
    values: NotRequired[list[float]]
    low: NotRequired[float]
    high: NotRequired[float]


N_ASSIGNMENTS = 5
"""With the one of the snapshot."""
MAX_FIT_S = 10.0
"""Of the fit on all tracks; longer ones are not judged under other assignments."""
_ENOUGH_FOLDS = 2

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class FoldAssignments:
    """The figure under each assignment, the snapshot's own first; or why that was not computed."""

    measure: str
    values: tuple[float, ...] = ()
    not_computed: str | None = None

    def as_card(self) -> FoldAssignmentCard:
        """JSON values."""
        if self.not_computed is not None:
            return {"measure": self.measure, "not_computed": self.not_computed}
        return {
            "measure": self.measure,
            "values": list(self.values),
            "low": min(self.values),
            "high": max(self.values),
        }


def measure_time(call: Callable[[], T]) -> tuple[T, float]:
    """`(what the call returns, the seconds it took)`: by the clock or of the processor, whichever is less.

    The clock counts what other programs took on a busy machine, the processor counts every thread.
    """
    started, worked = time.monotonic(), time.process_time()
    result = call()
    return result, min(time.monotonic() - started, time.process_time() - worked)


def reassign_folds(items: Sequence[DatasetItem], *, n_folds: int, assignment: int) -> tuple[DatasetItem, ...]:
    """The items in the folds of another assignment, in [1, N_ASSIGNMENTS); an artist group stays in one fold."""
    return tuple(replace(item, fold=assign_fold(f"assignment {assignment}/{item.group}", n_folds)) for item in items)


def evaluate_assignments(
    strategy: HeadStrategy, candidate: CandidateSpec, *, own: float, measure: str, fit_s: float
) -> FoldAssignments:
    """The figure of `candidate` under other assignments of its artists to folds.

    `own` is the figure under the snapshot's, `fit_s` what the fit on all tracks took. Stops between folds where
    `candidate.hooks.check_cancelled` raises.
    """
    if reason := _explain_omission(candidate, fit_s=fit_s):
        return FoldAssignments(measure=measure, not_computed=reason)
    parted = [
        reassign_folds(candidate.items, n_folds=candidate.request.n_folds, assignment=a)
        for a in range(1, N_ASSIGNMENTS)
    ]
    if any(len({item.fold for item in items}) < _ENOUGH_FOLDS for items in parted):
        return FoldAssignments(measure=measure, not_computed="too few artists: another assignment leaves one fold only")
    others = [_compute_figure(strategy, replace(candidate, items=items)) for items in parted]
    return FoldAssignments(measure=measure, values=(own, *others))


def _explain_omission(candidate: CandidateSpec, *, fit_s: float) -> str | None:
    if candidate.request.protocol == TALK:
        return "the folds of this protocol are random, with an artist in several"
    if ESTIMATOR_SPECS[candidate.estimator].trains_network(candidate.inputs):
        return "networks are fitted under one assignment only"
    if fit_s >= MAX_FIT_S:
        return f"one fit takes {fit_s:.0f} s, and it is done for fits under {MAX_FIT_S:.0f} s"
    return None


def _compute_figure(strategy: HeadStrategy, candidate: CandidateSpec) -> float:
    """The measure of the head over all out-of-fold answers."""
    last: list[FoldResult] = []

    def on_fold(step: FoldResult) -> None:
        candidate.hooks.check_cancelled()
        last[:] = [step]

    strategy.cross_fit(candidate, on_fold=on_fold, finished={})
    return last[0].score
