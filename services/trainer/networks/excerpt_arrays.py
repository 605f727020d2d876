"""The inputs of networks: the arrays of many tracks, indexed like a table and read only when they are needed."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Floats32
from shared.json_objects import JsonObject

FULL_SCALE = np.float32(32_768.0)
"""What a stored sample, an int16, is divided by."""


class ArraySource(Protocol):
    """Where arrays are, by track: a `PackReader`, or a dict."""

    def __getitem__(self, track_id: Any, /) -> NDArray[Any]:
        """`(n_excerpts, n_mels, n_frames)` in dB, or `(1, n_samples)` int16."""


class VariantArrays(Protocol):
    """Augmented variants of tracks: a `VariantReader`."""

    def for_training(
        self, track_ids: Collection[Any], *, held_out: Collection[Any]
    ) -> Iterable[tuple[Any, dict[str, Any], NDArray[Any]]]:
        """`(track, what was done, (n_mels, n_frames))`. Raises ValueError for a track on both sides."""

    def as_card(self) -> JsonObject:
        """What a model card says of them."""


class ExcerptArrays:
    """The arrays of some tracks. `x[indices]` and `x[mask]` are views; only `read` touches an array.

    It has the shape of a table, `(n, values of one excerpt)`, so that whatever handles rows handles it too.
    """

    ndim = 2

    def __init__(
        self,
        source: ArraySource,
        track_ids: Iterable[Any],
        *,
        excerpt: tuple[int, ...],
        variants: VariantArrays | None = None,
        all_ids: frozenset[Any] | None = None,
    ) -> None:
        """`excerpt` is the shape of one: `(n_mels, n_frames)` or `(n_samples,)`. `all_ids`: of the whole set, of which
        this may be a part; what is not in the part is held out from it.
        """
        self.source = source
        self.track_ids = tuple(track_ids)
        self.excerpt = excerpt
        self.variants = variants
        self.all_ids = frozenset(self.track_ids) if all_ids is None else all_ids

    @property
    def shape(self) -> tuple[int, int]:
        """`(n, values of one excerpt)`."""
        return len(self.track_ids), int(np.prod(self.excerpt))

    def __len__(self) -> int:
        return len(self.track_ids)

    def __getitem__(self, wanted: NDArray[np.bool_] | NDArray[np.intp]) -> "ExcerptArrays":
        positions = np.flatnonzero(wanted) if wanted.dtype == bool else np.asarray(wanted)
        ids = [self.track_ids[i] for i in positions.tolist()]
        return ExcerptArrays(self.source, ids, excerpt=self.excerpt, variants=self.variants, all_ids=self.all_ids)

    def without_variants(self) -> "ExcerptArrays":
        """The same tracks, as they sound."""
        return ExcerptArrays(self.source, self.track_ids, excerpt=self.excerpt, all_ids=self.all_ids)

    def read(self, position: int) -> Floats32:
        """`(n_excerpts, *excerpt)` float32: dB, or samples in [-1, 1]. Raises ValueError for another shape or a NaN."""
        return self._to_float(self.source[self.track_ids[position]])

    def count_excerpts(self, position: int) -> int:
        """How many a track has."""
        stored = self.source[self.track_ids[position]]
        return 1 if stored.ndim == len(self.excerpt) else len(stored)

    def list_variants(self) -> Mapping[int, list[NDArray[Any]]]:
        """By position, the variants of a track: views, read when they are drawn. Never of a held-out track."""
        if self.variants is None:
            return {}
        ids = frozenset(self.track_ids)
        position_of = {track_id: position for position, track_id in enumerate(self.track_ids)}
        variants: dict[int, list[NDArray[Any]]] = {}
        for track_id, _, array in self.variants.for_training(ids, held_out=self.all_ids - ids):
            variants.setdefault(position_of[track_id], []).append(array)
        return variants

    def draw_excerpts(
        self, position: int, n: int, *, rng: np.random.Generator, extra: Mapping[int, list[NDArray[Any]]]
    ) -> Floats32:
        """`n` excerpts of a track at random, variants among them, `(n, *excerpt)`; none twice unless it has fewer."""
        stored = self.source[self.track_ids[position]].reshape(-1, *self.excerpt)
        others = extra.get(position, [])
        n_all = len(stored) + len(others)
        chosen = rng.permutation(n_all)[:n] if n_all >= n else rng.integers(n_all, size=n)
        parts = [stored[i] if i < len(stored) else others[i - len(stored)] for i in chosen.tolist()]
        return self._to_float(np.stack(parts))

    def group_by_length(self, positions: Iterable[int], *, most: int) -> Iterator[NDArray[np.intp]]:
        """`positions` in groups whose tracks have equally many excerpts, at most `most` excerpts together."""
        groups: dict[int, list[int]] = {}
        for i in positions:
            groups.setdefault(self.count_excerpts(i), []).append(i)
        for n, members in sorted(groups.items()):
            size = max(1, most // n)
            for start in range(0, len(members), size):
                yield np.array(members[start : start + size], dtype=np.intp)

    def stack_batch(self, positions: NDArray[np.intp]) -> Floats32:
        """Whole tracks with equally many excerpts, as the exported graph reads them: `(n, e, *excerpt)`."""
        return np.stack([self.read(i) for i in positions.tolist()])

    def digest_ids(self) -> str:
        """64 hexadecimal digits over the tracks in their order."""
        return hashlib.sha256("\n".join(map(str, self.track_ids)).encode()).hexdigest()

    def _to_float(self, stored: NDArray[Any]) -> Floats32:
        stack = stored.reshape(-1, *self.excerpt)
        scaled = stack.astype(np.float32)
        if stack.dtype == np.int16:
            scaled /= FULL_SCALE
        if not np.isfinite(scaled).all():
            raise ValueError("a stored array holds values that are no numbers: featurize its track again")
        return scaled
