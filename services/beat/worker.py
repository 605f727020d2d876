"""The beat's composition root: `celery -A services.beat.worker worker -B -P solo -Q sweep`.

One process keeps the time and does the sweeping, so that a busy worker never delays it.
"""

from services.beat import handlers
from services.beat.scoring import DutyCycle
from shared.bus.celery_app import bind_task
from shared.bus.routes import ROUTES, Task
from shared.domain.messages import TickMessage
from shared.library import MusicLibrary
from shared.settings import LibrarySettings, WatchSettings, WorkSettings
from shared.worker.composition import create_worker_app, worker_context

_TAG_LIBRARY_EVERY_S = 300.0
"""How often analysed tracks without the values of a tagger are looked for, in seconds."""
_REFIT_EVERY_S = 30.0
"""How often personal heads are compared with the labels and the models of now, in seconds: a promotion, a merge or a
lost message may have changed what they are fitted to.
"""
_KEEP_SIMILARITY_EVERY_S = 20.0
"""How often new tracks get the vectors by which similar ones are found, in seconds: they are found within a minute."""

app = create_worker_app("beat")
scoring = DutyCycle()
library, watch = MusicLibrary.from_settings(LibrarySettings()), WatchSettings()
bind_task(
    app,
    Task.SWEEP,
    lambda message: handlers.run_sweep(
        message, bench=worker_context(app), scoring=scoring, library=library, watch=watch
    ),
)
app.conf.beat_schedule = {
    "sweep": {
        "task": Task.SWEEP.value,
        "schedule": WorkSettings().sweep_interval_s,
        "kwargs": {"message": TickMessage(ROUTES[Task.SWEEP].queue.value).encode()},
        "options": {"queue": ROUTES[Task.SWEEP].queue.value, "expires": ROUTES[Task.SWEEP].expires_s},
    },
    # not part of the sweep: only a featurizer knows which taggers it can run
    "tag_library": {
        "task": Task.TAG_LIBRARY.value,
        "schedule": _TAG_LIBRARY_EVERY_S,
        "kwargs": {"message": TickMessage(ROUTES[Task.TAG_LIBRARY].queue.value).encode()},
        "options": {"queue": ROUTES[Task.TAG_LIBRARY].queue.value, "expires": ROUTES[Task.TAG_LIBRARY].expires_s},
    },
    "refit_personal_heads": {
        "task": Task.REFIT_PERSONAL_HEADS.value,
        "schedule": _REFIT_EVERY_S,
        "kwargs": {"message": TickMessage(ROUTES[Task.REFIT_PERSONAL_HEADS].queue.value).encode()},
        "options": {
            "queue": ROUTES[Task.REFIT_PERSONAL_HEADS].queue.value,
            "expires": ROUTES[Task.REFIT_PERSONAL_HEADS].expires_s,
        },
    },
    "keep_similarity": {
        "task": Task.KEEP_SIMILARITY.value,
        "schedule": _KEEP_SIMILARITY_EVERY_S,
        "kwargs": {"message": TickMessage(ROUTES[Task.KEEP_SIMILARITY].queue.value).encode()},
        "options": {
            "queue": ROUTES[Task.KEEP_SIMILARITY].queue.value,
            "expires": ROUTES[Task.KEEP_SIMILARITY].expires_s,
        },
    },
}
