"""The trainer's composition root: `celery -A services.trainer.worker worker -Q train --max-memory-per-child=320000`."""

from services.trainer import tasks
from shared.worker.composition import create_worker_app

app = create_worker_app("trainer")
tasks.register_tasks(app)
