"""Two views of a track in one model.

Descriptors and catalogue columns: each is read by an ensemble of its own, and a regression reads both. Descriptors and
spectrograms, which are called sound: the weighted mean of an ensemble and a network.
"""

from dataclasses import asdict, dataclass
from functools import partial
from typing import ClassVar

from services.trainer.estimators import load_estimator
from services.trainer.estimators.composition import ColumnSelector, StackedClassifier
from services.trainer.estimators.ensemble import EnsembleConfig
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.dataset import SOUND
from shared.domain.estimators import Hyperparameters

_NETWORK_FIELDS = ("network", "weight", "epochs")


@dataclass(frozen=True, kw_only=True)
class FusionConfig(EstimatorConfig):
    """Reads rows of descriptors followed by the catalogue columns, or `DescriptorsAndExcerpts`."""

    name: ClassVar[str] = "fusion"
    n_trees: int = 200
    n_rounds: int = 150
    network: str = "cnn_attention"
    """One of `domain.estimators.HEARING`."""
    weight: float = 0.35
    """Of the network in the mean. Fixed: it was chosen before anything was measured."""
    epochs: int | None = None
    """Of the network; None: its own."""

    def effective_hyperparameters(self, rows: TrainingRows) -> Hyperparameters:
        """All of sound; of catalogue columns nothing of a network."""
        hyperparameters = asdict(self)
        return (
            hyperparameters
            if rows.inputs == SOUND
            else {key: hyperparameters[key] for key in hyperparameters if key not in _NETWORK_FIELDS}
        )

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """Not fitted yet. Raises ValueError where there are no descriptors."""
        return self._build_late_fusion(rows) if rows.inputs == SOUND else self._build_stacked(rows)

    def _build_late_fusion(self, rows: TrainingRows) -> Classifier:
        own = {} if self.epochs is None else {"epochs": self.epochs}
        return LateFusion(
            self._build_ensemble, load_estimator(self.network, **own).build_classifier, rows, weight=self.weight
        )

    def _build_stacked(self, rows: TrainingRows) -> Classifier:
        """Both ensembles and the regression."""
        border = rows.n_features - rows.n_catalogue
        if border < 1:
            raise ValueError("fusion reads descriptors followed by the catalogue columns")
        audio = partial(self._build_part, start=0, stop=border, inputs="descriptors")
        catalogue = partial(self._build_part, start=border, stop=rows.n_features, inputs="catalogue")
        return StackedClassifier([audio, catalogue], rows)

    def _build_part(self, rows: TrainingRows, *, start: int, stop: int, inputs: str) -> Classifier:
        return ColumnSelector(
            self._build_ensemble(rows.with_columns(n_features=stop - start, inputs=inputs)), start, stop
        )

    def _build_ensemble(self, rows: TrainingRows) -> Classifier:
        return EnsembleConfig(n_trees=self.n_trees, n_rounds=self.n_rounds, n_seeds=1).build_classifier(rows)
