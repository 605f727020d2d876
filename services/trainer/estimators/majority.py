"""The floor that every model has to beat: the shares of the classes, whatever the features say."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from sklearn.dummy import DummyClassifier

from services.trainer.estimators import Classifier, InnerSplits


@dataclass(frozen=True, kw_only=True)
class Majority:
    """Answers the commonest class, with the training shares as probabilities."""

    name: ClassVar[str] = "majority"

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """None."""
        return asdict(self)

    def build(
        self,
        *,
        n_features: int,  # noqa: ARG002 - the protocol's
        classes: Sequence[str],  # noqa: ARG002
        seed: int,  # noqa: ARG002
        inner_splits: InnerSplits,  # noqa: ARG002
    ) -> Classifier:
        """A classifier that ignores its features."""
        classifier: Classifier = DummyClassifier(strategy="prior")
        return classifier
