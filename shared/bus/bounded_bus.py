"""A bus whose callers wait for a bounded time, for services in which somebody waits for the answer."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from shared.bus.port import Bus
from shared.bus.routes import Queue, Task
from shared.domain.messages import TaskMessage
from shared.errors import RetryableError

T = TypeVar("T")
_THREADS = 4


class BusTimeoutError(RetryableError):
    """The queues take connections, or hold some, but do not answer."""


class BoundedBus:
    """Calls `bus` in threads of its own and waits for `patience_s` seconds at most.

    While a call that nobody waits for any more is stuck, others fail at once. `bus` must give up by itself in the end.
    """

    def __init__(self, bus: Bus, *, patience_s: float) -> None:
        self._bus = bus
        self._patience_s = patience_s
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="bus")
        self._stuck: Future[Any] | None = None

    def publish(self, task: Task, message: TaskMessage) -> None:
        """Send `message` to the queue of `task`. Raises RetryableError when the queues are away, BusTimeoutError when
        they do not answer; the message may then still be sent.
        """
        self._call(lambda: self._bus.publish(task, message))

    def count_waiting(self, queue: Queue) -> int:
        """Messages waiting in `queue`. Raises RetryableError when the queues are away, BusTimeoutError when they do not
        answer.
        """
        return self._call(lambda: self._bus.count_waiting(queue))

    def _call(self, work: Callable[[], T]) -> T:
        stuck = self._stuck
        if stuck is not None and not stuck.done():
            raise BusTimeoutError("the queues do not answer")
        future = self._threads.submit(work)
        try:
            return future.result(timeout=self._patience_s)
        except TimeoutError:
            if not future.cancel():
                self._stuck = future
            raise BusTimeoutError(f"the queues did not answer within {self._patience_s:g} s") from None
