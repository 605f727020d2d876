"""Runs our service processes in one terminal: one stream of their lines, restarts, and an end that leaves nothing.

One loop on the main thread does everything, without threads: the kernel ties a child's life to the thread that
started it, and a fork in a process with threads is a gamble.
"""

import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import IO, Protocol, TextIO

from services.standalone.data_dir import SetupError
from services.standalone.processes import ProcessGuard, ServiceProcess, kill_group, spawn_child

_TURN_S = 0.1
_STEADY_S = 30.0  # after so long a run, a death is a new story and not part of a crash loop
_LONGEST_LINE_BYTES = 65_536
_COLOURS = (36, 33, 35, 32, 34, 31)
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class SupervisedServer(Protocol):
    """A server that looks after its own process and is started and stopped by the caller."""

    name: str

    @property
    def is_running(self) -> bool:
        """False once its process has died."""

    def restart(self) -> None:
        """Raises SetupError when it does not come back."""


@dataclass
class _RestartBackoff:
    """When to try again: `first_s`, doubled each time up to `longest_s`."""

    first_s: float
    longest_s: float
    next_s: float = 0.0
    due: float = 0.0

    def next_wait_s(self, *, ran_s: float) -> float:
        if ran_s >= _STEADY_S or not self.next_s:
            self.next_s = self.first_s
        wait_s = self.next_s
        self.next_s = min(2 * wait_s, self.longest_s)
        self.due = time.monotonic() + wait_s
        return wait_s


@dataclass
class _ChildProcess:
    process: ServiceProcess
    backoff: _RestartBackoff
    popen: subprocess.Popen[bytes] | None = None
    started: float = 0.0


@dataclass
class _OutputStream:
    """One child's output pipe and the beginning of a line that has not ended."""

    name: str
    pipe: IO[bytes]
    rest: bytes = field(default=b"")


class Supervisor:
    """Starts `processes` in order, restarts each that dies, and restarts `servers` that died.

    Lines go to `out`, coloured on a terminal, and to `log_file` (turned over at 20 MB, two old ones kept).
    """

    def __init__(
        self,
        processes: Sequence[ServiceProcess],
        *,
        log_file: Path,
        out: TextIO,
        servers: Sequence[SupervisedServer] = (),
        grace_s: float = 3.0,
        backoff_s: tuple[float, float] = (0.5, 10.0),
    ) -> None:
        self._children = [_ChildProcess(process, _RestartBackoff(*backoff_s)) for process in processes]
        self._servers = [(server, _RestartBackoff(*backoff_s)) for server in servers]
        self._grace_s = grace_s
        self._printer = _LinePrinter(out, log_file, names=["mer", *(process.name for process in processes)])
        self._selector = selectors.DefaultSelector()
        self._stop_requests = 0

    def run_until_stopped(self) -> None:
        """Block the main thread until SIGINT, SIGTERM or SIGHUP, then stop everything; returns when nothing lives.

        A second signal kills at once. Raises ValueError on another thread.
        """
        with self._stop_signals():
            guard = ProcessGuard()
            try:
                for child in self._children:
                    if not self._stop_requests:
                        self._start_child(child, guard)
                while not self._stop_requests:
                    self._run_turn(guard)
            finally:
                self._stop_all(guard)
                guard.close()
                self._printer.close()
                self._selector.close()

    @contextmanager
    def _stop_signals(self) -> Iterator[None]:
        def request(_number: int, _frame: FrameType | None) -> None:
            self._stop_requests += 1

        before = [(number, signal.signal(number, request)) for number in _STOP_SIGNALS]
        try:
            yield
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    def _start_child(self, child: _ChildProcess, guard: ProcessGuard) -> None:
        name = child.process.name
        child.started = time.monotonic()
        try:
            child.popen = spawn_child(child.process.argv, env=child.process.env, output=subprocess.PIPE, guard=guard)
        except OSError as error:
            wait_s = child.backoff.next_wait_s(ran_s=0)
            self._log_event(f"process.not_started name={name} error={error} retry_in_s={wait_s:g}")
            return
        pipe = child.popen.stdout
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        self._selector.register(pipe, selectors.EVENT_READ, _OutputStream(name, pipe))
        self._log_event(f"process.started name={name} pid={child.popen.pid}")

    def _run_turn(self, guard: ProcessGuard) -> None:
        self._read_output(_TURN_S)
        now = time.monotonic()
        for child in self._children:
            if child.popen is None:
                if now >= child.backoff.due:
                    self._start_child(child, guard)
            elif child.popen.poll() is not None:
                code = self._reap_child(child, guard)
                if child.process.once:
                    child.backoff.due = math.inf
                    self._log_event(f"process.ended name={child.process.name} code={code}")
                    continue
                wait_s = child.backoff.next_wait_s(ran_s=now - child.started)
                self._log_event(f"process.died name={child.process.name} code={code} restart_in_s={wait_s:g}")
        for server, backoff in self._servers:
            if not server.is_running and now >= backoff.due:
                self._restart_server(server, backoff)

    def _restart_server(self, server: SupervisedServer, backoff: _RestartBackoff) -> None:
        self._log_event(f"server.died name={server.name}")
        wait_s = backoff.next_wait_s(ran_s=time.monotonic() - backoff.due)
        try:
            server.restart()
        except SetupError as error:
            self._log_event(f"server.not_started name={server.name} retry_in_s={wait_s:g} error={error}")
        else:
            self._log_event(f"server.started name={server.name}")

    def _reap_child(self, child: _ChildProcess, guard: ProcessGuard) -> int:
        """Kill what a dead child left in its group, so that a restart never doubles its workers."""
        assert child.popen is not None
        kill_group(child.popen.pid)
        code = child.popen.wait()
        guard.remove_group(child.popen.pid)
        child.popen = None
        return code

    def _stop_all(self, guard: ProcessGuard) -> None:
        requests = self._stop_requests
        living = [child for child in reversed(self._children) if child.popen is not None]
        self._log_event(f"stopping processes={len(living)}")
        for child in living:
            assert child.popen is not None
            child.popen.terminate()
        deadline = time.monotonic() + self._grace_s
        while any(child.popen and child.popen.poll() is None for child in living):
            if time.monotonic() > deadline or self._stop_requests > requests:
                break
            self._read_output(_TURN_S / 2)
        for child in living:
            code = self._reap_child(child, guard)
            self._read_output(0)
            self._log_event(f"process.stopped name={child.process.name} code={code}")

    def _read_output(self, timeout_s: float) -> None:
        if not self._selector.get_map():
            time.sleep(timeout_s)
            return
        for key, _ in self._selector.select(timeout_s):
            stream: _OutputStream = key.data
            with suppress(BlockingIOError):
                chunk = os.read(stream.pipe.fileno(), _LONGEST_LINE_BYTES)
                *lines, stream.rest = (stream.rest + chunk).split(b"\n")
                if not chunk or len(stream.rest) > _LONGEST_LINE_BYTES:
                    lines, stream.rest = [*lines, *([stream.rest] if stream.rest else [])], b""
                for line in lines:
                    self._printer.print_line(stream.name, line.decode(errors="replace").rstrip("\r"))
                if not chunk:
                    self._selector.unregister(stream.pipe)
                    stream.pipe.close()

    def _log_event(self, event: str) -> None:
        self._printer.print_line("mer", event)


class _LinePrinter:
    """Writes `name │ line` to the terminal and to the log file."""

    def __init__(self, out: TextIO, log_file: Path, *, names: Sequence[str]) -> None:
        self._out: TextIO | None = out
        self._width = max(map(len, names))
        self._log = RotatingFileHandler(
            log_file, maxBytes=20_000_000, backupCount=2, encoding="utf-8", errors="replace"
        )
        coloured = out.isatty() and "NO_COLOR" not in os.environ
        self._paint: Callable[[str, str], str] = self._colour_text if coloured else (lambda _, text: text)
        self._colour = {name: _COLOURS[index % len(_COLOURS)] for index, name in enumerate(names)}

    def print_line(self, name: str, text: str) -> None:
        label = f"{name:<{self._width}} │ "
        self._log.handle(makeLogRecord({"msg": f"{label}{text}"}))
        if self._out is None:
            return
        try:
            self._out.write(f"{self._paint(name, label)}{text}\n")
            self._out.flush()
        except OSError:  # the terminal or the pipe behind us is gone; the services go on, the log file has the lines
            self._out = None

    def close(self) -> None:
        self._log.close()

    def _colour_text(self, name: str, text: str) -> str:
        return f"\x1b[{self._colour[name]}m{text}\x1b[0m"
