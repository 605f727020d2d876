"""The API over HTTP, on a port of its own, and the command line that asks it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from typer.testing import CliRunner

from services.api.deps import ApiPorts
from services.api.http.protocol import BoundedH11Protocol
from services.api.main import create_app
from services.cli.app import app

RunMer = Callable[..., str]
"""`mer("tracks", "--missing")`: what the command prints; it has to end with exit code 0."""

_START_WITHIN_S = 30.0


@contextmanager
def serve_api(ports: ApiPorts) -> Iterator[str]:
    """The address of a server on these ports, until the block ends."""
    # of the protocol that makes asyncio send small answers at once, as the sockets of uvicorn's own are
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(ports), http=BoundedH11Protocol, log_level="error", server_header=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + _START_WITHIN_S
        while not server.started:
            assert time.monotonic() < deadline, "the API does not listen"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def runner_of(address: str) -> RunMer:
    """The command line as a client of the API at this address."""

    def run(*arguments: str) -> str:
        result = CliRunner(env={"MER_API_URL": address, "COLUMNS": "200"}).invoke(app, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    return run
