"""Child processes that cannot outlive us, and the list of our own services as such processes.

Every child leads a session of its own: the terminal's Ctrl-C does not reach it, and one signal to its group reaches
what it started. On Linux the kernel kills it when we die (PR_SET_PDEATHSIG). Its own children are then killed by the
guard: a small process, this very file run as a script, that reads the group ids from a pipe and kills the groups when
the pipe closes. Hence this file imports the standard library only.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from services.standalone.data_dir import DataDirectory

_PR_SET_PDEATHSIG = 1
_ALL_ADDRESSES = {"0.0.0.0", "::", ""}  # noqa: S104 (compared with, not listened on)
# Looked up before any fork: a forked child should only call what is loaded already.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True)
class ServiceProcess:
    """One service process: `name` is shown before its lines, `env` is its whole environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    once: bool = False
    """Ends by itself, and is then not started again."""


@dataclass(frozen=True)
class SystemUser:
    """Whom a child runs as."""

    uid: int
    gid: int


def spawn_child(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    death_signal: signal.Signals = signal.SIGKILL,
    user: SystemUser | None = None,
    cwd: Path | None = None,
    guard: "ProcessGuard | None" = None,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session; stdout and stderr both go to `output`.

    On Linux it gets `death_signal` when the *thread* that calls this dies: call it from the main thread. `guard` knows
    its group before its program runs. Raises OSError when the program cannot be started.
    """
    try:
        process = _start_child(argv, env=env, output=output, death_signal=death_signal, user=user, cwd=cwd, guard=guard)
    except OSError:
        if guard is not None:
            guard.forget_announced()
        raise
    if guard is not None:
        guard.add_group(process.pid)
    return process


def _start_child(
    argv: Sequence[str],
    *,
    env: Mapping[str, str],
    output: IO[bytes] | int,
    death_signal: signal.Signals,
    user: SystemUser | None,
    cwd: Path | None,
    guard: "ProcessGuard | None",
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(argv),
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
        cwd=cwd,
        # calls nothing but prctl and write, and no thread of ours runs
        preexec_fn=_die_with_parent(death_signal, announce_to=guard.pipe_fd if guard else None),  # noqa: PLW1509
    )


def _die_with_parent(death_signal: signal.Signals, *, announce_to: int | None) -> Callable[[], None] | None:
    """Popen calls it in the child after the change of user, which would have cleared the setting.

    The child names its group to the guard itself: were that left to us, we might be killed between its start and that.
    """
    if _prctl is None:
        return None
    parent = os.getpid()

    def set_death_signal() -> None:
        _prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)
        if announce_to is not None:
            with suppress(BrokenPipeError):
                os.write(announce_to, b"?%d\n" % os.getpid())

    return set_death_signal


def stop_child(process: subprocess.Popen[bytes], *, signals: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal to the child and wait its number of seconds; then kill its group. Returns when it is gone."""
    if process.poll() is not None:
        return  # died some time ago: the number of its group may be another's by now
    for number, wait_s in signals:
        if process.poll() is None:
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(wait_s)
    kill_group(process.pid)
    process.wait()


def kill_group(pgid: int) -> None:
    """SIGKILL to all that is left of a group; nothing left is fine."""
    with suppress(ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
        os.killpg(pgid, signal.SIGKILL)


class ProcessGuard:
    """Kills the groups given to `add` when this process dies by whatever means."""

    def __init__(self) -> None:
        argv = [sys.executable, "-I", "-S", __file__]
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)

    @property
    def pipe_fd(self) -> int:
        """Where a child names its own group, before its program runs."""
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    def forget_announced(self) -> None:
        """A child named its group, but its program could not be started."""
        self._send_line("!\n")

    def add_group(self, pgid: int) -> None:
        """Kill this group too, should we die."""
        self._send_line(f"{pgid}\n")

    def remove_group(self, pgid: int) -> None:
        """Forget a group that is gone: its number may soon be another's."""
        self._send_line(f"-{pgid}\n")

    def close(self) -> None:
        """End the guard; groups that were not removed are killed."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _send_line(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # someone killed the guard: PR_SET_PDEATHSIG is still there
            os.write(self._process.stdin.fileno(), line.encode())


def _run_guard(lines: Iterable[str]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    announced: set[int] = set()
    for line in lines:
        if line.startswith("?"):
            announced.add(int(line[1:]))
            continue
        announced.clear()  # by "!", or because it is the group that is now confirmed: one child is started at a time
        if line.startswith("!"):
            continue
        pgid = int(line)
        groups.add(pgid) if pgid > 0 else groups.discard(-pgid)
    groups |= announced
    # Twice: a member may have been forking while the first signal went round.
    for _ in range(2):
        for pgid in groups:
            kill_group(pgid)
        time.sleep(0.05 if groups else 0)


def service_processes(
    *,
    python: str,
    env: Mapping[str, str],
    home: "DataDirectory",
    api_host: str,
    api_port: int,
    featurizer_processes: int,
) -> list[ServiceProcess]:
    """Our services in starting order: workers, watcher, beat, api. `env` is the environment that all of them get."""
    common = {**env, "PYTHONUNBUFFERED": "1"}
    # One process per core, so one thread per process. The feature path compiles nothing, but librosa's numba functions
    # refuse to be imported where there is no folder to keep them in.
    pinned = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NUMBA_CACHE_DIR": str(home.cache / "numba")}

    def worker(
        service: str, queue: str, *options: str, app: str | None = None, extra: Mapping[str, str] | None = None
    ) -> ServiceProcess:
        code = f"services.{app or service}.worker"
        argv = [python, "-m", "celery", "-q", "-A", code, "worker", "-Q", queue, *options]
        argv += ["-n", f"{service}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        return ServiceProcess(name=service, argv=argv, env={**common, **(extra or {})})

    api = [
        python,
        "-m",
        "uvicorn",
        "services.api.main:create_app",
        "--factory",
        "--no-access-log",
        "--no-server-header",
        "--http",
        "services.api.http.protocol:BoundedH11Protocol",
    ]
    return [
        worker("crawler", "crawl", "-c", "1"),
        worker("featurizer", "features,uploads", "-c", str(featurizer_processes), extra=pinned),
        # somebody waits for these, and every process of the featurizer may be at a batch of a crawl
        worker("uploads", "uploads", "-c", "1", app="featurizer", extra=pinned),
        worker("trainer", "train", "-c", "1", "--max-memory-per-child=320000"),
        worker("scorer", "score", "-c", "2"),
        ServiceProcess(name="watcher", argv=[python, "-m", "services.crawler.watching"], env=common),
        worker("beat", "sweep", "-B", "-P", "solo", "-s", str(home.run / "beat-schedule")),
        ServiceProcess(
            name="api",
            argv=[*api, "--host", api_host, "--port", str(api_port)],
            env=_describe_address(common, api_host),
        ),
    ]


def _describe_address(env: Mapping[str, str], api_host: str) -> dict[str, str]:
    """The environment of the API: where it can be reached, and that requests may name the address that it listens on,
    unless that stands for all.
    """
    listed = env.get("MER_ALLOWED_HOSTS", "")
    named_host = "" if api_host in _ALL_ADDRESSES else api_host
    return {**env, "MER_BIND": api_host, "MER_ALLOWED_HOSTS": ",".join(filter(None, (listed, named_host)))}


if __name__ == "__main__":
    _run_guard(sys.stdin)
