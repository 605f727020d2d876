"""Two views of a track in one model.

Descriptors and catalogue columns: each is read by an ensemble of its own, and a regression reads both. Descriptors and
spectrograms, which are called sound: the weighted mean of an ensemble and a network.
"""

from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, ClassVar

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import Columns, Stacked
from services.trainer.estimators.ensemble import Ensemble
from services.trainer.networks.late_fusion import Beside
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import Recipe
from services.trainer.protocols.training_rows import Rows
from shared.domain.dataset import SOUND

_OF_SOUND = ("network", "weight", "epochs")


@dataclass(frozen=True, kw_only=True)
class Fusion(Recipe):
    """Reads rows of descriptors followed by the catalogue columns, or `Sounds`."""

    name: ClassVar[str] = "fusion"
    n_trees: int = 200
    n_rounds: int = 150
    network: str = "cnn_attention"
    """One of `domain.estimators.HEARING`."""
    weight: float = 0.35
    """Of the network in the mean. Fixed: it was chosen before anything was measured."""
    epochs: int | None = None
    """Of the network; None: its own."""

    def told(self, rows: Rows) -> dict[str, Any]:
        """All of sound; of catalogue columns nothing of a network."""
        said = asdict(self)
        return said if rows.inputs == SOUND else {key: said[key] for key in said if key not in _OF_SOUND}

    def build(self, rows: Rows) -> Classifier:
        """Not fitted yet. Raises ValueError where there are no descriptors."""
        return self._beside(rows) if rows.inputs == SOUND else self._stacked(rows)

    def _beside(self, rows: Rows) -> Classifier:
        own = {} if self.epochs is None else {"epochs": self.epochs}
        return Beside(self._ensemble, load_estimator(self.network, **own).build, rows, weight=self.weight)

    def _stacked(self, rows: Rows) -> Classifier:
        """Both ensembles and the regression."""
        border = rows.n_features - rows.n_catalogue
        if border < 1:
            raise ValueError("fusion reads descriptors followed by the catalogue columns")
        audio = partial(self._part, start=0, stop=border, inputs="descriptors")
        catalogue = partial(self._part, start=border, stop=rows.n_features, inputs="catalogue")
        return Stacked([audio, catalogue], rows)

    def _part(self, rows: Rows, *, start: int, stop: int, inputs: str) -> Classifier:
        return Columns(self._ensemble(rows.reading(n_features=stop - start, inputs=inputs)), start, stop)

    def _ensemble(self, rows: Rows) -> Classifier:
        return Ensemble(n_trees=self.n_trees, n_rounds=self.n_rounds, n_seeds=1).build(rows)
