"""Processes that hang: stopped, with all their connections open."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def paused(pid: int | None) -> Iterator[None]:
    """The process and its children do nothing until the block ends; they always go on then."""
    assert pid is not None
    stopped: list[int] = []
    try:
        _signal(pid, signal.SIGSTOP)  # the parent first: it cannot have more children then
        stopped.append(pid)
        for child in _list_children(pid):
            _signal(child, signal.SIGSTOP)
            stopped.append(child)
        yield
    finally:
        for process in reversed(stopped):
            _signal(process, signal.SIGCONT)


def _list_children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
