"""A network in training, kept after every epoch, so that a kill costs one epoch at most.

All that goes on from there is in one blob, and a blob is written whole or not at all: weights, the optimizer's moments,
the seeds of dropout, the best weights so far, and the curve. What is random in an epoch follows from its number.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.errors import PermanentError

Arrays = list[NDArray[Any]]


@dataclass(kw_only=True)
class State:
    """Where a training is after an epoch."""

    epoch: int = 0
    variables: Arrays = field(default_factory=list)
    """Of the graph and the optimizer, in their order."""
    best: Arrays = field(default_factory=list)
    """Of the graph alone, at the best epoch."""
    best_epoch: int = 0
    best_loss: float = float("inf")
    curve: list[dict[str, float | None]] = field(default_factory=list)
    is_over: bool = False

    def to_bytes(self) -> bytes:
        """In numpy's own format, nothing pickled."""
        plain = {name: getattr(self, name) for name in ("epoch", "best_epoch", "curve", "is_over")}
        said = {**plain, "best_loss": self.best_loss if np.isfinite(self.best_loss) else None}
        arrays = {f"v{i}": array for i, array in enumerate(self.variables)}
        arrays |= {f"b{i}": array for i, array in enumerate(self.best)}
        content = io.BytesIO()
        np.savez(content, said=np.array(json.dumps(said)), **arrays)  # type: ignore[arg-type]
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "State":
        """The reverse of `to_bytes`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            said = json.loads(str(file["said"]))
            counts = {kind: sum(name.startswith(kind) for name in file.files) for kind in "vb"}
            variables, best = ([file[f"{kind}{i}"] for i in range(n)] for kind, n in counts.items())
        best_loss = float("inf") if said["best_loss"] is None else said["best_loss"]
        return cls(**{**said, "best_loss": best_loss}, variables=variables, best=best)


class Checkpoints(Protocol):
    """Where states are kept, by the digest of what is trained on what."""

    def load(self, name: str) -> State | None:
        """What was kept, or None."""

    def save(self, name: str, state: State) -> None:
        """Keep `state` in place of what there was."""


class _Blobs(Protocol):
    def get(self, key: str) -> bytes: ...

    def put(self, key: str, content: bytes) -> None: ...

    def delete(self, key: str) -> None: ...


class BlobCheckpoints:
    """In a blob store, under the item of the training: any machine may go on with it."""

    def __init__(self, blobs: _Blobs, *, owner: str) -> None:
        self._blobs, self._prefix = blobs, f"checkpoints/{owner}"

    def load(self, name: str) -> State | None:
        """What was kept, or None; None also for what cannot be read, which is then trained anew."""
        try:
            return State.from_bytes(self._blobs.get(self._key(name)))
        except (PermanentError, ValueError, KeyError, OSError):
            return None

    def save(self, name: str, state: State) -> None:
        """Keep `state`. A name is listed before its first state is written, so that `forget` finds all."""
        names = self._names()
        if name not in names:
            self._blobs.put(f"{self._prefix}/names.json", json.dumps([*names, name]).encode())
        self._blobs.put(self._key(name), state.to_bytes())

    def forget(self) -> None:
        """The training is over."""
        for name in self._names():
            self._blobs.delete(self._key(name))
        self._blobs.delete(f"{self._prefix}/names.json")

    def _names(self) -> Sequence[str]:
        try:
            names: list[str] = json.loads(self._blobs.get(f"{self._prefix}/names.json"))
        except PermanentError:
            return []
        return names

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}.npz"
