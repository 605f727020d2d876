"""New tracks are scored by themselves: the rows say which are ready and have no prediction of a champion.

A job is made of them in one transaction with its items; the messages are hints, as everywhere. What a killed process
leaves is found at the next sweep: tracks without a prediction are still without one.
"""

import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

import structlog

from shared.domain.job import Stage
from shared.store.repositories import Repositories
from shared.store.tables import Model
from shared.worker.context import WorkerContext, send_hints

log = structlog.get_logger()

_SHARE_OF_TIME = 0.05
"""Of the sweeping process, at most, for looking at a large library for tracks without a prediction."""


class DutyCycle:
    """Lets something happen as often as a share of the time allows: a quick look always, a slow one seldom."""

    def __init__(self, *, share: float = _SHARE_OF_TIME, clock: Callable[[], float] = time.monotonic) -> None:
        self._share, self._clock = share, clock
        self._not_before = -float("inf")

    def run(self, work: Callable[[], None]) -> None:
        """Do `work`, unless it took so long the last time that it is not its turn yet."""
        started = self._clock()
        if started < self._not_before:
            return
        work()
        ended = self._clock()
        self._not_before = ended + (ended - started) * (1 - self._share) / self._share


def score_new_tracks(bench: WorkerContext) -> None:
    """Schedule the scoring of what became ready, for every champion of both libraries and for starters that answer."""
    with bench.store.read() as repositories:
        models = repositories.models
        answering = [*models.list_answering(synthetic=False), *models.list_answering(synthetic=True)]
        scores = repositories.scores
        behind = [model for model in answering if scores.has_new(model)]
    for model in behind:
        scheduled = bench.store.transact("sweep.score", partial(_schedule_scoring, model=model))
        if scheduled is not None:
            job_id, item_ids = scheduled
            log.info("sweep.scoring", model_id=str(model.id), job_id=str(job_id), n_items=len(item_ids))
            send_hints(bench.bus, Stage.SCORE, item_ids)


def _schedule_scoring(repositories: Repositories, *, model: Model) -> tuple[UUID, list[int]] | None:
    return repositories.scores.schedule_new(model)
