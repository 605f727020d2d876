"""How far a training is, in words for a person."""

import time

from services.trainer.fitting.cross_validation import FoldResult
from services.trainer.protocols.training_hooks import EpochReport


class TrainingProgress:
    """Of one candidate. Time left counts the folds to go and the last fit on everything, each as long as a fold."""

    def __init__(self, name: str, *, candidate: int, n_candidates: int, n_folds: int = 0) -> None:
        self._head = f"{name} (candidate {candidate} of {n_candidates})" if n_candidates > 1 else name
        self._started = time.monotonic()
        self._n_new = 0
        self._done, self._total = 0, n_folds

    def describe_epoch(self, report: EpochReport) -> str:
        """What to say after an epoch of a network. `fold` is the one after those that are finished."""
        fold = self._done + 1
        where = f"fold {fold} of {self._total}" if fold <= self._total else "all tracks"
        parts = [f"{self._head}: {where}, epoch {report.epoch} of {report.n_epochs}", f"loss {report.loss:.3f}"]
        if report.validation_loss is not None and report.score is not None:
            parts.append(f"validation {report.validation_loss:.3f}, score {report.score:.3f}")
        return ", ".join([*parts, f"about {self._estimate_left_s(report):.0f} s left"])

    def _estimate_left_s(self, report: EpochReport) -> float:
        """Of this fold, and of those after it and the last fit on everything, each as long as all its epochs."""
        others = max(0, self._total - self._done)
        return report.left_s + others * report.seconds * report.n_epochs

    def describe_fold(self, step: FoldResult) -> str:
        """What to say after a fold."""
        self._n_new += step.is_new
        self._done, self._total = step.done, step.total
        sentence = f"{self._head}: fold {step.done} of {step.total}, {step.measure} so far {step.score:.3f}"
        if not step.is_new:
            return f"{sentence}, found again"
        left_s = (time.monotonic() - self._started) / self._n_new * (step.total - step.done + 1)
        return f"{sentence}, about {left_s:.0f} s left"
