"""How far a training is, in words for a person."""

import time

from services.trainer.fitting import Step


class Progress:
    """Of one candidate. Time left counts the folds to go and the last fit on everything, each as long as a fold."""

    def __init__(self, name: str, *, candidate: int, n_candidates: int) -> None:
        self._head = f"{name} (candidate {candidate} of {n_candidates})" if n_candidates > 1 else name
        self._started = time.monotonic()
        self._n_new = 0

    def note(self, step: Step) -> str:
        """What to say after a fold."""
        self._n_new += step.is_new
        said = f"{self._head}: fold {step.done} of {step.total}, {step.measure} so far {step.score:.3f}"
        if not step.is_new:
            return f"{said}, found again"
        left_s = (time.monotonic() - self._started) / self._n_new * (step.total - step.done + 1)
        return f"{said}, about {left_s:.0f} s left"
