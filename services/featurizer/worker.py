"""The featurizer's composition root: `celery -A services.featurizer.worker worker -Q features`."""

from services.featurizer import tasks
from shared.worker.composition import worker_app

app = worker_app("featurizer")
tasks.register(app)
