"""A network as a classifier like any other: `fit`, `predict_proba`, `classes_`."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.model_selection.resampling import balanced_weights
from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.batches import Batches
from services.trainer.networks.config import NetworkRecipe
from services.trainer.networks.excerpt_arrays import Stacks
from services.trainer.networks.graph import Graph, Scaling
from services.trainer.networks.heads import (
    ANSWER,
    activated,
    plane_of,
    score,
    targets_of,
    total,
)
from services.trainer.networks.spec_augment import SpecAugment
from services.trainer.networks.training_loop import Course, Training
from services.trainer.protocols.training_hooks import State
from services.trainer.protocols.training_rows import Rows
from services.trainer.splits import Indices, inner_splits
from shared.domain.head import CLASSES, PLANE, VALENCE_AROUSAL, Head
from shared.errors import PermanentError, Reason

Floats = NDArray[np.float32]
Features = Stacks | Floats
_N_SCALED = 128
"""Tracks whose first excerpts the scaling is learned from: a mean and a deviation over 3.5 million values."""
_AT_ONCE = 48
"""Excerpts that are answered together: 5 MB."""
_N_VALIDATION = 6
"""One in so many artists of the training side is held out to stop early."""


class Network:
    """Made by a `NetworkRecipe` for the rows that it will be fitted to."""

    def __init__(self, recipe: NetworkRecipe, rows: Rows) -> None:
        self.recipe, self.rows = recipe, rows
        self.graph: Graph
        self.state = State()
        self.variants: dict[str, Any] | None = None
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

    def fit(self, x: Features, y: NDArray[Any]) -> "Network":
        """Fit to `x` and `y: (n,)`, positions of classes, or `(n, k)` for tags and dimensions.

        Starts from the checkpoint of the same network on the same rows, if there is one. Raises whatever the
        supervision's `check` raises, and PermanentError(`not_enough_labels`) for a balancing that networks have not.
        """
        recipe, supervision = self.recipe, self.rows.supervision
        tensorflow_runtime.tensorflow(supervision.n_threads)
        self._is_table = isinstance(x, np.ndarray)
        strategy = tensorflow_runtime.strategy()
        heads, targets = self._heads(y)
        train, held_out = self._sides(y)
        with strategy.scope():
            tensorflow_runtime.keras().utils.set_random_seed(self.rows.seed)
            self.graph = Graph(recipe, heads, excerpt=_excerpt(x), scaling=self._scaling(x, train))
            weights = {name: 1.0 if name == ANSWER else recipe.plane for name in heads}
            batches = self._batches(x, y, train, {name: part[train] for name, part in targets.items()})
            course = Course(
                epochs=recipe.epochs,
                learning_rate=recipe.learning_rate,
                schedule=recipe.schedule,
                patience=recipe.patience,
                weight_decay=recipe.weight_decay,
                focal=recipe.focal,
                averaging=recipe.averaging,
                rounds_products=recipe.precision == "bfloat16",
                head_weights=weights,
            )
            training = Training(self.graph, batches, course)
        hard = self._targets(heads, y, smoothing=0.0)

        def validate() -> tuple[float, float]:
            return self._judged(x, y, hard, held_out, weights)

        self.state = training.run(
            name=self._name(x, y), supervision=supervision, validate=validate if len(held_out) else None
        )
        return self

    def predict_proba(self, x: Features) -> NDArray[np.floating]:
        """`(n, k)`: what the first head answers."""
        return self.answers(x)[ANSWER]

    def answers(self, x: Features) -> dict[str, NDArray[np.floating]]:
        """By output, `(n, …)` each; tracks with equally many excerpts are answered together."""
        found: dict[str, NDArray[np.floating]] = {}
        for at, batch in self.batches_of(x):
            for name, part in self._run(batch).items():
                found.setdefault(name, np.empty((len(x), part.shape[1]), dtype=np.float32))[at] = part
        return found

    def batches_of(self, x: Features) -> Iterator[tuple[NDArray[np.intp], Floats]]:
        """`(positions, what the graph reads of them)`, as the exported graph reads it too."""
        if isinstance(x, np.ndarray):
            for at in np.array_split(np.arange(len(x)), max(1, -(-len(x) // 4096))):
                yield at, np.asarray(x[at], dtype=np.float32)
            return
        for at in x.alike(range(len(x)), most=_AT_ONCE):
            yield at, x.batch(at)
            self.rows.supervision.check()

    def as_card(self) -> dict[str, Any]:
        """What the card says beside the hyperparameters."""
        said: dict[str, Any] = {
            "n_parameters": self.graph.n_parameters,
            "epochs_trained": self.state.epoch,
            "best_epoch": self.state.best_epoch or None,
            "precision": self.recipe.precision if tensorflow_runtime.has_halves() else "float32",
        }
        if self.recipe.spec_augment == "on":
            said |= SpecAugment().as_card()
        if self.variants:
            said["augmented_variants"] = self.variants
        return {"network": said}

    def _run(self, batch: Floats) -> Mapping[str, NDArray[np.floating]]:
        heads = self.graph.heads
        said = self._logits(batch).items()
        return {name: np.asarray(activated(heads[name], part) if name in heads else part) for name, part in said}

    def _head(self) -> Head:
        head = self.rows.head
        return head or Head(kind=CLASSES, name="", outputs=tuple(map(str, range(int(self.rows.y.max()) + 1))))

    def _heads(self, y: NDArray[Any]) -> tuple[dict[str, Head], dict[str, Floats]]:
        """The heads of the graph, of the classes seen only, and what each is to learn."""
        head = self._head()
        if head.kind == CLASSES:
            self._classes = np.unique(y)
            seen = tuple(head.outputs[c] for c in self._classes.tolist())
            heads = {ANSWER: Head(kind=CLASSES, name=head.name, outputs=seen)}
            if self.recipe.plane and plane_of(seen, np.empty(0, dtype=np.intp)) is not None:
                heads[PLANE] = VALENCE_AROUSAL
        else:
            self._classes = np.arange(len(head.outputs))
            heads = {ANSWER: head}
        return heads, self._targets(heads, y, smoothing=self.recipe.label_smoothing)

    def _targets(self, heads: Mapping[str, Head], y: NDArray[Any], *, smoothing: float) -> dict[str, Floats]:
        head = heads[ANSWER]
        place = np.searchsorted(self._classes, y) if head.kind == CLASSES else y
        found = {ANSWER: targets_of(head, place, smoothing=smoothing)}
        if PLANE in heads:
            plane = plane_of(head.outputs, place)
            assert plane is not None
            found[PLANE] = plane
        return found

    def _sides(self, y: NDArray[Any]) -> tuple[Indices, Indices]:
        """Rows to learn from, and rows of other artists that say when to stop."""
        every = np.arange(len(y))
        if not self.recipe.patience:
            return every, every[:0]
        strata = y if y.ndim == 1 and self._head().kind == CLASSES else np.zeros(len(y), dtype=np.intp)
        return inner_splits(strata, self.rows.groups.tolist(), seed=self.rows.seed, n_splits=_N_VALIDATION)[0]

    def _scaling(self, x: Features, train: Indices) -> Scaling:
        if isinstance(x, np.ndarray):
            return Scaling.of_rows(x[train])
        if len(x.excerpt) == 1:
            return Scaling("sound")
        if self.recipe.scale == "power":
            return Scaling("power")
        some = np.random.default_rng(self.rows.seed).permutation(train)[:_N_SCALED]
        sample = np.stack([x.read(i)[0] for i in some.tolist()])
        return Scaling.of_decibels(sample, by_band=self.recipe.scale == "bands")

    def _batches(self, x: Features, y: NDArray[Any], train: Indices, targets: dict[str, Floats]) -> Batches:
        rank, n_ranks = tensorflow_runtime.share()
        weights = self._weights(y[train])
        if isinstance(x, np.ndarray):
            own: Features = np.asarray(x[train], dtype=np.float32)
            how: dict[str, Any] = {}
        else:
            own = x[train] if self.recipe.variants == "use" else x[train].without_variants()
            is_mel = len(x.excerpt) > 1
            how = {
                "n_excerpts": self.recipe.excerpts if is_mel else 1,
                "extra": own.extra() if is_mel else None,
                "spec_augment": SpecAugment() if is_mel and self.recipe.spec_augment == "on" else None,
                "jitter_db": self.recipe.jitter_db if is_mel else 0.0,
                "jitter_bands": self.recipe.jitter_bands if is_mel else 0,
            }
            self.variants = own.variants.as_card() if own.variants and how["extra"] else None
        return Batches(
            x=own,
            targets=targets,
            weights=weights,
            size=self.recipe.batch,
            seed=self.rows.seed,
            mixup=self.recipe.mixup,
            rank=rank,
            n_ranks=n_ranks,
            **how,
        )

    def _weights(self, y: NDArray[Any]) -> Floats:
        imbalance = self.rows.imbalance
        if imbalance == "none" or self._head().kind != CLASSES:
            return np.ones(len(y), dtype=np.float32)
        if "weights" not in imbalance:
            raise PermanentError(
                Reason.NOT_ENOUGH_LABELS, f"a network makes up no tracks ({imbalance}): use weights or soft_weights"
            )
        return balanced_weights(y, imbalance=imbalance).astype(np.float32)

    def _judged(
        self,
        x: Features,
        y: NDArray[Any],
        targets: Mapping[str, Floats],
        held_out: Indices,
        weights: Mapping[str, float],
    ) -> tuple[float, float]:
        """Mean loss and score of rows as they sound, whole clips."""
        tf = tensorflow_runtime.tensorflow()
        part = x[held_out]
        answer = np.empty((len(held_out), len(self._classes)), dtype=np.float32)
        loss = 0.0
        for at, batch in self.batches_of(part):
            logits = self._logits(batch)
            said = {name: tf.constant(t[held_out][at]) for name, t in targets.items()}
            loss += float(tf.reduce_sum(total(self.graph.heads, weights, said, logits, focal=0.0)))
            answer[at] = activated(self.graph.heads[ANSWER], logits[ANSWER])
        place = np.searchsorted(self._classes, y[held_out]) if self._head().kind == CLASSES else y[held_out]
        return loss / len(held_out), score(self.graph.heads[ANSWER], place, answer)

    def _logits(self, batch: Floats) -> dict[str, Any]:
        tf = tensorflow_runtime.tensorflow()
        if not hasattr(self, "_raw"):
            shape = [None] * (batch.ndim - len(self.graph.excerpt)) + list(self.graph.excerpt)
            self._raw = tf.function(
                lambda x: self.graph.logits(x, training=False),
                input_signature=[tf.TensorSpec(shape, tf.float32)],
                autograph=False,
            )
        said: dict[str, Any] = self._raw(tf.constant(batch))
        return said

    def _name(self, x: Features, y: NDArray[Any]) -> str:
        """The same for the same network on the same rows, on every machine."""
        what = hashlib.sha256(json.dumps([self.recipe.name, self.recipe.hyperparameters, self.rows.seed]).encode())
        what.update(np.ascontiguousarray(y).tobytes())
        what.update(x.digest().encode() if isinstance(x, Stacks) else np.ascontiguousarray(x).tobytes())
        what.update(json.dumps([self.rows.imbalance, list(self._head().outputs)]).encode())
        return what.hexdigest()[:32]


def _excerpt(x: Features) -> tuple[int, ...]:
    return x.shape[1:] if isinstance(x, np.ndarray) else x.excerpt
