"""Audio descriptors and catalogue columns: each is read by an ensemble of its own, and a regression reads both."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from services.trainer.composing import Columns, Stacked
from services.trainer.estimators import Classifier
from services.trainer.estimators.ensemble import Ensemble
from services.trainer.estimators.recipe import Recipe
from services.trainer.rows import Rows
from shared.domain.track import CATALOGUE_COLUMNS


@dataclass(frozen=True, kw_only=True)
class Fusion(Recipe):
    """Reads rows of descriptors followed by the catalogue columns."""

    name: ClassVar[str] = "fusion"
    n_trees: int = 200
    n_rounds: int = 150

    def build(self, rows: Rows) -> Classifier:
        """Both ensembles and the regression, not fitted yet. Raises ValueError where there are no descriptors."""
        border = rows.n_features - len(CATALOGUE_COLUMNS)
        if border < 1:
            raise ValueError("fusion reads descriptors followed by the catalogue columns")
        audio = partial(self._part, start=0, stop=border, inputs="descriptors")
        catalogue = partial(self._part, start=border, stop=rows.n_features, inputs="catalogue")
        return Stacked([audio, catalogue], rows)

    def _part(self, rows: Rows, *, start: int, stop: int, inputs: str) -> Classifier:
        part = Ensemble(n_trees=self.n_trees, n_rounds=self.n_rounds, n_seeds=1)
        return Columns(part.build(rows.reading(n_features=stop - start, inputs=inputs)), start, stop)
