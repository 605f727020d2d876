"""A network with the interface of a classifier: `fit`, `predict_proba`, `classes_`."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.model_selection.resampling import balanced_weights
from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.batches import BatchStream
from services.trainer.networks.config import NetworkConfig
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.graph import InputScaling, NetworkGraph, TensorsByName
from services.trainer.networks.heads import (
    ANSWER,
    activate_logits,
    compute_total_loss,
    encode_plane,
    encode_targets,
    score_outputs,
)
from services.trainer.networks.spec_augment import SpecAugment
from services.trainer.networks.training_loop import OptimizationConfig, TrainingLoop
from services.trainer.protocols.training_hooks import TrainingState
from services.trainer.protocols.training_rows import TrainingRows
from services.trainer.splits import inner_splits
from shared.arrays import Floats32, Indices
from shared.domain.head import CLASSES, PLANE, VALENCE_AROUSAL, ModelHead
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject

Features = ExcerptArrays | Floats32
_N_SCALED = 128
"""Tracks whose first excerpts the scaling is learned from: a mean and a deviation over 3.5 million values."""
_AT_ONCE = 48
"""Excerpts that are answered together: 5 MB."""
_N_VALIDATION = 6
"""One in so many artists of the training side is held out to stop early."""


class NetworkClassifier:
    """Made by a `NetworkEstimator` for the rows that it will be fitted to."""

    def __init__(self, config: NetworkConfig, rows: TrainingRows) -> None:
        self.config, self.rows = config, rows
        self.graph: NetworkGraph
        self.state = TrainingState()
        self.variants: JsonObject | None = None
        self._classes: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    @property
    def classes_(self) -> NDArray[np.intp]:
        """The targets seen; of tags and dimensions the positions of all."""
        return self._classes

    @property
    def reads_excerpts(self) -> bool:
        """Several excerpts of a track, not a row or one array of samples."""
        return len(self.graph.excerpt) > 1

    @property
    def is_audio(self) -> bool:
        """Read from what was heard, and not from a table."""
        return not self._is_table

    def fit(self, x: Features, y: NDArray[Any]) -> "NetworkClassifier":
        """Fit to `x` and `y: (n,)`, positions of classes, or `(n, k)` for tags and dimensions.

        Starts from the checkpoint of the same network on the same rows, if there is one. Raises whatever the
        hooks' `check_cancelled` raises, and PermanentError(`not_enough_labels`) for a balancing that networks have not.
        """
        config, hooks = self.config, self.rows.hooks
        tensorflow_runtime.load_tensorflow(hooks.n_threads)
        self._is_table = isinstance(x, np.ndarray)
        strategy = tensorflow_runtime.distribution_strategy()
        heads, targets = self._build_heads(y)
        train, held_out = self._split_validation(y)
        with strategy.scope():
            tensorflow_runtime.load_keras().utils.set_random_seed(self.rows.seed)
            self.graph = NetworkGraph(config, heads, excerpt=_excerpt_shape(x), scaling=self._fit_scaling(x, train))
            weights = {name: 1.0 if name == ANSWER else config.plane for name in heads}
            batches = self._build_batches(x, y, train, {name: part[train] for name, part in targets.items()})
            optimization = OptimizationConfig(
                epochs=config.epochs,
                learning_rate=config.learning_rate,
                schedule=config.schedule,
                patience=config.patience,
                weight_decay=config.weight_decay,
                focal=config.focal,
                averaging=config.averaging,
                rounds_products=config.precision == "bfloat16",
                head_weights=weights,
            )
            training = TrainingLoop(self.graph, batches, optimization)
        hard = self._encode_targets(heads, y, smoothing=0.0)

        def validate_epoch() -> tuple[float, float]:
            return self._evaluate_held_out(x, y, hard, held_out, weights)

        self.state = training.run(
            name=self._checkpoint_name(x, y),
            hooks=hooks,
            validate=validate_epoch if len(held_out) else None,
        )
        return self

    def predict_proba(self, x: Features) -> NDArray[np.floating]:
        """`(n, k)`: what the first head answers."""
        return self.predict_outputs(x)[ANSWER]

    def predict_outputs(self, x: Features) -> dict[str, NDArray[np.floating]]:
        """By output, `(n, …)` each; tracks with equally many excerpts are answered together."""
        outputs: dict[str, NDArray[np.floating]] = {}
        for positions, batch in self.iter_batches(x):
            for name, part in self._run_batch(batch).items():
                outputs.setdefault(name, np.empty((len(x), part.shape[1]), dtype=np.float32))[positions] = part
        return outputs

    def iter_batches(self, x: Features) -> Iterator[tuple[NDArray[np.intp], Floats32]]:
        """`(positions, what the graph reads of them)`, as the exported graph reads it too."""
        if isinstance(x, np.ndarray):
            for positions in np.array_split(np.arange(len(x)), max(1, -(-len(x) // 4096))):
                yield positions, np.asarray(x[positions], dtype=np.float32)
            return
        for positions in x.group_by_length(range(len(x)), most=_AT_ONCE):
            yield positions, x.stack_batch(positions)
            self.rows.hooks.check_cancelled()

    def as_card(self) -> JsonObject:
        """What the card says beside the hyperparameters."""
        card: JsonObject = {
            "n_parameters": self.graph.n_parameters,
            "epochs_trained": self.state.epoch,
            "best_epoch": self.state.best_epoch or None,
            "precision": self.config.precision if tensorflow_runtime.supports_bfloat16() else "float32",
        }
        if self.config.spec_augment == "on":
            card |= SpecAugment().as_card()
        if self.variants:
            card["augmented_variants"] = self.variants
        return {"network": card}

    def _run_batch(self, batch: Floats32) -> Mapping[str, NDArray[np.floating]]:
        heads = self.graph.heads
        logits = self._compute_logits(batch).items()
        return {
            name: np.asarray(activate_logits(heads[name], part) if name in heads else part) for name, part in logits
        }

    def _output_head(self) -> ModelHead:
        head = self.rows.head
        return head or ModelHead(kind=CLASSES, name="", outputs=tuple(map(str, range(int(self.rows.y.max()) + 1))))

    def _build_heads(self, y: NDArray[Any]) -> tuple[dict[str, ModelHead], dict[str, Floats32]]:
        """The heads of the graph, of the classes seen only, and what each is to learn."""
        head = self._output_head()
        if head.kind == CLASSES:
            self._classes = np.unique(y)
            seen = tuple(head.outputs[c] for c in self._classes.tolist())
            heads = {ANSWER: ModelHead(kind=CLASSES, name=head.name, outputs=seen)}
            if self.config.plane and encode_plane(seen, np.empty(0, dtype=np.intp)) is not None:
                heads[PLANE] = VALENCE_AROUSAL
        else:
            self._classes = np.arange(len(head.outputs))
            heads = {ANSWER: head}
        return heads, self._encode_targets(heads, y, smoothing=self.config.label_smoothing)

    def _encode_targets(
        self, heads: Mapping[str, ModelHead], y: NDArray[Any], *, smoothing: float
    ) -> dict[str, Floats32]:
        head = heads[ANSWER]
        place = np.searchsorted(self._classes, y) if head.kind == CLASSES else y
        encoded = {ANSWER: encode_targets(head, place, smoothing=smoothing)}
        if PLANE in heads:
            plane = encode_plane(head.outputs, place)
            assert plane is not None
            encoded[PLANE] = plane
        return encoded

    def _split_validation(self, y: NDArray[Any]) -> tuple[Indices, Indices]:
        """Rows to learn from, and rows of other artists that say when to stop."""
        every = np.arange(len(y))
        if not self.config.patience:
            return every, every[:0]
        strata = y if y.ndim == 1 and self._output_head().kind == CLASSES else np.zeros(len(y), dtype=np.intp)
        return inner_splits(strata, self.rows.groups.tolist(), seed=self.rows.seed, n_splits=_N_VALIDATION)[0]

    def _fit_scaling(self, x: Features, train: Indices) -> InputScaling:
        if isinstance(x, np.ndarray):
            return InputScaling.from_rows(x[train])
        if len(x.excerpt) == 1:
            return InputScaling("sound")
        if self.config.scale == "power":
            return InputScaling("power")
        some = np.random.default_rng(self.rows.seed).permutation(train)[:_N_SCALED]
        sample = np.stack([x.read(i)[0] for i in some.tolist()])
        return InputScaling.from_decibels(sample, by_band=self.config.scale == "bands")

    def _build_batches(self, x: Features, y: NDArray[Any], train: Indices, targets: dict[str, Floats32]) -> BatchStream:
        rank, n_ranks = tensorflow_runtime.machine_rank()
        weights = self._compute_weights(y[train])
        if isinstance(x, np.ndarray):
            own: Features = np.asarray(x[train], dtype=np.float32)
            how: dict[str, Any] = {}
        else:
            own = x[train] if self.config.variants == "use" else x[train].without_variants()
            is_mel = len(x.excerpt) > 1
            how = {
                "n_excerpts": self.config.excerpts if is_mel else 1,
                "extra": own.list_variants() if is_mel else None,
                "spec_augment": SpecAugment() if is_mel and self.config.spec_augment == "on" else None,
                "jitter_db": self.config.jitter_db if is_mel else 0.0,
                "jitter_bands": self.config.jitter_bands if is_mel else 0,
            }
            self.variants = own.variants.as_card() if own.variants and how["extra"] else None
        return BatchStream(
            x=own,
            targets=targets,
            weights=weights,
            size=self.config.batch,
            seed=self.rows.seed,
            mixup=self.config.mixup,
            rank=rank,
            n_ranks=n_ranks,
            **how,
        )

    def _compute_weights(self, y: NDArray[Any]) -> Floats32:
        imbalance = self.rows.imbalance
        if imbalance == "none" or self._output_head().kind != CLASSES:
            return np.ones(len(y), dtype=np.float32)
        if "weights" not in imbalance:
            raise PermanentError(
                Reason.NOT_ENOUGH_LABELS, f"a network makes up no tracks ({imbalance}): use weights or soft_weights"
            )
        return balanced_weights(y, imbalance=imbalance).astype(np.float32)

    def _evaluate_held_out(
        self,
        x: Features,
        y: NDArray[Any],
        targets: Mapping[str, Floats32],
        held_out: Indices,
        weights: Mapping[str, float],
    ) -> tuple[float, float]:
        """Mean loss and score of rows as they sound, whole clips."""
        tf = tensorflow_runtime.load_tensorflow()
        part = x[held_out]
        answer = np.empty((len(held_out), len(self._classes)), dtype=np.float32)
        loss = 0.0
        for positions, batch in self.iter_batches(part):
            logits = self._compute_logits(batch)
            batch_targets = {name: tf.constant(t[held_out][positions]) for name, t in targets.items()}
            loss += float(
                tf.reduce_sum(compute_total_loss(self.graph.heads, weights, batch_targets, logits, focal=0.0))
            )
            answer[positions] = activate_logits(self.graph.heads[ANSWER], logits[ANSWER])
        place = np.searchsorted(self._classes, y[held_out]) if self._output_head().kind == CLASSES else y[held_out]
        return loss / len(held_out), score_outputs(self.graph.heads[ANSWER], place, answer)

    def _compute_logits(self, batch: Floats32) -> TensorsByName:
        tf = tensorflow_runtime.load_tensorflow()
        if not hasattr(self, "_raw"):
            shape = [None] * (batch.ndim - len(self.graph.excerpt)) + list(self.graph.excerpt)
            self._raw = tf.function(
                lambda x: self.graph.compute_logits(x, training=False),
                input_signature=[tf.TensorSpec(shape, tf.float32)],
                autograph=False,
            )
        logits: TensorsByName = self._raw(tf.constant(batch))
        return logits

    def _checkpoint_name(self, x: Features, y: NDArray[Any]) -> str:
        """The same for the same network on the same rows, on every machine."""
        what = hashlib.sha256(json.dumps([self.config.name, self.config.hyperparameters, self.rows.seed]).encode())
        what.update(np.ascontiguousarray(y).tobytes())
        what.update(x.digest_ids().encode() if isinstance(x, ExcerptArrays) else np.ascontiguousarray(x).tobytes())
        what.update(json.dumps([self.rows.imbalance, list(self._output_head().outputs)]).encode())
        return what.hexdigest()[:32]


def _excerpt_shape(x: Features) -> tuple[int, ...]:
    return x.shape[1:] if isinstance(x, np.ndarray) else x.excerpt


class NetworkEstimator(NetworkConfig):
    """Base of the architectures: a configuration that builds its classifier."""

    def build_classifier(self, rows: TrainingRows) -> NetworkClassifier:
        """The network, not trained yet. Nothing of TensorFlow is imported before it is."""
        return NetworkClassifier(self, rows)
