"""A network as two Keras models with a pooling between them.

`excerpts` turns each excerpt of each track into frames `(t, d)`, a network without time into one frame; `top` pools all
frames of all excerpts of a track, `(e * t, d)`, into one embedding, and answers from it. Nothing in it knows how many
excerpts there are, so that one graph answers for a short clip and for a whole song.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.heads import EMBEDDING, activate_logits, n_units
from shared.domain.head import ModelHead

TensorsByName = dict[str, Any]
"""TensorFlow's tensors, which have no types to check: `(n, k)` by the output."""


class NetworkBody(Protocol):
    """What differs between networks."""

    def extract_frames(self, x: Any) -> Any:
        """Scaled excerpts `(m, n_mels, n_frames, 1)`, `(m, n_samples, 1)` or rows `(m, n_features)` → `(m, t, d)` or
        `(m, d)`. Keras layers only.
        """

    def pool_frames(self, frames: Any) -> Any:
        """`(n, e * t, d)` → `(n, d)`."""

    def embed_frames(self, pooled: Any) -> Any:
        """`(n, d)` → the penultimate layer."""


class NetworkGraph:
    """A network that was built. Its answers are dictionaries of tensors, a row a track."""

    def __init__(
        self, body: NetworkBody, heads: Mapping[str, ModelHead], *, excerpt: tuple[int, ...], scaling: "InputScaling"
    ) -> None:
        """`excerpt`: the shape of one, or `(n_features,)` of a row."""
        keras = tensorflow_runtime.load_keras()
        self.heads = dict(heads)
        self.excerpt = excerpt
        source = keras.Input(excerpt)
        frames = body.extract_frames(scaling.scale_tensor(source, has_channel=len(excerpt) > 1 or scaling.is_sound))
        if len(frames.shape) == 2:  # noqa: PLR2004 - no time
            frames = keras.layers.Reshape((1, frames.shape[-1]))(frames)
        self.excerpts = keras.Model(source, frames)
        self._t, self._d = int(frames.shape[1]), int(frames.shape[2])
        over = keras.Input((None, self._d))
        embedding = body.embed_frames(body.pool_frames(over))
        logits = {name: keras.layers.Dense(n_units(head), name=name)(embedding) for name, head in self.heads.items()}
        self.top = keras.Model(over, {**logits, EMBEDDING: embedding})

    @property
    def n_parameters(self) -> int:
        """All of them, those of batch normalisation that are not learned by gradients too, as Keras counts."""
        return int(self.excerpts.count_params() + self.top.count_params())

    @property
    def embedding_width(self) -> int:
        """Of the embedding."""
        return int(self.top.output[EMBEDDING].shape[-1])

    @property
    def trainable_variables(self) -> list[Any]:
        """Variables that have gradients."""
        return [*self.excerpts.trainable_variables, *self.top.trainable_variables]

    @property
    def variables(self) -> list[Any]:
        """All, with the seeds of dropout."""
        return [*self.excerpts.variables, *self.top.variables]

    def compute_logits(self, x: Any, *, training: bool) -> TensorsByName:
        """Of stacks `(n, e, *excerpt)`, or of rows `(n, n_features)`: each head's logits, and the embedding."""
        tf = tensorflow_runtime.load_tensorflow()
        n = tf.shape(x)[0]
        frames = self.excerpts(tf.reshape(x, (-1, *self.excerpt)), training=training)
        logits: TensorsByName = self.top(tf.reshape(frames, (n, -1, self._d)), training=training)
        return logits

    def predict_outputs(self, x: Any) -> TensorsByName:
        """What it says of them: each head's answer, and the embedding."""
        logits = self.compute_logits(x, training=False)
        return {
            name: activate_logits(self.heads[name], part) if name in self.heads else part
            for name, part in logits.items()
        }


class InputScaling:
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
    def from_decibels(cls, sample: NDArray[np.float32], *, by_band: bool = False) -> "InputScaling":
        """Zero mean and unit deviation over a sample `(n, n_mels, n_frames)` of the training side, as one number each,
        or by band.
        """
        axis = (0, 2) if by_band else None
        mean, deviation = sample.mean(axis=axis), sample.std(axis=axis)
        if by_band:
            mean, deviation = mean[:, np.newaxis], deviation[:, np.newaxis]
        return cls("decibel", offset=mean, factor=1 / np.maximum(deviation, 1e-3))

    @classmethod
    def from_rows(cls, rows: NDArray[np.float32]) -> "InputScaling":
        """Every column of the training side into [0, 1]. A column that never changes becomes 0."""
        low, high = rows.min(axis=0), rows.max(axis=0)
        span = high - low
        return cls("rows", offset=low, factor=np.where(span > 0, 1 / np.where(span > 0, span, 1), 0))

    def scale_tensor(self, x: Any, *, has_channel: bool) -> Any:
        """Behind the tensor `x`, with a last axis of one channel where the body convolves."""
        keras = tensorflow_runtime.load_keras()
        if self.kind == "power":
            x = keras.ops.exp(keras.ops.multiply(x, np.float32(np.log(10) / 10)))
        elif self.kind != "sound":
            x = keras.ops.multiply(keras.ops.subtract(x, self.offset), self.factor)
        return keras.ops.expand_dims(x, -1) if has_channel else x
