"""The API as `mer up` starts it and the bare app, on one database: what the measurements of this package ask."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from benchmarks.running import RunningSystem
from benchmarks.serving.library import FilledLibrary
from benchmarks.serving.load_client import LoadTarget
from services.standalone.processes import spawn_child, stop_child

_START_WITHIN_S = 60.0


@dataclass(frozen=True, kw_only=True)
class ServedPair:
    """Two servers that answer the same questions, and the floor of the client."""

    system: RunningSystem
    library: FilledLibrary
    bare_port: int
    floor_port: int
    seed: int
    n_requests: int
    rounds: int
    slice_s: float
    key: str | None = None
    """Of the API: sent with every request where keys are on."""

    def target_api(self, paths: Sequence[str]) -> LoadTarget:
        """Requests of the API."""
        port = urlsplit(self.system.client.url).port
        assert port is not None
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return LoadTarget(port=port, paths=list(paths), headers=headers)

    def target_bare(self, paths: Sequence[str]) -> LoadTarget:
        """Requests of the bare app."""
        return LoadTarget(port=self.bare_port, paths=list(paths), headers={})

    def target_floor(self) -> LoadTarget:
        """Requests that cost their server nothing."""
        return LoadTarget(port=self.floor_port, paths=["/"], headers={})


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a measurement found: figures for the JSON, lines for people, and whether its goals were reached."""

    figures: dict[str, Any]
    lines: list[str]
    missed: list[str] = field(default_factory=list)
    """The goals that were missed, in words."""


def uvicorn_arguments(factory: str) -> list[str]:
    """The arguments of Python that serve an application; its port comes last."""
    return ["-m", "uvicorn", factory, "--factory", "--no-access-log", "--log-level", "warning"]


@contextmanager
def serve_program(argv: Sequence[str], *, env: dict[str, str] | None = None) -> Iterator[int]:
    """The port on which `python …` listens, which is the last of its arguments."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, *argv, str(port)]
    process = spawn_child(command, env=env or dict(os.environ), output=sys.stderr.fileno())
    try:
        _wait_for_port(port)
        yield port
    finally:
        stop_child(process, signals=[(signal.SIGTERM, 3.0)])


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")
