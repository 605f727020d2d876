"""The crawler's composition root: `celery -A services.crawler.worker worker -Q crawl`."""

from services.crawler import tasks
from shared.worker.composition import worker_app

app = worker_app("crawler")
tasks.register(app)
