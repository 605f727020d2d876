"""Batches of an epoch, made in another thread while the one before is learned from. Memory holds a few of them, never
the set. All that is random follows from `(seed, epoch)`, so that a training that was killed goes on with the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.spec_augment import SpecAugment
from services.trainer.networks.tensorflow_runtime import load_tensorflow
from shared.arrays import Floats32

Batch = tuple[Floats32, dict[str, Floats32], Floats32]
"""`x`, the targets of each head `(n, outputs)`, and weights `(n,)`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchStream:
    """What an epoch is made of."""

    x: ExcerptArrays | Floats32
    targets: Mapping[str, Floats32]
    weights: Floats32
    size: int
    seed: int
    n_excerpts: int = 1
    mixup: float = 0.0
    spec_augment: SpecAugment | None = None
    jitter_db: float = 0.0
    jitter_bands: int = 0
    extra: Mapping[int, list[NDArray[Any]]] | None = None
    """Variants, by position."""
    rank: int = 0
    n_ranks: int = 1
    """Of machines that train together, each of which takes every n-th row of every batch."""

    @property
    def n_steps(self) -> int:
        """Of an epoch."""
        return max(1, -(-len(self.weights) // self.size))

    def draw_epoch(self, epoch: int) -> Iterator[Batch]:
        """Every track once, in another order, other excerpts of it, and mixed with another one."""
        rng = np.random.default_rng([self.seed, epoch])
        order = rng.permutation(len(self.weights))
        for positions in np.array_split(order, self.n_steps):
            yield self._take_own_rows(*self._mix_tracks(self._draw_tracks(positions, rng), positions, rng))

    def tensor_signature(self) -> tuple[Any, ...]:
        """The shapes and types of a batch, of any number of rows."""
        tf = load_tensorflow()
        shape = (None, *self.x.shape[1:]) if isinstance(self.x, np.ndarray) else (None, None, *self.x.excerpt)
        return (
            tf.TensorSpec(shape, tf.float32),
            {name: tf.TensorSpec((None, part.shape[1]), tf.float32) for name, part in self.targets.items()},
            tf.TensorSpec((None,), tf.float32),
        )

    def stream_epoch(self, epoch: int) -> Any:
        """The same as a `tf.data.Dataset`, two batches ahead."""
        tf = load_tensorflow()
        made = tf.data.Dataset.from_generator(lambda: self.draw_epoch(epoch), output_signature=self.tensor_signature())
        options = tf.data.Options()
        # each machine makes its own rows: nothing is left to part
        options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
        return made.with_options(options).prefetch(2)

    def _draw_tracks(self, positions: NDArray[np.intp], rng: np.random.Generator) -> Floats32:
        if isinstance(self.x, np.ndarray):
            return self.x[positions]
        extra = self.extra or {}
        drawn = np.stack([self.x.draw_excerpts(i, self.n_excerpts, rng=rng, extra=extra) for i in positions.tolist()])
        self._jitter_tracks(drawn, rng)
        if self.spec_augment is not None:
            for stack in drawn:
                for excerpt in range(len(stack)):
                    stack[excerpt] = self.spec_augment(stack[excerpt], rng=rng)
        return drawn

    def _jitter_tracks(self, drawn: Floats32, rng: np.random.Generator) -> None:
        """Move each track `(e, n_mels, n_frames)` of `drawn` a little in level and pitch, where that is asked for."""
        if self.jitter_db:
            drawn += rng.uniform(-self.jitter_db, self.jitter_db, (len(drawn), 1, 1, 1)).astype(np.float32)
        if self.jitter_bands:
            bands = np.arange(drawn.shape[2])
            for stack, by in zip(
                drawn, rng.integers(-self.jitter_bands, self.jitter_bands + 1, len(drawn)), strict=True
            ):
                stack[:] = stack[:, np.clip(bands + by, 0, bands[-1])]  # the outermost band is repeated

    def _mix_tracks(self, x: Floats32, positions: NDArray[np.intp], rng: np.random.Generator) -> Batch:
        """Mixup (Zhang et al. 2018): each track with a share of another of the batch, and its targets likewise."""
        targets = {name: part[positions] for name, part in self.targets.items()}
        weights = self.weights[positions]
        if self.mixup <= 0:
            return x, targets, weights
        share = rng.beta(self.mixup, self.mixup, size=len(positions)).astype(np.float32)
        share = np.maximum(share, 1 - share)  # the track itself stays the louder one
        other = rng.permutation(len(positions))

        def mix_part(part: Floats32) -> Floats32:
            by = share.reshape(-1, *[1] * (part.ndim - 1))
            return by * part + (1 - by) * part[other]

        return mix_part(x), {name: mix_part(part) for name, part in targets.items()}, mix_part(weights)

    def _take_own_rows(self, x: Floats32, targets: dict[str, Floats32], weights: Floats32) -> Batch:
        if self.n_ranks == 1:
            return x, targets, weights
        mine = slice(self.rank, len(weights) - len(weights) % self.n_ranks, self.n_ranks)
        return x[mine], {name: part[mine] for name, part in targets.items()}, weights[mine]
