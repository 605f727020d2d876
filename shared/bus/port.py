"""What a handler may ask of the queues."""

from typing import Protocol

from shared.bus.routes import Queue, Task
from shared.domain.messages import Message


class Bus(Protocol):
    """Sends hints. A hint may be lost, doubled or late; the rows are the truth."""

    def publish(self, task: Task, message: Message) -> None:
        """Send `message` to the queue of `task`. Raises RetryableError when the queues are away."""

    def depth(self, queue: Queue) -> int:
        """Messages waiting in `queue`. Raises RetryableError when the queues are away."""
