"""The routes, and the Bus over Celery on a real Redis."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from services.standalone.redis import EmbeddedRedis
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.bus.port import Bus
from shared.bus.routes import PULSES, ROUTES, Queue, Task
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage, JobMessage, PersonMessage, TaskMessage, TickMessage
from shared.errors import RetryableError
from shared.settings import BusSettings
from shared.worker.context import STAGE_TASKS
from tests.conftest import Servers

MESSAGES: dict[type[TaskMessage], TaskMessage] = {
    JobMessage: JobMessage("019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001"),
    ItemsMessage: ItemsMessage((1, 2, 3)),
    PersonMessage: PersonMessage("ada"),
    TickMessage: TickMessage("sweep"),
}


@pytest.fixture
def bus(celery_url: str) -> Iterator[CeleryBus]:
    app = create_celery(BusSettings(redis_url=celery_url), name="tests")
    yield CeleryBus(app)
    app.close()


def waiting(client: redis.Redis, queue: Queue) -> list[dict[str, Any]]:
    """The envelopes that wait in a queue, the oldest first."""
    envelopes: Any = client.lrange(queue.value, 0, -1)
    return [json.loads(envelope) for envelope in reversed(envelopes)]


def message_of(envelope: dict[str, Any]) -> object:
    _, keywords, _ = json.loads(base64.b64decode(envelope["body"]))
    return keywords["message"]


def test_every_task_has_a_route_and_every_route_a_task() -> None:
    assert set(ROUTES) == set(Task)


def test_no_two_tasks_or_queues_share_a_name() -> None:
    assert max(Counter(task.value for task in Task).values()) == 1
    assert len(Task.__members__) == len(set(Task))
    assert len(Queue.__members__) == len(set(Queue))


def test_every_queue_has_a_task_and_every_worker_a_pulse_on_its_own_queue() -> None:
    assert {route.queue for route in ROUTES.values()} == set(Queue)
    assert set(PULSES) == set(Queue) - {Queue.SWEEP}, "the sweep is its own sign of life"
    assert {queue: ROUTES[task].queue for queue, task in PULSES.items()} == {queue: queue for queue in PULSES}


def test_every_stage_is_driven_by_a_task_that_takes_items() -> None:
    assert set(STAGE_TASKS) == set(Stage) - {Stage.TRAIN}, "a training is driven by its job"
    assert {ROUTES[task].message for task in STAGE_TASKS.values()} == {ItemsMessage}


def test_work_never_expires_and_ticks_do() -> None:
    assert {task for task, route in ROUTES.items() if route.expires_s} == {
        Task.SWEEP,
        Task.DROP_UPLOADS,
        Task.TAG_LIBRARY,
        Task.REFIT_PERSONAL_HEADS,
        Task.KEEP_SIMILARITY,
        *PULSES.values(),
    }
    assert all(route.time_limit_s > 0 for route in ROUTES.values())


@pytest.mark.parametrize("task", Task)
def test_each_message_arrives_on_the_queue_of_its_task_and_on_no_other(bus: Bus, servers: Servers, task: Task) -> None:
    route = ROUTES[task]
    sent = MESSAGES[route.message]
    bus.publish(task, sent)
    assert {queue: bus.count_waiting(queue) for queue in Queue} == {queue: int(queue is route.queue) for queue in Queue}
    (envelope,) = waiting(servers.redis_client(), route.queue)
    assert envelope["headers"]["task"] == task.value
    assert (envelope["headers"]["expires"] is None) == (route.expires_s is None)
    assert (envelope["headers"]["eta"] is None) == (route.delay_s is None)
    assert route.message.decode(message_of(envelope)) == sent


def test_the_depth_counts_what_waits_and_messages_keep_their_order(bus: Bus, servers: Servers) -> None:
    for item_id in (5, 3, 9):
        bus.publish(Task.COLLECT_ITEMS, ItemsMessage((item_id,)))
    assert bus.count_waiting(Queue.CRAWL) == 3
    arrived = [ItemsMessage.decode(message_of(envelope)) for envelope in waiting(servers.redis_client(), Queue.CRAWL)]
    assert arrived == [ItemsMessage((5,)), ItemsMessage((3,)), ItemsMessage((9,))]


def test_an_emptied_redis_is_published_to_as_before(bus: Bus, servers: Servers) -> None:
    bus.publish(Task.COLLECT_ITEMS, ItemsMessage((1,)))
    servers.redis_client().flushall()
    assert bus.count_waiting(Queue.CRAWL) == 0
    bus.publish(Task.COLLECT_ITEMS, ItemsMessage((2,)))
    assert bus.count_waiting(Queue.CRAWL) == 1


def test_a_stopped_redis_is_an_error_to_try_again_and_a_started_one_is_used_again(folder: Path) -> None:
    own = EmbeddedRedis(folder / "data", folder / "run")
    own.start()
    try:
        app = create_celery(BusSettings(redis_url=own.celery_url), name="tests")
        bus = CeleryBus(app)
        bus.publish(Task.COLLECT_ITEMS, ItemsMessage((1,)))
        own.stop()
        with pytest.raises(RetryableError, match="the queue crawl is away"):
            bus.publish(Task.COLLECT_ITEMS, ItemsMessage((2,)))
        with pytest.raises(RetryableError, match="the queues are away"):
            bus.count_waiting(Queue.CRAWL)
        own.start()
        bus.publish(Task.COLLECT_ITEMS, ItemsMessage((3,)))
        assert bus.count_waiting(Queue.CRAWL) == 1
        app.close()
    finally:
        own.stop()
