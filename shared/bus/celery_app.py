"""Celery on Redis, set up for work that is claimed in rows.

Measured pitfalls that decide the settings: an unacknowledged message comes back after the visibility timeout *and* a
restore sweep, which is 100 s apart by default; a stalled reconnect is invisible to pings, hence the pulses; a message
that a dead child held is acknowledged, because bringing work back is the rows' business.
"""

import os
import socket
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging
from kombu.entity import Queue as KombuQueue

from shared.bus.routes import ROUTES, Queue, Task
from shared.domain.messages import TaskMessage
from shared.json_objects import JsonObject
from shared.settings import BusSettings

log = structlog.get_logger()


# A machine that went away without a word is noticed within a minute. Not every system has every option.
_TCP_LIMITS = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}


def create_celery(settings: BusSettings, *, name: str, socket_timeout_s: float | None = None) -> Celery:
    """An app that sends to all queues; the worker's command line says from which it takes.

    `socket_timeout_s` is for apps that only send: a worker's connection waits for messages.
    """
    timeouts = {} if socket_timeout_s is None else {"socket_timeout": socket_timeout_s}
    app = Celery(name, broker=settings.redis_url)
    app.conf.update(
        task_queues=[
            KombuQueue(queue, routing_key=queue) for queue in sorted({route.queue for route in ROUTES.values()})
        ],
        task_create_missing_queues=False,
        task_default_queue=Queue.SWEEP.value,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=60,
        task_serializer="json",
        accept_content=["json"],
        enable_utc=True,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": settings.visibility_timeout_s,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_keepalive": True,
            "socket_keepalive_options": {
                getattr(socket, option): value for option, value in _TCP_LIMITS.items() if hasattr(socket, option)
            },
            "socket_connect_timeout": 5 if socket_timeout_s is None else socket_timeout_s,
            **timeouts,
        },
        broker_heartbeat=None,
    )
    setup_logging.connect(_keep_our_logging, weak=False)
    return app


def _keep_our_logging(**_: Any) -> None:
    """Celery asks whether anybody sets logging up: the composition root did."""


def bind_task(app: Celery, task: Task, handle: Callable[[Any], None]) -> None:
    """Let `app` run `handle(message)` for `task`.

    This is the task boundary: the message is decoded and checked, its fields are on every event, and what goes wrong
    is logged with its traceback and raised.
    """
    route = ROUTES[task]

    def run(*, message: JsonObject) -> None:
        decoded: TaskMessage = route.message.decode(message)
        with structlog.contextvars.bound_contextvars(task=task.value):
            try:
                handle(decoded)
            except Exception:
                log.exception("task.failed", message=message)
                raise

    app.task(run, name=task.value, time_limit=route.time_limit_s, max_retries=0)


def worker_name() -> str:
    """Who holds a lease: this process, on this machine."""
    return f"{socket.gethostname()}:{os.getpid()}"
