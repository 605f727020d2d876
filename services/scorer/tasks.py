"""The scorer's tasks: messages in, use cases out.

The scorer has its own worker, on the queue `score`, so that it never waits for a training and never loads what trains.
"""

from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial

from celery import Celery
from celery.signals import worker_ready

from services.scorer import curves, evaluation, personal, projection, scoring, similarity
from shared.blobs import open_blobs
from shared.bus.celery_app import bind_task
from shared.bus.celery_bus import CeleryBus
from shared.bus.routes import Queue, Task
from shared.domain.features import FeatureSpec
from shared.domain.messages import ItemsMessage, PersonMessage, TickMessage
from shared.errors import RetryableError
from shared.registry.champions import ChampionCache
from shared.settings import BlobSettings, FeatureSettings
from shared.similarity.library_projections import SimilarityBasis
from shared.worker.composition import worker_context
from shared.worker.context import record_pulse


def _score(app: Celery, message: ItemsMessage) -> None:
    scoring.score_tracks(
        message, bench=worker_context(app), blobs=open_blobs(BlobSettings()), champions=_champions(app)
    )


def _evaluate(app: Celery, message: ItemsMessage) -> None:
    evaluation.evaluate_model(
        message, bench=worker_context(app), blobs=open_blobs(BlobSettings()), champions=_champions(app)
    )


def _standardise(app: Celery, message: ItemsMessage) -> None:
    projection.project_tracks(message, bench=worker_context(app), bases=_bases())


def _keep_similarity(app: Celery, message: TickMessage) -> None:
    similarity.keep_similarity(message, bench=worker_context(app), blobs=open_blobs(BlobSettings()), bases=_bases())


def _fit_curve(app: Celery, message: ItemsMessage) -> None:
    curves.fit_curves(message, bench=worker_context(app))


def _fit_personal_head(app: Celery, message: PersonMessage) -> None:
    personal.fit_person(message, bench=worker_context(app))


def _refit_personal_heads(app: Celery, message: TickMessage) -> None:
    personal.refit_people(message, bench=worker_context(app))


@cache
def _bases() -> Mapping[str, SimilarityBasis]:
    return similarity.list_bases(FeatureSpec(), FeatureSettings().tagger_specs)


@cache
def _champions(app: Celery) -> ChampionCache:
    """Models that this child has loaded."""
    return ChampionCache(worker_context(app).store, open_blobs(BlobSettings()), cache_s=0.0)


def _look_after_vectors(app: Celery, **_: object) -> None:
    with suppress(RetryableError):  # the beat sends the same
        CeleryBus(app).publish(Task.KEEP_SIMILARITY, TickMessage(Queue.SCORE.value))


def _pulse(app: Celery, message: TickMessage) -> None:
    record_pulse(worker_context(app), queue=message.queue)


def register(app: Celery) -> None:
    """Bind the scorer's tasks to its app.

    When its worker is ready it looks after the vectors: until the first tick a large library has no file of them.
    """
    worker_ready.connect(partial(_look_after_vectors, app), weak=False)
    bind_task(app, Task.SCORE_TRACKS, partial(_score, app))
    bind_task(app, Task.EVALUATE_MODEL, partial(_evaluate, app))
    bind_task(app, Task.STANDARDISE_TRACKS, partial(_standardise, app))
    bind_task(app, Task.KEEP_SIMILARITY, partial(_keep_similarity, app))
    bind_task(app, Task.FIT_CURVE, partial(_fit_curve, app))
    bind_task(app, Task.FIT_PERSONAL_HEAD, partial(_fit_personal_head, app))
    bind_task(app, Task.REFIT_PERSONAL_HEADS, partial(_refit_personal_heads, app))
    bind_task(app, Task.PULSE_SCORE, partial(_pulse, app))
