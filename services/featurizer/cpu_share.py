"""The share of the cores that bulk analysis uses: the number of active processes, their pauses, and their niceness.

The share is read before each batch. With a share of .5 on four cores, two processes work at a time. If the share is not
a whole number of cores, processes pause between batches. A process that may not work returns its message and is free
for uploaded songs, which are never delayed. Each process has one thread for linear algebra and decoding, so that the
number of processes is the number of cores in use.
"""

import fcntl
import math
import os
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

import structlog
from threadpoolctl import threadpool_limits

from shared.bus.routes import Task
from shared.domain.live_settings import WHOLE_SHARE
from shared.domain.messages import ItemsMessage
from shared.errors import RetryableError
from shared.worker.context import WorkerContext

log = structlog.get_logger()

NICENESS = 10
"""Of bulk analysis: whatever else runs on the machine comes first, songs that somebody sent in among it."""
_PAUSE_S = 0.5
"""Between two tries of a process that may not work just now."""
_RECORD = struct.Struct("<dd")
_ROUNDING = 1e-9


class CpuSlots:
    """One slot for each process that may work at a time, shared by a pool: made before its processes are forked.

    A slot is held by a POSIX lock on a byte of a file without a name. The kernel gives it back when its holder dies.
    """

    def __init__(self, *, n_cores: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._n_cores = n_cores or os.cpu_count() or 1
        self._clock = clock
        self._file = tempfile.TemporaryFile(prefix="mer-slots-")  # noqa: SIM115 (lives as long as the process)

    def allowed(self, share: float) -> tuple[int, float]:
        """`(slots, share of the time that each may be in use)` for a share of all cores."""
        cores = max(share * self._n_cores, 0.0)
        n_slots = max(1, math.ceil(cores - _ROUNDING))
        return n_slots, min(1.0, cores / n_slots)

    @contextmanager
    def take(self, share: float) -> Iterator[bool]:
        """Hold a slot for the block, if one is free and has rested. False: not now."""
        n_slots, duty = self.allowed(share)
        slot = next((slot for slot in range(n_slots) if self._lock(slot, duty)), None)
        if slot is None:
            yield False
            return
        started = self._clock()
        try:
            yield True
        finally:
            ended = self._clock()
            os.pwrite(self._file.fileno(), _RECORD.pack(ended, ended - started), slot * _RECORD.size)
            self._unlock(slot)

    def _lock(self, slot: int, duty: float) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, slot * _RECORD.size)
        except OSError:
            return False
        if self._has_rested(slot, duty):
            return True
        self._unlock(slot)
        return False

    def _has_rested(self, slot: int, duty: float) -> bool:
        record = os.pread(self._file.fileno(), _RECORD.size, slot * _RECORD.size)
        if len(record) < _RECORD.size:
            return True
        ended, worked_s = _RECORD.unpack(record)
        return bool(self._clock() >= ended + worked_s * (1 / duty - 1))

    def _unlock(self, slot: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, slot * _RECORD.size)


def work_within_share(
    bench: WorkerContext,
    task: Task,
    message: ItemsMessage,
    work: Callable[[], None],
    *,
    slots: CpuSlots,
    pause_s: float = _PAUSE_S,
) -> None:
    """Do a batch of bulk work, if the share of all cores leaves room for it; else put its message back."""
    with bench.store.read() as repositories:
        share = bench.live_settings(repositories).cpu_share
    if share >= WHOLE_SHARE:  # then the pool is as large as somebody chose it
        with threadpool_limits(limits=1):
            run_nicely(work)
        return
    with slots.take(share) as is_free:
        if is_free:
            with threadpool_limits(limits=1):
                run_nicely(work)
            return
    time.sleep(pause_s)
    try:
        bench.bus.publish(task, message)
    except RetryableError as error:  # the sweep finds its items
        log.warning("hint.not_sent", task=task.value, error=str(error))


def run_nicely(work: Callable[[], None]) -> None:
    """Do `work` in a thread of its own that gives way to all else. What it raises is raised here.

    On Linux niceness belongs to a thread and cannot be taken back without privileges: so it ends with the thread, and
    the process stays as it was. Elsewhere it belongs to the process, and is left alone.
    """
    if sys.platform != "linux":
        work()
        return
    with ThreadPoolExecutor(1, thread_name_prefix="bulk", initializer=os.nice, initargs=(NICENESS,)) as nice:
        nice.submit(copy_context().run, work).result()
