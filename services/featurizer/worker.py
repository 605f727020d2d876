"""The featurizer's composition root: `celery -A services.featurizer.worker worker -Q features`."""

from services.featurizer import tasks
from shared.worker.composition import create_worker_app

app = create_worker_app("featurizer")
tasks.register_tasks(app)
