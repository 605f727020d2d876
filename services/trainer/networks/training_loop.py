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
from services.trainer.networks.batches import Batches
from services.trainer.networks.graph import Graph
from services.trainer.networks.heads import total
from services.trainer.protocols.training_hooks import EpochReport, State, Supervision

Validate = Callable[[], tuple[float, float]]
"""Validation loss and score, of the graph as it is."""
_WARM_UP_EPOCHS = 1


@dataclass(frozen=True, kw_only=True)
class Course:
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

    def rate(self, step: int, *, n_steps: int) -> float:
        """The learning rate of a step from 0, where an epoch has `n_steps`."""
        if self.schedule == "constant":
            return self.learning_rate
        warm, every = _WARM_UP_EPOCHS * n_steps, self.epochs * n_steps
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, every - warm)))


class Training:
    """One network on the batches of one training side.

    Build it, and the graph, within `tensorflow_runtime.strategy().scope()`.
    """

    def __init__(self, graph: Graph, batches: Batches, course: Course) -> None:
        tf, keras = tensorflow_runtime.tensorflow(), tensorflow_runtime.keras()
        self.graph, self.batches, self.course = graph, batches, course
        self.optimizer = keras.optimizers.AdamW(
            course.learning_rate,
            weight_decay=course.weight_decay,
            clipnorm=5.0,
            **({"use_ema": True, "ema_momentum": course.averaging} if course.averaging else {}),
        )
        self.optimizer.build(graph.trainable)
        # traced once: the rows of a batch are not always equally many
        signature = [*batches.signature(), tf.TensorSpec((), tf.float32)]
        self._step = tf.function(self._distributed, input_signature=signature, autograph=False)

    def run(self, *, name: str, supervision: Supervision, validate: Validate | None) -> State:
        """Train from the last checkpoint called `name`, or from the beginning, and leave the graph at its best epoch.

        Whatever `supervision.check` raises ends it; the epochs before are kept.
        """
        kept = supervision.checkpoints
        state = (kept.load(name) if kept else None) or State()
        if state.epoch:
            self._restore(state)
        started, n_done = time.monotonic(), 0
        while not state.is_over:
            loss = self._epoch(state.epoch, check=supervision.check)
            n_done += 1
            with self._averaged():
                said = self._note(state, loss, validate)
            if kept and tensorflow_runtime.share()[0] == 0:
                state.variables = self._values()
                kept.save(name, state)
            supervision.tell(
                EpochReport(**said, n_epochs=self.course.epochs, seconds=(time.monotonic() - started) / n_done)
            )
        if state.best:
            _assign(self.graph.variables, state.best)
        elif self.course.averaging:
            self.optimizer.finalize_variable_values(self.graph.trainable)
        return state

    def _note(self, state: State, loss: float, validate: Validate | None) -> dict[str, Any]:
        """Write the epoch that has ended into `state`."""
        state.epoch += 1
        validation_loss, score = validate() if validate else (None, None)
        if validation_loss is not None:
            validation_loss = self._agreed(validation_loss)
        said = {"epoch": state.epoch, "loss": loss, "validation_loss": validation_loss, "score": score}
        state.curve.append({name: None if value is None else float(value) for name, value in said.items()})
        if validation_loss is not None and validation_loss < state.best_loss:
            state.best_loss, state.best_epoch = validation_loss, state.epoch
            state.best = [np.asarray(variable) for variable in self.graph.variables]
        waited = state.epoch - state.best_epoch
        is_patient = validation_loss is None or not self.course.patience or waited < self.course.patience
        state.is_over = state.epoch >= self.course.epochs or not is_patient
        return said

    def _agreed(self, value: float) -> float:
        """The mean over the machines: all have to stop at the same epoch, and each rounds a little differently."""
        tf, strategy = tensorflow_runtime.tensorflow(), tensorflow_runtime.strategy()
        if strategy.num_replicas_in_sync == 1:
            return value

        @tf.function(autograph=False)  # type: ignore[untyped-decorator]
        def mean(own: Any) -> Any:
            return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(tf.identity, args=(own,)), axis=None)

        return float(mean(tf.constant(value, tf.float32)))

    def _epoch(self, epoch: int, *, check: Callable[[], None]) -> float:
        """The mean loss of a row."""
        tf = tensorflow_runtime.tensorflow()
        n_steps, losses, n_rows = self.batches.n_steps, tf.constant(0.0), 0
        for at, (x, targets, weights) in enumerate(self.batches.stream(epoch)):
            check()
            rate = self.course.rate(epoch * n_steps + at, n_steps=n_steps)
            self.optimizer.learning_rate.assign(rate)
            n = int(weights.shape[0]) * self.batches.n_ranks
            with tensorflow_runtime.halves(on=self.course.rounds_products):
                losses += self._step(x, targets, weights, tf.constant(n, tf.float32))
            n_rows += n
        return float(losses) / max(1, n_rows)

    def _distributed(self, x: Any, targets: Any, weights: Any, n: Any) -> Any:
        strategy = tensorflow_runtime.strategy()
        found = strategy.run(self._learn, args=(x, targets, weights, n))
        return strategy.reduce(tensorflow_runtime.tensorflow().distribute.ReduceOp.SUM, found, axis=None)

    def _learn(self, x: Any, targets: Any, weights: Any, n: Any) -> Any:
        """One step; the sum of the losses of its rows. `n` rows are in the batch of all machines together."""
        tf = tensorflow_runtime.tensorflow()
        variables = self.graph.trainable
        with tf.GradientTape() as tape:
            logits = self.graph.logits(x, training=True)
            each = total(self.graph.heads, self.course.head_weights, targets, logits, focal=self.course.focal)
            summed = tf.reduce_sum(each * weights)
            loss = summed / n
        # summed over the machines by the optimizer
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return summed

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """The graph with the mean of its last weights: it swings less from epoch to epoch than they do."""
        if not self.course.averaging:
            yield
            return
        own = [np.asarray(variable) for variable in self.graph.trainable]
        self.optimizer.finalize_variable_values(self.graph.trainable)
        try:
            yield
        finally:
            _assign(self.graph.trainable, own)

    def _values(self) -> list[Any]:
        return [np.asarray(variable) for variable in self._all()]

    def _restore(self, state: State) -> None:
        _assign(self._all(), state.variables)

    def _all(self) -> list[Any]:
        return [*self.graph.variables, *self.optimizer.variables]


def _assign(variables: list[Any], values: list[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
