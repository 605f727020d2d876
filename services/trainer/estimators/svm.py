"""A support vector machine with a Gaussian kernel, one against the rest for each class, and calibrated probabilities.

Calibration: Platt, *Probabilistic outputs for support vector machines* (1999), one sigmoid per class, fitted to
decisions that were made for artists not fitted on.

One against the rest, because its decisions are smooth: scikit-learn's own multi-class decision counts the votes of
pairs, so that a pair at its boundary jumps by a vote between float64 and the float32 of the export (a difference of
.14 was seen), and sigmoids fit votes badly (ECE .103 against .034 on the talk's table).
"""

import warnings
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from services.trainer.estimators.block_scaling import build_scaler
from services.trainer.model_selection.resampling import TrainingSampler, balanced_weights, is_resampling
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows
from shared.domain.estimators import Hyperparameters

_COST, _COST_OF_BLOCKS = 1.0, 3.0
_REACH_OF_BLOCKS = 0.5


@dataclass(frozen=True, kw_only=True)
class SvmConfig(EstimatorConfig):
    """Scaler, then a calibrated machine for each class.

    The scaler stands before the calibration, not inside it: with skl2onnx 1.20 a calibrated *pipeline* of two classes
    exports without complaint to a graph that answers the wrong way round. The scaler still sees training rows only.
    """

    name: ClassVar[str] = "svm"
    C: float | str = "auto"
    """Cost of a margin error, > 0; `auto`: 1, and 3 where columns stand in blocks."""
    gamma: float | str = "scale"
    """`scale`: as scikit-learn has it, and .5 / number of blocks where columns stand in blocks: the mean squared
    distance of two rows is twice that number.
    """

    def effective_hyperparameters(self, rows: TrainingRows) -> Hyperparameters:
        """The numbers that the words stand for."""
        return {"C": self.choose_cost(rows), "gamma": self.choose_gamma(rows)}

    def choose_cost(self, rows: TrainingRows) -> float:
        """`C` for what `rows` read."""
        if isinstance(self.C, str):
            return _COST_OF_BLOCKS if rows.blocks else _COST
        return self.C

    def choose_gamma(self, rows: TrainingRows) -> float | str:
        """`gamma` for what `rows` read."""
        return _REACH_OF_BLOCKS / len(rows.blocks) if self.gamma == "scale" and rows.blocks else self.gamma

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """A pipeline not fitted yet. Every class must stand in every train of `rows.grouped_splits`."""
        machines = ResampledOvrSvc(
            C=self.choose_cost(rows), gamma=self.choose_gamma(rows), imbalance=rows.imbalance, seed=rows.seed
        )
        return CalibratedSvm(machines, rows)


class ResampledOvrSvc(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A machine for each class against the rest, fitted to rows balanced first.

    Inside the calibration, so that its sigmoids are fitted to real rows only: a made-up row of one side would stand
    between rows of the other.
    """

    def __init__(self, C: float, gamma: float | str, imbalance: str, seed: int) -> None:  # noqa: N803 - libsvm's word
        self.C = C
        self.gamma = gamma
        self.imbalance = imbalance
        self.seed = seed

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp]) -> "ResampledOvrSvc":
        """Fit to `x` and made-up rows."""
        if is_resampling(self.imbalance):
            x, y = TrainingSampler(self.imbalance, self.seed).fit_resample(x, y)
        svc = SVC(C=self.C, kernel="rbf", gamma=self.gamma, cache_size=500)
        self.machines_ = OneVsRestClassifier(svc).fit(x, y)
        self.classes_ = self.machines_.classes_
        return self

    def decision_function(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """`(n, k)`, or `(n,)` for two classes."""
        decision: NDArray[np.floating] = self.machines_.decision_function(x)
        return decision

    def predict(self, x: NDArray[np.float32]) -> NDArray[np.intp]:
        """The class of the highest decision."""
        answer: NDArray[np.intp] = self.machines_.predict(x)
        return answer


class CalibratedSvm(BaseEstimator):  # type: ignore[misc]
    """Scaler, machines and sigmoids. With balanced rows the sigmoids weigh the classes alike too, because they would
    otherwise take back what the balance gives. Weights go to the sigmoids alone: a machine is one class against the
    rest, and its calibration would undo its own.
    """

    def __init__(self, machines: ResampledOvrSvc, rows: TrainingRows) -> None:
        self.machines = machines
        self.rows = rows

    def fit(self, x: NDArray[np.float32], y: NDArray[np.intp]) -> "CalibratedSvm":
        """Fit everything to `x`, whose rows are `rows`."""
        calibrated = CalibratedClassifierCV(
            self.machines, method="sigmoid", ensemble=False, cv=self.rows.grouped_splits
        )
        weights: dict[str, Any] = {}
        if self.rows.imbalance != "none":
            weights = {"calibratedclassifiercv__sample_weight": balanced_weights(y, imbalance=self.rows.imbalance)}
        with warnings.catch_warnings():
            # that the weights go to the sigmoids alone is what is wanted
            warnings.filterwarnings("ignore", message=".*sample_weight.*")
            self.pipeline_ = make_pipeline(build_scaler(self.rows), calibrated).fit(x, y, **weights)
        inner = self.pipeline_[-1].calibrated_classifiers_[0]
        # skl2onnx knows the machines, and nothing of what balanced their rows
        inner.estimator = inner.estimator.machines_
        self.classes_ = self.pipeline_.classes_
        return self

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.floating]:
        """`(n, k)`."""
        answer: NDArray[np.floating] = self.pipeline_.predict_proba(x)
        return answer
