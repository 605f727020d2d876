"""A network as two Keras models with a pooling between them.

`excerpts` turns each excerpt of each track into frames `(t, d)`, a network without time into one frame; `top` pools all
frames of all excerpts of a track, `(e * t, d)`, into one embedding, and answers from it. Nothing in it knows how many
excerpts there are, so that one graph answers for a short clip and for a whole song.

A graph may have several members: the same body with other first weights. Each learns by itself, from the same batches;
what is answered is the mean of their logits, and the embedding is theirs one after the other.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks import engine
from services.trainer.networks.heads import EMBEDDING, activated, n_units
from shared.domain.head import Head


class Body(Protocol):
    """What differs between networks."""

    members: int
    """Networks of this body that stand side by side, see `Graph`."""

    def frames(self, x: Any) -> Any:
        """Scaled excerpts `(m, n_mels, n_frames, 1)`, `(m, n_samples, 1)` or rows `(m, n_features)` → `(m, t, d)` or
        `(m, d)`. Keras layers only.
        """

    def pooled(self, frames: Any) -> Any:
        """`(n, e * t, d)` → `(n, d)`."""

    def embedding(self, pooled: Any) -> Any:
        """`(n, d)` → the penultimate layer."""


class Graph:
    """A network that was built. Its answers are dictionaries of tensors, a row a track."""

    def __init__(self, body: Body, heads: Mapping[str, Head], *, excerpt: tuple[int, ...], scaling: "Scaling") -> None:
        """`excerpt`: the shape of one, or `(n_features,)` of a row."""
        keras = engine.keras()
        self.heads = dict(heads)
        self.excerpt = excerpt
        source = keras.Input(excerpt)
        scaled = scaling.drawn(source, has_channel=len(excerpt) > 1 or scaling.is_sound)
        frames = [_in_time(body.frames(scaled)) for _ in range(body.members)]
        self.excerpts = keras.Model(source, frames)
        self._d = int(frames[0].shape[2])
        self.tops = [self._top(body) for _ in frames]

    def _top(self, body: Body) -> Any:
        keras = engine.keras()
        over = keras.Input((None, self._d))
        embedding = body.embedding(body.pooled(over))
        logits = {name: keras.layers.Dense(n_units(head), name=name)(embedding) for name, head in self.heads.items()}
        return keras.Model(over, {**logits, EMBEDDING: embedding})

    @property
    def n_parameters(self) -> int:
        """All of them, those of batch normalisation that are not learned by gradients too, as Keras counts."""
        return int(sum(model.count_params() for model in self._models))

    @property
    def width(self) -> int:
        """Of the embedding."""
        return len(self.tops) * int(self.tops[0].output[EMBEDDING].shape[-1])

    @property
    def trainable(self) -> list[Any]:
        """Variables that have gradients."""
        return [variable for model in self._models for variable in model.trainable_variables]

    @property
    def variables(self) -> list[Any]:
        """All, with the seeds of dropout."""
        return [variable for model in self._models for variable in model.variables]

    def of_members(self, x: Any, *, training: bool) -> list[dict[str, Any]]:
        """Of stacks `(n, e, *excerpt)`, or of rows `(n, n_features)`: by member, logits by head and the embedding."""
        tf = engine.tensorflow()
        n = tf.shape(x)[0]
        frames = self.excerpts(tf.reshape(x, (-1, *self.excerpt)), training=training)
        if len(self.tops) == 1:  # Keras unpacks a list of one
            frames = [frames]
        return [
            top(tf.reshape(part, (n, -1, self._d)), training=training)
            for top, part in zip(self.tops, frames, strict=True)
        ]

    def logits(self, x: Any) -> dict[str, Any]:
        """Of stacks `(n, e, *excerpt)`, or of rows `(n, n_features)`: each head's logits, and the embedding."""
        tf = engine.tensorflow()
        said = self.of_members(x, training=False)
        if len(said) == 1:
            return said[0]
        found = {name: tf.add_n([one[name] for one in said]) / len(said) for name in self.heads}
        return found | {EMBEDDING: tf.concat([one[EMBEDDING] for one in said], axis=1)}

    def answers(self, x: Any) -> dict[str, Any]:
        """What it says of them: each head's answer, and the embedding."""
        said = self.logits(x)
        return {name: activated(self.heads[name], part) if name in self.heads else part for name, part in said.items()}

    @property
    def _models(self) -> list[Any]:
        return [self.excerpts, *self.tops]


def _in_time(frames: Any) -> Any:
    """With an axis of time, if they have none."""
    return frames if len(frames.shape) > 2 else engine.keras().layers.Reshape((1, frames.shape[-1]))(frames)  # noqa: PLR2004


class Scaling:
    """From what is stored to what a body reads; drawn into the graph, so that serving needs to know nothing of it."""

    def __init__(self, kind: str, *, offset: Any = 0.0, factor: Any = 1.0) -> None:
        """`kind`: `decibel` and `rows` are shifted and scaled, `power` is `decibel` without its logarithm, `sound` is
        taken as it is.
        """
        self.kind = kind
        self.offset, self.factor = np.float32(offset), np.float32(factor)

    @property
    def is_sound(self) -> bool:
        """Samples."""
        return self.kind == "sound"

    @classmethod
    def of_decibels(cls, sample: NDArray[np.float32], *, by_band: bool = False) -> "Scaling":
        """Zero mean and unit deviation over a sample `(n, n_mels, n_frames)` of the training side, as one number each,
        or by band.
        """
        axis = (0, 2) if by_band else None
        mean, deviation = sample.mean(axis=axis), sample.std(axis=axis)
        if by_band:
            mean, deviation = mean[:, np.newaxis], deviation[:, np.newaxis]
        return cls("decibel", offset=mean, factor=1 / np.maximum(deviation, 1e-3))

    @classmethod
    def of_rows(cls, rows: NDArray[np.float32]) -> "Scaling":
        """Every column of the training side into [0, 1]. A column that never changes becomes 0."""
        low, high = rows.min(axis=0), rows.max(axis=0)
        span = high - low
        return cls("rows", offset=low, factor=np.where(span > 0, 1 / np.where(span > 0, span, 1), 0))

    def drawn(self, x: Any, *, has_channel: bool) -> Any:
        """Behind the tensor `x`, with a last axis of one channel where the body convolves."""
        keras = engine.keras()
        if self.kind == "power":
            x = keras.ops.exp(keras.ops.multiply(x, np.float32(np.log(10) / 10)))
        elif self.kind != "sound":
            x = keras.ops.multiply(keras.ops.subtract(x, self.offset), self.factor)
        return keras.ops.expand_dims(x, -1) if has_channel else x
