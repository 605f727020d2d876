"""What is done about rare classes, always inside the training side of a fold.

Rows are made up by imbalanced-learn, and its Pipeline applies a sampler to what is fitted only, never to what is
answered. Neighbours are looked for in standardised features, because a duration in milliseconds would otherwise decide
alone who is near. Sources: Chawla et al. 2002 (SMOTE), Han et al. 2005 (Borderline), He et al. 2008 (ADASYN), Batista
et al. 2004 (Tomek links after SMOTE).
"""

from typing import Any

import numpy as np
from imblearn.combine import SMOTETomek
from imblearn.over_sampling import ADASYN, SMOTE, BorderlineSMOTE, RandomOverSampler
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler
from sklearn.utils.class_weight import compute_sample_weight

from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats32
from shared.errors import PermanentError, Reason


class TrainingSampler(BaseEstimator):  # type: ignore[misc]
    """One of imbalanced-learn's samplers, on standardised features."""

    def __init__(self, imbalance: str, seed: int) -> None:
        self.imbalance = imbalance
        self.seed = seed

    def fit_resample(self, x: Floats32, y: NDArray[np.intp]) -> tuple[Floats32, NDArray[np.intp]]:
        """The rows with made-up ones behind them. Raises PermanentError(`not_enough_labels`), saying what to do."""
        scaler = StandardScaler().fit(x)
        try:
            rows, targets = _build_sampler(self.imbalance, y, self.seed).fit_resample(scaler.transform(x), y)
        except (ValueError, RuntimeError) as error:
            raise PermanentError(
                Reason.NOT_ENOUGH_LABELS,
                f"{self.imbalance} could make up no rows ({error}): use weights or oversample, or label more tracks",
            ) from error
        return scaler.inverse_transform(rows).astype(np.float32), targets


class SampleWeights(BaseEstimator):  # type: ignore[misc]
    """A classifier whose rows weigh what `balanced_weights` says."""

    def __init__(self, classifier: Any, imbalance: str = "weights") -> None:
        self.classifier = classifier
        self.imbalance = imbalance

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen."""
        seen: NDArray[np.intp] = self.classifier.classes_
        return seen

    def fit(self, x: Floats32, y: NDArray[np.intp]) -> "SampleWeights":
        """Fit with balanced weights."""
        self.classifier.fit(x, y, sample_weight=balanced_weights(y, imbalance=self.imbalance))
        return self

    def predict_proba(self, x: Floats32) -> NDArray[np.floating]:
        """As the classifier."""
        answer: NDArray[np.floating] = self.classifier.predict_proba(x)
        return answer


def balanced_weights(y: NDArray[np.intp], *, imbalance: str) -> NDArray[np.float64]:
    """`(n,)`: what each row weighs where every class weighs the same, or the square root of that (`soft_weights`)."""
    weights: NDArray[np.float64] = compute_sample_weight("balanced", y)
    return np.sqrt(weights) if imbalance == "soft_weights" else weights


def is_resampling(imbalance: str) -> bool:
    """Whether rows are made up."""
    return imbalance not in {"none", "weights", "soft_weights"}


def balance_classifier(classifier: Any, rows: TrainingRows) -> Classifier:
    """`classifier`, which takes sample weights, with what `rows.imbalance` asks for in front of it."""
    made: Classifier
    if "weights" in rows.imbalance:
        made = SampleWeights(classifier, rows.imbalance)
    elif is_resampling(rows.imbalance):
        made = Pipeline([("sampler", TrainingSampler(rows.imbalance, rows.seed)), ("classifier", classifier)])
    else:
        made = classifier
    return made


def _build_sampler(imbalance: str, y: NDArray[np.intp], seed: int) -> Any:
    rarest = int(np.bincount(y)[np.unique(y)].min())
    if imbalance == "oversample" or rarest < 2:  # noqa: PLR2004 - one row has no neighbour of its kind
        return RandomOverSampler(random_state=seed)
    k = min(5, rarest - 1)
    smote = SMOTE(k_neighbors=k, random_state=seed)
    samplers = {
        "smote": lambda: smote,
        "borderline_smote": lambda: BorderlineSMOTE(k_neighbors=k, random_state=seed),
        "adasyn": lambda: ADASYN(n_neighbors=k, random_state=seed),
        "smote_tomek": lambda: SMOTETomek(smote=smote, random_state=seed),
    }
    return samplers[imbalance]()
