"""The real system for a benchmark: the same servers and the same worker commands that `mer up` starts."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from services.cli.client import ApiClient, NotThereError
from services.cli.commands.up import ListenAddress, find_free_address
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from services.standalone.processes import ServiceProcess, service_processes, spawn_child, stop_child
from services.standalone.redis import EmbeddedRedis
from shared.blobs.folder import FolderBlobs
from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.migrate import run_migrations


class RunningSystem:
    """One database and Redis, the API, and whichever workers were started."""

    def __init__(
        self,
        home: DataDirectory,
        postgres: EmbeddedPostgres,
        redis: EmbeddedRedis,
        *,
        music: Path,
        roots: Sequence[Path] = (),
    ) -> None:
        self._home = home
        self.music = music
        self._address = find_free_address(ListenAddress("127.0.0.1", 0))
        database_url = postgres.create_database(f"bench_{time.time_ns()}")
        run_migrations(create_engine(database_url, poolclass=NullPool))
        self._env = {
            **os.environ,
            "MER_DATABASE_URL": database_url,
            "MER_REDIS_URL": redis.celery_url,
            "MER_BLOB_URL": str(home.blobs),
            "MER_DEMO_DIR": str(home.demo),
            "MER_LIBRARY_ROOTS": ":".join(map(str, [*(roots or [music]), home.demo])),
            "MER_LOG_FORMAT": "json",
        }
        self._log_file = home.log / f"{time.time_ns()}.log"
        self.store: Store = open_store(StoreSettings(database_url=database_url))
        self.blobs = FolderBlobs(home.blobs)
        self.client = ApiClient(self._address.url)
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """The environment that services get."""
        return dict(self._env)

    def start(self, *names: str, featurizer_processes: int = 1) -> None:
        """Start services by name, exactly as `mer up` does."""
        known = {process.name: process for process in self._processes(featurizer_processes)}
        with self._log_file.open("ab") as log:
            for name in names:
                self._started[name] = spawn_child(known[name].argv, env=known[name].env, output=log)

    def wait_for_api(self, *, within_s: float = 60.0) -> None:
        """Until the API answers."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            try:
                self.client.get("/health")
            except NotThereError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(self._log_file.read_text()[-3000:])

    def events(self, name: str) -> list[dict[str, Any]]:
        """What the services logged under `name` so far, with all fields."""
        lines = [line for line in self._log_file.read_text().splitlines() if f'"{name}"' in line]
        return [event for event in map(json.loads, lines) if event["event"] == name]

    def stop(self, *names: str) -> None:
        """Stop services; all of them without names."""
        for name in names or tuple(self._started):
            stop_child(self._started.pop(name), signals=[(signal.SIGTERM, 3.0)])

    def close(self) -> None:
        """Stop everything of this system."""
        self.stop()
        self.store.close()

    def _processes(self, featurizer_processes: int) -> list[ServiceProcess]:
        return service_processes(
            python=sys.executable,
            env=self._env,
            home=self._home,
            api_host=self._address.host,
            api_port=self._address.port,
            featurizer_processes=featurizer_processes,
        )


@contextmanager
def servers() -> Iterator[tuple[DataDirectory, EmbeddedPostgres, EmbeddedRedis]]:
    """PostgreSQL and Redis as a user has them: durable."""
    with tempfile.TemporaryDirectory(prefix="mer-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        home = DataDirectory(Path(folder) / "home").create()
        postgres = EmbeddedPostgres(home.postgres, home.run / "pg")
        redis = EmbeddedRedis(home.root / "redis", home.run / "redis")
        postgres.start()
        redis.start()
        try:
            yield home, postgres, redis
        finally:
            redis.stop()
            postgres.stop()
