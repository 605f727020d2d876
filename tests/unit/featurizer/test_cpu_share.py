"""How much of a pool works at a time. The pool here is of real forked processes, as the featurizer's is."""

import os
import threading
import time
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from services.featurizer.cpu_share import NICENESS, CpuSlots, run_nicely

FORK = get_context("fork")


class Clock:
    now = 100.0

    def __call__(self) -> Any:
        return self.now


def hold(slots: CpuSlots, share: float, held: "Queue[bool]", release: Event) -> None:
    with slots.take(share) as is_free:
        held.put(is_free)
        release.wait(20)


@pytest.mark.parametrize(
    ("share", "n_cores", "allowed"),
    [
        (1.0, 4, (4, 1.0)),
        (0.5, 4, (2, 1.0)),
        (0.5, 2, (1, 1.0)),
        (0.25, 2, (1, 0.5)),
        (0.75, 2, (2, 0.75)),
        (0.05, 1, (1, 0.05)),
    ],
)
def test_a_share_of_all_cores_is_so_many_processes_for_so_much_of_the_time(
    share: float, n_cores: int, allowed: tuple[Any, ...]
) -> None:
    n_slots, duty = CpuSlots(n_cores=n_cores).allowed(share)
    assert (n_slots, pytest.approx(duty)) == allowed


@pytest.mark.parametrize(("share", "n_working"), [(0.5, 1), (1.0, 2)])
def test_of_a_pool_of_two_on_two_cores_half_a_share_lets_one_work(share: float, n_working: int) -> None:
    slots = CpuSlots(n_cores=2)
    held, release = FORK.Queue(), FORK.Event()
    pool = [FORK.Process(target=hold, args=(slots, share, held, release)) for _ in range(3)]
    for process in pool:
        process.start()
    found = [held.get(timeout=20) for _ in pool]
    release.set()
    for process in pool:
        process.join(20)
    assert sum(found) == n_working


def test_a_process_that_is_killed_gives_its_slot_back() -> None:
    slots = CpuSlots(n_cores=1)
    held, release = FORK.Queue(), FORK.Event()
    holder = FORK.Process(target=hold, args=(slots, 1.0, held, release))
    holder.start()
    assert held.get(timeout=20)
    with slots.take(1.0) as is_free:
        assert not is_free
    holder.kill()
    holder.join(20)
    with slots.take(1.0) as is_free:
        assert is_free


def test_half_a_core_rests_as_long_as_it_worked_and_a_higher_share_ends_the_rest() -> None:
    clock = Clock()
    slots = CpuSlots(n_cores=1, clock=clock)
    with slots.take(0.5) as is_free:
        assert is_free
        clock.now += 8.0
    clock.now += 7.9
    with slots.take(0.5) as is_free:
        assert not is_free
    with slots.take(0.6) as is_free:
        assert is_free
    clock.now += 8.1
    with slots.take(0.5) as is_free:
        assert is_free


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="niceness of threads is Linux's")
def test_bulk_work_is_nice_while_it_runs_and_leaves_the_process_as_it_was() -> None:
    seen = []

    def work() -> None:
        seen.append(
            (
                threading.current_thread() is threading.main_thread(),
                os.getpriority(os.PRIO_PROCESS, threading.get_native_id()),
            )
        )

    before = os.getpriority(os.PRIO_PROCESS, 0)
    run_nicely(work)
    assert seen == [(False, min(19, before + NICENESS))]
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


def test_what_nice_work_raises_is_raised() -> None:
    def work() -> None:
        time.sleep(0.01)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_nicely(work)
