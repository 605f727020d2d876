"""A network that stands beside a classifier of descriptors: what both say, averaged.

Nothing is learned from what they say, only by each of them: a regression over answers or embeddings of rows that the
network was fitted to would have seen their labels, and one over inner answers would train the network once more for
each inner fold. See decision 0052.
"""

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks.network import NetworkClassifier
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.protocols.classifier import Classifier, ClassifierBuilder
from services.trainer.protocols.training_rows import TrainingRows
from shared.json_objects import JsonObject


class LateFusion:
    """The weighted mean of what a classifier says of a track's descriptors and a network of its excerpts."""

    def __init__(
        self, described: ClassifierBuilder, network: ClassifierBuilder, rows: TrainingRows, *, weight: float
    ) -> None:
        """`network` builds a `NetworkClassifier` with the share `weight`, in [0, 1]; both are fitted to `rows` only."""
        self.described, self.network = described, network
        self.rows = rows
        self.weight = weight

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen: both see the same."""
        seen: NDArray[np.intp] = self.network_.classes_
        return seen

    def fit(self, x: DescriptorsAndExcerpts, y: NDArray[np.intp]) -> "LateFusion":
        """Fit the network first: if the trainer is killed after it, its last checkpoint is the whole network."""
        rows = self.rows
        network = self.network(rows.with_columns(n_features=x.stacks.shape[1], inputs="spectrogram"))
        assert isinstance(network, NetworkClassifier)
        self.network_ = network.fit(x.stacks, y)
        rows.hooks.check_cancelled()
        self.described_: Classifier = self.described(rows.with_columns(n_features=x.shape[1], inputs="descriptors"))
        self.described_.fit(x.table, y)
        return self

    def predict_proba(self, x: DescriptorsAndExcerpts) -> NDArray[np.floating]:
        """`(n, k)`."""
        by_network = self.network_.predict_proba(x.stacks)
        mean: NDArray[np.floating] = self.weight * by_network + (1 - self.weight) * self.described_.predict_proba(
            x.table
        )
        return mean

    def as_card(self) -> JsonObject:
        """What the card says beside the hyperparameters."""
        own = self.network_
        return {"of_the_network": own.config.hyperparameters | own.as_card()["network"]}
