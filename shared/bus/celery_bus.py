"""The Bus over Celery."""

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from shared.bus.routes import ROUTES, Queue, Task
from shared.domain.messages import TaskMessage
from shared.errors import RetryableError

_PUBLISH_RETRY = {"max_retries": 3, "interval_start": 0.05, "interval_step": 0.2, "interval_max": 0.5}
_CONNECT_RETRY = {"max_retries": 1, "interval_start": 0.05, "interval_step": 0.2, "interval_max": 0.5}


class CeleryBus:
    """Publishes by task name, so that no service needs another one's code."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def publish(self, task: Task, message: TaskMessage) -> None:
        """Send `message` to the queue of `task`. Raises RetryableError when Redis is away."""
        route = ROUTES[task]
        try:
            self._app.send_task(
                task.value,
                kwargs={"message": message.encode()},
                queue=route.queue.value,
                expires=route.expires_s,
                countdown=route.delay_s,
                retry=True,
                retry_policy=_PUBLISH_RETRY,
            )
        except (OperationalError, RedisError, ConnectionError) as error:
            raise RetryableError(f"the queue {route.queue} is away: {error}") from error

    def count_waiting(self, queue: Queue) -> int:
        """Messages waiting in `queue`. Raises RetryableError when Redis is away."""
        try:
            with self._app.connection_for_write() as connection:
                # kombu would sleep for six seconds between its attempts
                connection.ensure_connection(**_CONNECT_RETRY)
                return int(connection.default_channel.client.llen(queue.value))
        except (OperationalError, RedisError, ConnectionError) as error:
            raise RetryableError(f"the queues are away: {error}") from error
