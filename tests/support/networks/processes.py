"""Processes that train, and end with the block that they were started in."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[3]


@contextmanager
def started(*argv: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Python with these arguments, beside the tests' own process."""
    process = subprocess.Popen(
        [sys.executable, *argv],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **env},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def two_machines() -> list[str]:
    """`TF_CONFIG` of each of two processes on free ports."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    cluster = {"worker": [f"127.0.0.1:{port}" for port in ports]}
    return [json.dumps({"cluster": cluster, "task": {"type": "worker", "index": i}}) for i in range(2)]
