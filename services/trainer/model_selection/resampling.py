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

from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Floats, Floats32
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
    """A classifier whose rows weigh what `balanced_weights` and their own weights say."""

    def __init__(self, classifier: Any, imbalance: str = "weights", sample_weight: Floats | None = None) -> None:
        self.classifier = classifier
        self.imbalance = imbalance
        self.sample_weight = sample_weight
        """`(n,)`: of the rows that it will be fitted to, before classes are balanced."""

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen."""
        seen: NDArray[np.intp] = self.classifier.classes_
        return seen

    def fit(self, x: Floats32, y: NDArray[np.intp]) -> "SampleWeights":
        """Fit with balanced weights, or with those of the rows alone where nothing is to be balanced."""
        weights = self.sample_weight
        if self.imbalance != "none":
            weights = balanced_weights(y, imbalance=self.imbalance, sample_weight=weights)
        self.classifier.fit(x, y, sample_weight=weights)
        return self

    def predict_proba(self, x: Floats32) -> NDArray[np.floating]:
        """As the classifier."""
        answer: NDArray[np.floating] = self.classifier.predict_proba(x)
        return answer


def balanced_weights(y: NDArray[np.intp], *, imbalance: str, sample_weight: Floats | None = None) -> Floats:
    """`(n,)`: what each row weighs where every class weighs the same, or the square root of that (`soft_weights`).

    Each row counts as `sample_weight: (n,)` says, also in the weight of its class.
    """
    own = np.ones(len(y)) if sample_weight is None else sample_weight
    classes, class_of = np.unique(y, return_inverse=True)
    totals = np.bincount(class_of, weights=own)
    weights: Floats = (own.sum() / (len(classes) * totals))[class_of]
    return own * (np.sqrt(weights) if imbalance == "soft_weights" else weights)


def is_resampling(imbalance: str) -> bool:
    """Whether rows are made up."""
    return imbalance not in {"none", "weights", "soft_weights"}


def balance_classifier(classifier: Any, rows: TrainingRows) -> Classifier:
    """`classifier`, which takes sample weights, with what `rows.imbalance` asks for in front of it, and the weights of
    the rows; where rows are made up these count alike.
    """
    made: Classifier
    if "weights" in rows.imbalance or (rows.sample_weight is not None and not is_resampling(rows.imbalance)):
        made = SampleWeights(classifier, rows.imbalance, rows.sample_weight)
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
