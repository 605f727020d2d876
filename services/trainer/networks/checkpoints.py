"""A network in training, kept after every epoch, so that a kill costs one epoch at most.

All that goes on from there is in one blob, and a blob is written whole or not at all: weights, the optimizer's moments,
the seeds of dropout, the best weights so far, and the curve. What is random in an epoch follows from its number.
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from services.trainer.protocols.training_hooks import TrainingState
from shared.errors import PermanentError

Arrays = list[NDArray[Any]]


class _BlobCheckpoints(Protocol):
    def get(self, key: str) -> bytes: ...

    def put(self, key: str, content: bytes) -> None: ...

    def delete(self, key: str) -> None: ...


class BlobCheckpoints:
    """In a blob store, under the item of the training: any machine may go on with it."""

    def __init__(self, blobs: _BlobCheckpoints, *, owner: str) -> None:
        self._blobs, self._prefix = blobs, f"checkpoints/{owner}"

    def load(self, name: str) -> TrainingState | None:
        """What was kept, or None; None also for what cannot be read, which is then trained anew."""
        try:
            return TrainingState.from_bytes(self._blobs.get(self._blob_key(name)))
        except (PermanentError, ValueError, KeyError, OSError):
            return None

    def save(self, name: str, state: TrainingState) -> None:
        """Keep `state`. A name is listed before its first state is written, so that `delete_all` finds all."""
        names = self._list_names()
        if name not in names:
            self._blobs.put(f"{self._prefix}/names.json", json.dumps([*names, name]).encode())
        self._blobs.put(self._blob_key(name), state.to_bytes())

    def delete_all(self) -> None:
        """The training is over."""
        for name in self._list_names():
            self._blobs.delete(self._blob_key(name))
        self._blobs.delete(f"{self._prefix}/names.json")

    def _list_names(self) -> Sequence[str]:
        try:
            names: list[str] = json.loads(self._blobs.get(f"{self._prefix}/names.json"))
        except PermanentError:
            return []
        return names

    def _blob_key(self, name: str) -> str:
        return f"{self._prefix}/{name}.npz"
