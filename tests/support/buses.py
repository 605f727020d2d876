"""Stand-ins for the queues: the rows say what there is to do, and nobody listens."""

from shared.bus.routes import ROUTES, Queue, Task
from shared.domain.messages import TaskMessage


class SilentBus:
    """Forgets what is sent."""

    def publish(self, task: Task, message: TaskMessage) -> None:
        pass

    def count_waiting(self, queue: Queue) -> int:  # noqa: ARG002 (a port)
        return 0


class RecordingBus:
    """Keeps what is sent, in order; all of it counts as waiting."""

    def __init__(self) -> None:
        self.sent: list[tuple[Task, TaskMessage]] = []

    def publish(self, task: Task, message: TaskMessage) -> None:
        self.sent.append((task, message))

    def count_waiting(self, queue: Queue) -> int:
        return sum(ROUTES[task].queue is queue for task in self.tasks())

    def tasks(self) -> list[Task]:
        return [task for task, _ in self.sent]
