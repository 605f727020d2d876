"""The last layers of MusiCNN, trained on: batch normalisation, a dense layer, batch normalisation, classes.

The dense layer begins with the weights that were trained on Last.fm tags. What comes before it is not trained, so
that its outputs can be stored. Written in NumPy: some thousand rows of 1,506 values take seconds, and a fit depends on
nothing but its seed.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator

from services.trainer.estimators.pretrained_layer import N_HIDDEN, DenseLayer, draw_layer, read_pretrained_layer
from services.trainer.model_selection.resampling import TrainingSampler, balanced_weights, is_resampling
from services.trainer.protocols.classifier import Classifier
from services.trainer.protocols.estimator_config import EstimatorConfig
from services.trainer.protocols.training_rows import TrainingRows
from shared.arrays import Features, Floats, Indices, Tensor
from shared.domain.dataset import TAGGER_POOL

_BATCH = 32
_PATIENCE = 12
"""Epochs without a lower loss on the artists that are left out, after which a member stops."""
_HEAD_RATE = 1e-3
"""Learning rate of the classes, which begin at zero."""
_DECAY = 1e-2
"""Of the weights of the classes."""
_SEED_STEP = 1000
_TINY = 1e-7


@dataclass(frozen=True, kw_only=True)
class AudioTaggerFinetuned(EstimatorConfig):
    """Members that differ by seed and by the artists on which they stop; their probabilities are averaged."""

    name: ClassVar[str] = "audio_tagger_finetuned"
    n_seeds: int = 3
    epochs: int = 60
    learning_rate: float = 3e-4
    """Of the dense layer."""
    dropout: float = 0.5
    """Share of the hidden values, and a little more than half of it of the pooled ones."""
    mixup: float = 0.0
    """Parameter of the Beta distribution by which pairs of tracks are mixed; 0: none are."""

    def build_classifier(self, rows: TrainingRows) -> Classifier:
        """The members, not fitted yet."""
        return FinetunedClassifier(self, rows)


class FinetunedClassifier(BaseEstimator):  # type: ignore[misc]
    """The mean of members `softmax(ReLU(x @ kernel + bias) @ head + head_bias)`, all scales folded into the weights."""

    def __init__(self, config: AudioTaggerFinetuned, rows: TrainingRows) -> None:
        self.config = config
        self.rows = rows

    def fit(self, x: Features, y: NDArray[np.intp]) -> "FinetunedClassifier":
        """Fit to `x` `(n, n_features)`, whose rows are `rows`. On other inputs than `tagger_pool` the dense layer
        begins at random.

        Raises PermanentError: `not_found` or `tagger_mismatch` for the file with the weights to begin with.
        """
        self.classes_ = np.unique(y)
        targets = np.searchsorted(self.classes_, y)
        splits = self.rows.grouped_splits
        self.members_ = [
            self._fit_member(x, targets, *splits[i % len(splits)], seed=self.rows.seed + _SEED_STEP * i)
            for i in range(self.config.n_seeds)
        ]
        return self

    def predict_proba(self, x: Features) -> Floats:
        """`(n, k)`, in float64 as the exported graph computes it."""
        members = [member.predict_proba(x) for member in self.members_]
        return np.asarray(np.mean(members, axis=0))

    def _fit_member(self, x: Features, y: Indices, train: Indices, held_out: Indices, *, seed: int) -> "FoldedLayers":
        rng = np.random.default_rng(seed)
        held_x, held_y = x[held_out], y[held_out]
        x, y = x[train], y[train]
        imbalance = self.rows.imbalance
        if is_resampling(imbalance):
            x, y = TrainingSampler(imbalance, seed).fit_resample(x, y)
        weights, held_weights = (
            balanced_weights(one, imbalance=imbalance) if "weights" in imbalance else np.ones(len(one))
            for one in (y, held_y)
        )
        is_pretrained = self.rows.inputs == TAGGER_POOL
        layer = read_pretrained_layer() if is_pretrained else draw_layer(x, n_hidden=N_HIDDEN, rng=rng)
        layers = TrainedLayers(layer, x, n_classes=len(self.classes_), config=self.config, rng=rng)
        best, best_loss, n_worse = layers.fold(), np.inf, 0
        for _ in range(self.config.epochs):
            layers.train_epoch(x, y, weights)
            folded = layers.fold()
            loss = folded.log_loss(held_x, held_y, held_weights)
            best, best_loss, n_worse = (folded, loss, 0) if loss < best_loss else (best, best_loss, n_worse + 1)
            if n_worse >= _PATIENCE:
                break
        return best


class TrainedLayers:
    """The layers of one member while they are trained: Adam on the log loss."""

    def __init__(
        self, layer: DenseLayer, x: Features, *, n_classes: int, config: AudioTaggerFinetuned, rng: np.random.Generator
    ) -> None:
        self._layer, self._config, self._rng = layer, config, rng
        self._n_classes = n_classes
        hidden = np.maximum(self._normalised(x) @ layer.kernel + layer.bias, 0)
        # of the tracks that are learned from, as a batch normalisation is in training
        self._hidden_scale = (1 / np.maximum(hidden.std(axis=0), 1e-3)).astype(np.float32)
        self._hidden_shift = (-hidden.mean(axis=0) * self._hidden_scale).astype(np.float32)
        self._weights: dict[str, Tensor] = {
            "kernel": layer.kernel.copy(),
            "bias": layer.bias.copy(),
            "head": np.zeros((layer.bias.size, n_classes), dtype=np.float32),
            "head_bias": np.zeros(n_classes, dtype=np.float32),
        }
        self._means = {name: np.zeros_like(value) for name, value in self._weights.items()}
        self._squares = {name: np.zeros_like(value) for name, value in self._weights.items()}
        self._n_steps = 0

    def train_epoch(self, x: Features, y: Indices, weights: Floats) -> None:
        """One pass over the rows `x` `(n, n_features)` in a new order."""
        normalised, targets = self._normalised(x), np.eye(self._n_classes, dtype=np.float32)[y]
        order = self._rng.permutation(len(y))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            self._step(normalised[rows], targets[rows] * weights[rows, np.newaxis].astype(np.float32))

    def fold(self) -> "FoldedLayers":
        """The layers as they are now, with all scales and shifts in their weights."""
        kernel, bias, head, head_bias = self._weights.values()
        return FoldedLayers(
            kernel=self._layer.scale[:, np.newaxis] * kernel,
            bias=self._layer.shift @ kernel + bias,
            head=self._hidden_scale[:, np.newaxis] * head,
            head_bias=self._hidden_shift @ head + head_bias,
        )

    def _normalised(self, x: Features) -> Tensor:
        normalised: Tensor = (x * self._layer.scale + self._layer.shift).astype(np.float32)
        return normalised

    def _step(self, x: Tensor, targets: Tensor) -> None:
        """`targets` `(n, k)`: the share of each class in a row, times the weight of the row."""
        if self._config.mixup:
            share = self._rng.beta(self._config.mixup, self._config.mixup, (len(x), 1)).astype(np.float32)
            others = self._rng.permutation(len(x))
            x, targets = share * x + (1 - share) * x[others], share * targets + (1 - share) * targets[others]
        x = x * self._keep(x, 0.6 * self._config.dropout)
        kernel, bias, head, head_bias = self._weights.values()
        active = x @ kernel + bias
        hidden = np.maximum(active, 0) * self._hidden_scale + self._hidden_shift
        kept = self._keep(hidden, self._config.dropout)
        answers = softmax(hidden * kept @ head + head_bias, axis=1)
        error = (answers * targets.sum(axis=1, keepdims=True) - targets) / np.float32(len(x))
        backward = error @ head.T * kept * self._hidden_scale * (active > 0)
        gradients = {
            "kernel": x.T @ backward,
            "bias": backward.sum(axis=0),
            "head": (hidden * kept).T @ error + _DECAY * head,
            "head_bias": error.sum(axis=0),
        }
        self._n_steps += 1
        for name, gradient in gradients.items():
            self._move(name, gradient, rate=_HEAD_RATE if name.startswith("head") else self._config.learning_rate)

    def _keep(self, values: Tensor, dropout: float) -> Tensor:
        """1 / (1 - dropout) where a value is kept, else 0."""
        if not dropout:
            return np.ones_like(values)
        return (self._rng.random(values.shape, dtype=np.float32) >= dropout).astype(np.float32) / np.float32(
            1 - dropout
        )

    def _move(self, name: str, gradient: Tensor, *, rate: float) -> None:
        """A step of Adam (Kingma and Ba 2015)."""
        mean, square = self._means[name], self._squares[name]
        mean += 0.1 * (gradient - mean)
        square += 0.001 * (gradient**2 - square)
        corrected = mean / (1 - 0.9**self._n_steps)
        self._weights[name] -= rate * corrected / (np.sqrt(square / (1 - 0.999**self._n_steps)) + _TINY)


@dataclass(frozen=True, kw_only=True, eq=False)
class FoldedLayers:
    """`softmax(ReLU(x @ kernel + bias) @ head + head_bias)`; float32 weights, float64 arithmetic."""

    kernel: Tensor
    """`(n_features, n_hidden)`"""
    bias: Tensor
    """`(n_hidden,)`"""
    head: Tensor
    """`(n_hidden, n_classes)`"""
    head_bias: Tensor
    """`(n_classes,)`"""

    def __post_init__(self) -> None:
        """Round once, to what is exported."""
        for name in ("kernel", "bias", "head", "head_bias"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float32))

    def predict_proba(self, x: Features) -> Floats:
        """`(n, n_classes)`."""
        hidden = np.maximum(x.astype(np.float64) @ self.kernel + self.bias, 0)
        return np.asarray(softmax(hidden @ self.head + self.head_bias, axis=1), dtype=np.float64)

    def log_loss(self, x: Features, y: Indices, weights: Floats) -> float:
        """Weighted mean over the rows."""
        likelihoods = np.maximum(self.predict_proba(x)[np.arange(len(y)), y], _TINY)
        return float(-(weights * np.log(likelihoods)).sum() / weights.sum())
