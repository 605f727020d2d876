"""The protocol of a kind of head, from the targets of a snapshot to the metrics on a card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from services.trainer.fitting.cross_validation import FeatureArrays, FittedModel, OnFold
from services.trainer.protocols.added_rows import AddedRows
from services.trainer.protocols.training_hooks import NO_HOOKS, TrainingHooks
from shared.arrays import Floats, Indices
from shared.domain.dataset import DatasetItem
from shared.domain.estimators import Hyperparameters
from shared.domain.head import ModelHead
from shared.domain.snapshot import SnapshotCounts, TargetCounts
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TrainRequest
from shared.metrics.report_schema import HeadMetrics


@dataclass(frozen=True, kw_only=True)
class PreparedTargets:
    """The items of a snapshot with their targets in the order of the head's outputs."""

    head: ModelHead
    items: tuple[DatasetItem, ...]
    counts: TargetCounts = field(default_factory=TargetCounts)
    """What the card shall say of the targets."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CandidateSpec:
    """One candidate to be trained."""

    request: TrainRequest
    estimator: str
    inputs: str
    x: FeatureArrays
    """A row per item."""
    items: Sequence[DatasetItem]
    head: ModelHead
    seed: int
    n_catalogue: int = len(CATALOGUE_COLUMNS)
    """How many of the last columns are catalogue columns, where `inputs` is fusion."""
    blocks: tuple[int, ...] = ()
    """Of the columns, as in `TrainingRows`."""
    hooks: TrainingHooks = NO_HOOKS
    """Of what trains for long."""
    added: AddedRows | None = None
    """What a model of classes learns from beside `items`, and is never judged on."""

    def take_rows(self, index: Indices) -> "CandidateSpec":
        """The same candidate on some of the items, beside the added rows that none of the others forbids."""
        return replace(
            self,
            items=[self.items[i] for i in index.tolist()],
            x=self.x[index],
            added=self.added and self.added.select_for(index),
        )

    def target_matrix(self) -> Floats:
        """`(n, k)`: the numbers of a head that is no taxonomy."""
        return np.array([item.example.values for item in self.items], dtype=np.float64)

    def artist_groups(self) -> list[str]:
        """The artist group of each row."""
        return [item.group for item in self.items]


class HeadStrategy(Protocol):
    """One kind of head."""

    def prepare_targets(
        self, items: Sequence[DatasetItem], request: TrainRequest, *, words: Mapping[str, Sequence[str]]
    ) -> PreparedTargets:
        """Fix the outputs and check that there is enough of each. `words` are the targets in words by track id.

        Raises PermanentError(`not_enough_labels`), saying what to do.
        """

    def cross_fit(self, candidate: CandidateSpec, *, on_fold: OnFold, finished: Mapping[int, Floats]) -> Floats:
        """Out-of-fold predictions for every item: `(n, k)` or wider."""

    def evaluate_predictions(self, predictions: Floats, candidate: CandidateSpec) -> tuple[Floats, HeadMetrics]:
        """The out-of-fold answers `(n, k)` to keep, and how good they are."""

    def fit_final(self, candidate: CandidateSpec) -> FittedModel:
        """Fitted to all items."""

    def list_hyperparameters(self, fitted: FittedModel, candidate: CandidateSpec) -> Hyperparameters:
        """Those in use, for the card."""

    def describe_limits(self, head: ModelHead, counts: SnapshotCounts) -> Sequence[str]:
        """What the card says that this kind of head cannot."""
