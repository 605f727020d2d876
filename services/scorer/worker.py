"""The scorer's composition root: `celery -A services.scorer.worker worker -Q score`."""

from services.scorer import tasks
from shared.worker.composition import create_worker_app

app = create_worker_app("scorer")
tasks.register(app)
