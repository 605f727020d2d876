"""The hooks of network training: progress by epoch, cancellation, and checkpoints that survive a killed process."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol

import numpy as np
from numpy.typing import NDArray

P = ParamSpec("P")
Arrays = list[NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class EpochReport:
    """One epoch that is finished."""

    epoch: int
    """From 1."""
    n_epochs: int
    """At most; early stopping may end before."""
    loss: float
    """Mean over the batches of the epoch, augmented."""
    validation_loss: float | None
    """Of held-out artists of the training side, as they sound; None where nothing is held out."""
    score: float | None
    """Macro F1 of the same, or what `heads.score_outputs` gives for other heads."""
    seconds: float
    """Mean of an epoch so far."""

    @property
    def left_s(self) -> float:
        """Until the last epoch, at most."""
        return self.seconds * (self.n_epochs - self.epoch)


@dataclass(kw_only=True)
class TrainingState:
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
        fields = {**plain, "best_loss": self.best_loss if np.isfinite(self.best_loss) else None}
        arrays = {f"v{i}": array for i, array in enumerate(self.variables)}
        arrays |= {f"b{i}": array for i, array in enumerate(self.best)}
        content = io.BytesIO()
        np.savez(content, said=np.array(json.dumps(fields)), **arrays)  # type: ignore[arg-type]
        return content.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "TrainingState":
        """The reverse of `to_bytes`."""
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            fields = json.loads(str(file["said"]))
            counts = {kind: sum(name.startswith(kind) for name in file.files) for kind in "vb"}
            variables, best = ([file[f"{kind}{i}"] for i in range(n)] for kind, n in counts.items())
        best_loss = float("inf") if fields["best_loss"] is None else fields["best_loss"]
        return cls(**{**fields, "best_loss": best_loss}, variables=variables, best=best)


class CheckpointStore(Protocol):
    """Where states are kept, by the digest of what is trained on what."""

    def load(self, name: str) -> TrainingState | None:
        """What was kept, or None."""

    def save(self, name: str, state: TrainingState) -> None:
        """Keep `state` in place of what there was."""


def _ignore_check() -> None:
    pass


def _ignore_report(_: EpochReport) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class TrainingHooks:
    """Ports of a training. Without any it trains alone and starts anew."""

    check_cancelled: Callable[[], None] = _ignore_check
    """Called between batches; may raise to cancel."""
    on_epoch: Callable[[EpochReport], None] = _ignore_report
    checkpoints: CheckpointStore | None = None
    n_threads: int = 2


NO_HOOKS = TrainingHooks()


def limit_rate(call: Callable[P, None], *, every_s: float = 1.0) -> Callable[P, None]:
    """`call`, at most once in `every_s`: what writes to the store must not slow down batches. The first always goes."""
    last = -every_s

    def call_limited(*args: P.args, **kwargs: P.kwargs) -> None:
        nonlocal last
        if time.monotonic() - last >= every_s:
            call(*args, **kwargs)
            last = time.monotonic()

    return call_limited
