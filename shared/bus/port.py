"""What a handler may ask of the queues."""

from typing import Protocol

from shared.bus.routes import Queue, Task
from shared.domain.messages import TaskMessage


class Bus(Protocol):
    """Sends hints. A hint may be lost, doubled or late; the rows are the truth."""

    def publish(self, task: Task, message: TaskMessage) -> None:
        """Send `message` to the queue of `task`. Raises RetryableError when the queues are away."""

    def count_waiting(self, queue: Queue) -> int:
        """Messages waiting in `queue`. Raises RetryableError when the queues are away."""
