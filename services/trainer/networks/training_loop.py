"""The training loop: our own, because Keras 3.15's `fit` fails over several machines, cannot be stopped between
batches, and knows no checkpoint that goes on with the same epoch.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.batches import BatchStream
from services.trainer.networks.graph import NetworkGraph
from services.trainer.networks.heads import compute_total_loss
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks, TrainingState

Validate = Callable[[], tuple[float, float]]
"""Validation loss and score, of the graph as it is."""
_WARM_UP_EPOCHS = 1


@dataclass(frozen=True, kw_only=True)
class OptimizationConfig:
    """How long, and how large the steps are."""

    epochs: int
    learning_rate: float
    schedule: str
    patience: int
    weight_decay: float
    focal: float
    averaging: float
    """Share of the averaged weights that a step leaves as it was; 0: the weights as they are."""
    rounds_products: bool
    """To bfloat16, sums and weights in float32, where the processor has it."""
    head_weights: Mapping[str, float]

    def learning_rate_at(self, step: int, *, n_steps: int) -> float:
        """The learning rate of a step from 0, where an epoch has `n_steps`."""
        if self.schedule == "constant":
            return self.learning_rate
        warm, every = _WARM_UP_EPOCHS * n_steps, self.epochs * n_steps
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, every - warm)))


class TrainingLoop:
    """One network on the batches of one training side.

    Build it, and the graph, within `tensorflow_runtime.strategy().scope()`.
    """

    def __init__(self, graph: NetworkGraph, batches: BatchStream, config: OptimizationConfig) -> None:
        tf, keras = tensorflow_runtime.load_tensorflow(), tensorflow_runtime.load_keras()
        self.graph, self.batches, self.config = graph, batches, config
        self.optimizer = keras.optimizers.AdamW(
            config.learning_rate,
            weight_decay=config.weight_decay,
            clipnorm=5.0,
            **({"use_ema": True, "ema_momentum": config.averaging} if config.averaging else {}),
        )
        self.optimizer.build(graph.trainable_variables)
        # traced once: the rows of a batch are not always equally many
        signature = [*batches.tensor_signature(), tf.TensorSpec((), tf.float32)]
        self._step = tf.function(self._run_distributed_step, input_signature=signature, autograph=False)

    def run(self, *, name: str, hooks: TrainingHooks, validate: Validate | None) -> TrainingState:
        """Train from the last checkpoint called `name`, or from the beginning, and leave the graph at its best epoch.

        Whatever `hooks.check_cancelled` raises ends it; the epochs before are kept.
        """
        kept = hooks.checkpoints
        state = (kept.load(name) if kept else None) or TrainingState()
        if state.epoch:
            self._restore_state(state)
        started, n_done = time.monotonic(), 0
        while not state.is_over:
            loss = self._run_epoch(state.epoch, check_cancelled=hooks.check_cancelled)
            n_done += 1
            with self._averaged_weights():
                figures = self._record_epoch(state, loss, validate)
            if kept and tensorflow_runtime.machine_rank()[0] == 0:
                state.variables = self._copy_values()
                kept.save(name, state)
            hooks.on_epoch(
                EpochReport(**figures, n_epochs=self.config.epochs, seconds=(time.monotonic() - started) / n_done)
            )
        if state.best:
            _assign_values(self.graph.variables, state.best)
        elif self.config.averaging:
            self.optimizer.finalize_variable_values(self.graph.trainable_variables)
        return state

    def _record_epoch(self, state: TrainingState, loss: float, validate: Validate | None) -> dict[str, Any]:
        """Write the epoch that has ended into `state`."""
        state.epoch += 1
        validation_loss, score = validate() if validate else (None, None)
        if validation_loss is not None:
            validation_loss = self._average_over_machines(validation_loss)
        figures = {"epoch": state.epoch, "loss": loss, "validation_loss": validation_loss, "score": score}
        state.curve.append({name: None if value is None else float(value) for name, value in figures.items()})
        if validation_loss is not None and validation_loss < state.best_loss:
            state.best_loss, state.best_epoch = validation_loss, state.epoch
            state.best = [np.asarray(variable) for variable in self.graph.variables]
        waited = state.epoch - state.best_epoch
        is_patient = validation_loss is None or not self.config.patience or waited < self.config.patience
        state.is_over = state.epoch >= self.config.epochs or not is_patient
        return figures

    def _average_over_machines(self, value: float) -> float:
        """The mean over the machines: all have to stop at the same epoch, and each rounds a little differently."""
        tf, strategy = tensorflow_runtime.load_tensorflow(), tensorflow_runtime.distribution_strategy()
        if strategy.num_replicas_in_sync == 1:
            return value

        @tf.function(autograph=False)  # type: ignore[untyped-decorator]
        def reduce_mean(own: Any) -> Any:
            return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(tf.identity, args=(own,)), axis=None)

        return float(reduce_mean(tf.constant(value, tf.float32)))

    def _run_epoch(self, epoch: int, *, check_cancelled: Callable[[], None]) -> float:
        """The mean loss of a row."""
        tf = tensorflow_runtime.load_tensorflow()
        n_steps, losses, n_rows = self.batches.n_steps, tf.constant(0.0), 0
        for step, (x, targets, weights) in enumerate(self.batches.stream_epoch(epoch)):
            check_cancelled()
            rate = self.config.learning_rate_at(epoch * n_steps + step, n_steps=n_steps)
            self.optimizer.learning_rate.assign(rate)
            n = int(weights.shape[0]) * self.batches.n_ranks
            with tensorflow_runtime.bfloat16_autocast(on=self.config.rounds_products):
                losses += self._step(x, targets, weights, tf.constant(n, tf.float32))
            n_rows += n
        return float(losses) / max(1, n_rows)

    def _run_distributed_step(self, x: Any, targets: Any, weights: Any, n: Any) -> Any:
        strategy = tensorflow_runtime.distribution_strategy()
        losses = strategy.run(self._run_step, args=(x, targets, weights, n))
        return strategy.reduce(tensorflow_runtime.load_tensorflow().distribute.ReduceOp.SUM, losses, axis=None)

    def _run_step(self, x: Any, targets: Any, weights: Any, n: Any) -> Any:
        """One step; the sum of the losses of its rows. `n` rows are in the batch of all machines together."""
        tf = tensorflow_runtime.load_tensorflow()
        variables = self.graph.trainable_variables
        with tf.GradientTape() as tape:
            logits = self.graph.compute_logits(x, training=True)
            each = compute_total_loss(
                self.graph.heads, self.config.head_weights, targets, logits, focal=self.config.focal
            )
            summed = tf.reduce_sum(each * weights)
            loss = summed / n
        # summed over the machines by the optimizer
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return summed

    @contextmanager
    def _averaged_weights(self) -> Iterator[None]:
        """The graph with the mean of its last weights: it swings less from epoch to epoch than they do."""
        if not self.config.averaging:
            yield
            return
        own = [np.asarray(variable) for variable in self.graph.trainable_variables]
        self.optimizer.finalize_variable_values(self.graph.trainable_variables)
        try:
            yield
        finally:
            _assign_values(self.graph.trainable_variables, own)

    def _copy_values(self) -> list[Any]:
        return [np.asarray(variable) for variable in self._all_variables()]

    def _restore_state(self, state: TrainingState) -> None:
        _assign_values(self._all_variables(), state.variables)

    def _all_variables(self) -> list[Any]:
        return [*self.graph.variables, *self.optimizer.variables]


def _assign_values(variables: list[Any], values: list[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
