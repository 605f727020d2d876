"""The client of the benchmark: a process that sends requests that were written before, over connections that it keeps.

    python benchmarks/serving/load_client.py < plan.json > figures.json

It reads sockets and counts bytes and knows no more of HTTP than `Content-Length`, because what a client costs is added
to both sides of a ratio and makes it look better than it is. `fixed_server` answers at the client's own floor.
"""

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import Any

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_RECEIVED_BYTES = 262_144
_TIMEOUT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class LoadTarget:
    """A server, and the paths that are asked of it in turn."""

    port: int
    paths: list[str]
    headers: dict[str, str]

    def write_requests(self) -> list[bytes]:
        """The requests as they are sent."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode() for path in self.paths]


class ClientConnection:
    """One connection that is kept, and at most one request on it. Raises RuntimeError for an answer that is no 200."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""
        self._n_missing = -1

    def send_request(self, request: bytes) -> None:
        """Send one request."""
        self._received, self._n_missing = b"", -1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive_part(self) -> bool:
        """Receive what is there; True when the answer is complete."""
        part = self.socket.recv(_RECEIVED_BYTES)
        if not part:
            raise RuntimeError("the server closed the connection")
        if self._n_missing >= 0:
            self._n_missing -= len(part)
            return self._n_missing == 0
        self._received += part
        head, found, body = self._received.partition(_HEAD_END)
        if not found:
            return False
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not answered: {self._received[:500]!r}")
        self._n_missing = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]) - len(body)
        return self._n_missing == 0


def measure_latencies(targets: Mapping[str, LoadTarget], *, n_requests: int, n_warm: int) -> dict[str, list[float]]:
    """Milliseconds of each request by target, asked in turn, one at a time; the first `n_warm` are not counted."""
    connections = {name: ClientConnection(target.port) for name, target in targets.items()}
    requests = {name: cycle(target.write_requests()) for name, target in targets.items()}
    took: dict[str, list[float]] = {name: [] for name in targets}
    for number in range(n_warm + n_requests):
        # whoever is asked first alternates too: the one before may have warmed the caches of the processor
        for name in list(targets) if number % 2 else reversed(list(targets)):
            connection = connections[name]
            connection.send_request(next(requests[name]))
            while not connection.receive_part():
                pass
            if number >= n_warm:
                took[name].append(1000 * (time.perf_counter() - connection.sent_at))
    return took


def measure_throughput(
    targets: Mapping[str, LoadTarget], *, n_clients: int, duration_s: float, rounds: int
) -> dict[str, list[float]]:
    """Answers a second by target and round, in turn, to `n_clients` connections of which each sends its next request
    after its answer.
    """
    rates: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(rounds):
        for name, target in targets.items():
            rates[name].append(_measure_rate(target, n_clients=n_clients, duration_s=duration_s))
    return rates


def _measure_rate(target: LoadTarget, *, n_clients: int, duration_s: float) -> float:
    requests = cycle(target.write_requests())
    with selectors.DefaultSelector() as selector:
        connections = [ClientConnection(target.port) for _ in range(n_clients)]
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send_request(next(requests))
        n_answers = 0
        started = time.perf_counter()
        while (elapsed_s := time.perf_counter() - started) < duration_s:
            for key, _ in selector.select(_TIMEOUT_S):
                if key.data.receive_part():
                    n_answers += 1
                    key.data.send_request(next(requests))
        for connection in connections:
            connection.socket.close()
    return n_answers / elapsed_s


def run_client(function: str, targets: Mapping[str, LoadTarget], **options: float) -> dict[str, list[float]]:
    """What a function of this module gives in a process of its own, which imports nothing of the project."""
    named = {name: asdict(target) for name, target in targets.items()}
    plan = json.dumps({"function": function, "targets": named, "options": options})
    done = subprocess.run([sys.executable, __file__], input=plan, check=True, text=True, stdout=subprocess.PIPE)
    figures: dict[str, list[float]] = json.loads(done.stdout)
    return figures


def quantile(numbers: Iterable[float], share: float) -> float:
    """The number below which `share` of them lie."""
    ordered: Sequence[float] = sorted(numbers)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _run_plan(function: str, targets: Mapping[str, LoadTarget], options: dict[str, Any]) -> dict[str, list[float]]:
    if function == "measure_latencies":
        return measure_latencies(targets, **options)
    return measure_throughput(targets, **options)


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    named = {name: LoadTarget(**target) for name, target in plan["targets"].items()}
    json.dump(_run_plan(plan["function"], named, plan["options"]), sys.stdout)
