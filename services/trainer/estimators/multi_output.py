"""Several answers side by side, a model for each: one against the rest for tags, a regressor for each dimension."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from shared.arrays import Features, Floats
from shared.domain.estimators import Hyperparameters


class MultiOutputEstimator(BaseEstimator):  # type: ignore[misc]
    """Parts that each answer one column: the last of their own, which is the probability of "has it", or the number."""

    def __init__(self, parts: Mapping[str, Any], *, bounds: tuple[float, float]) -> None:
        self.parts = parts
        self.bounds = bounds
        """Answers outside are put on the bound: a regressor may go beyond what can be annotated."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """All outputs, in their order."""
        return np.arange(len(self.parts))

    @property
    def hyperparameters(self) -> Hyperparameters:
        """Those of the parts: once where all have the same, otherwise by output."""
        by_part: list[Hyperparameters] = [getattr(part, "hyperparameters", {}) for part in self.parts.values()]
        same = all(part_values == by_part[0] for part_values in by_part)
        return dict(by_part[0]) if same else {"by_output": dict(zip(self.parts, by_part, strict=True))}

    def fit(self, x: Features, y: NDArray[Any]) -> "MultiOutputEstimator":
        """Fit each part to its column of `y: (n, k)`."""
        for j, part in enumerate(self.parts.values()):
            part.fit(x, y[:, j])
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`."""
        columns: Sequence[Any] = [part.predict_proba(x)[:, -1] for part in self.parts.values()]
        answers: Floats = np.clip(np.stack(columns, axis=1), *self.bounds)
        return answers
