"""The scorer's composition root: `celery -A services.scorer.worker worker -Q score`."""

from services.scorer import tasks
from shared.worker.composition import worker_app

app = worker_app("scorer")
tasks.register(app)
