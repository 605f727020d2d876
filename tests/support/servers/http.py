"""A local HTTP server that misbehaves on request, as the services behind the web sources do.

`server.will("cut", "html")` lets the next two calls go wrong in these ways; `fault_rate` lets calls go wrong at random,
seeded. Every call is written down with its time, so that a limit can be measured where it counts.
"""

import json
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

DRIP_S = 0.005


@dataclass(frozen=True)
class Asked:
    """One call as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """What goes back. `manner`: whole, cut (half of it, then silence), or drip (byte by byte)."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    manner: str = "whole"

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class LocalServer:
    """Subclasses say what the API answers (`answer`) and how it refuses (`throttled`)."""

    fault_kinds: tuple[str, ...] = ("cut", "malformed", "html", "broken", "short_throttle")

    def __init__(self) -> None:
        self.calls: list[Asked] = []
        self.fault_rate = 0.0
        self.n_faults = 0
        self._faults: deque[str] = deque()
        self._rng = random.Random(20)
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._http.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def will(self, *faults: str) -> None:
        """The next calls go wrong in these ways, one each."""
        self._faults.extend(faults)

    def well(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()
        self.fault_rate = 0.0

    def counted(self) -> list[Asked]:
        """The calls that the service counts."""
        return list(self.calls)

    def most_within(self, span_s: float) -> int:
        """The largest number of counted calls in any span of so many seconds."""
        times = sorted(call.at for call in self.counted())
        first = most = 0
        for last, moment in enumerate(times):
            while moment - times[first] > span_s:
                first += 1
            most = max(most, last - first + 1)
        return most

    def answer(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def is_spared(self, asked: Asked) -> bool:  # noqa: ARG002 (for subclasses)
        """Whether this call never goes wrong."""
        return False

    def throttled(self, *, short: bool) -> Answer:
        return Answer({"message": "too many"}, 429, {"Retry-After": "1" if short else "7200"})

    def fault(self, name: str, asked: Asked) -> Answer:  # noqa: PLR0911 (one return a fault)
        """The answer when something goes wrong."""
        good = self.answer(asked)
        match name:
            case "whole":
                return good
            case "cut":
                return Answer(good.body, good.status, good.headers, manner="cut")
            case "drip":
                return Answer(good.body, good.status, good.headers, manner="drip")
            case "malformed":
                return Answer(good.content()[: len(good.content()) // 2])
            case "html":
                return Answer(b"<!doctype html><title>We are busy</title>", headers={"Content-Type": "text/html"})
            case "broken":
                return Answer({"error": "bad gateway"}, 502)
            case "short_throttle":
                return self.throttled(short=True)
            case "long_throttle":
                return self.throttled(short=False)
        raise ValueError(name)

    def _respond(self, asked: Asked) -> Answer:
        with self._lock:
            self.calls.append(asked)
            if self.is_spared(asked):
                return self.answer(asked)
            name = self._faults.popleft() if self._faults else None
            if name is None and self._rng.random() < self.fault_rate:
                name = self._rng.choice(self.fault_kinds)
            self.n_faults += name is not None
            return self.fault(name, asked) if name else self.answer(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode()
                parts = urlsplit(self.path)
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                _send(self, server._respond(Asked(parts.path, query, dict(self.headers), time.time(), body)))

            do_POST = do_GET  # noqa: N815 (the library's name)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    content = answer.content()
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    try:
        if answer.manner == "cut":
            handler.wfile.write(content[: len(content) // 2])
            handler.close_connection = True
        elif answer.manner == "drip":
            for n in range(len(content)):
                handler.wfile.write(content[n : n + 1])
                handler.wfile.flush()
                time.sleep(DRIP_S)
        else:
            handler.wfile.write(content)
    except OSError:
        handler.close_connection = True
