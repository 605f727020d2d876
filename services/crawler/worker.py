"""The crawler's composition root: `celery -A services.crawler.worker worker -Q crawl`."""

from services.crawler import tasks
from shared.worker.composition import create_worker_app

app = create_worker_app("crawler")
tasks.register_tasks(app)
