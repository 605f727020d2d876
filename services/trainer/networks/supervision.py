"""What goes on around a network's training: who is told, who may stop it, and where it is kept through a kill."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec

from services.trainer.networks.checkpoints import Checkpoints

P = ParamSpec("P")


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
    """Macro F1 of the same, or what `heads.score` gives for other heads."""
    seconds: float
    """Mean of an epoch so far."""

    @property
    def left_s(self) -> float:
        """Until the last epoch, at most."""
        return self.seconds * (self.n_epochs - self.epoch)


def _nothing() -> None:
    pass


def _nobody(_: EpochReport) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """Ports of a training. Without any it trains alone and starts anew."""

    check: Callable[[], None] = _nothing
    """Called between batches; may raise to cancel."""
    tell: Callable[[EpochReport], None] = _nobody
    checkpoints: Checkpoints | None = None
    n_threads: int = 2


ALONE = Supervision()


def seldom(call: Callable[P, None], *, every_s: float = 1.0) -> Callable[P, None]:
    """`call`, at most once in `every_s`: what writes to the store must not slow down batches. The first always goes."""
    last = -every_s

    def maybe(*args: P.args, **kwargs: P.kwargs) -> None:
        nonlocal last
        if time.monotonic() - last >= every_s:
            call(*args, **kwargs)
            last = time.monotonic()

    return maybe
