"""The real system for tests: worker processes over the test's servers, and the API in the test's own process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.main import create_app
from services.api.settings import ApiSettings
from shared.blobs import open_blobs
from shared.bus.celery_app import create_celery
from shared.bus.celery_bus import CeleryBus
from shared.domain.features import FeatureSpec
from shared.library import MusicLibrary
from shared.registry.champions import ChampionCache
from shared.settings import BlobSettings, BusSettings, FeatureSettings, SourceSettings, StoreSettings
from shared.store import open_store

WORKERS = {
    "crawler": ["-Q", "crawl", "-c", "1"],
    "featurizer": ["-Q", "features,uploads", "-c", "2"],
    "trainer": ["-Q", "train", "-c", "1", "--max-memory-per-child=320000"],
    "scorer": ["-Q", "score", "-c", "2"],
    "beat": ["-Q", "sweep", "-B", "-P", "solo"],
}


class CommitPointsOfTests:
    """The test's end of `shared.store.commit_points`."""

    def __init__(self, folder: Path, *, log_tails: Callable[[], str], revive: Callable[[], object]) -> None:
        self.folder = folder
        self.log_tails = log_tails
        self.revive = revive
        folder.mkdir(parents=True, exist_ok=True)

    def arm(self, point: str) -> None:
        """The next process that comes to `point`, as in `before.featurize.finish`, waits there."""
        (self.folder / f"{point}.reached").unlink(missing_ok=True)
        (self.folder / f"{point}.armed").touch()

    def reached(self, point: str, *, within_s: float = 60.0) -> int:
        """The pid of the process that waits at `point`. Fails the test if none comes."""
        deadline = time.monotonic() + within_s
        file = self.folder / f"{point}.reached"
        while not file.exists():
            if time.monotonic() > deadline:
                pytest.fail(f"no process came to {point} within {within_s:.0f} s\n{self.log_tails()}")
            self.revive()
            time.sleep(0.01)
        return int(file.read_text())

    def release(self, point: str, pid: int) -> None:
        """Let the process that waits at `point` go on."""
        (self.folder / f"{point}.released-{pid}").touch()


class System:
    """Workers with short leases, so that what is lost is missed soon."""

    def __init__(
        self, *, root: Path, database_url: str, celery_url: str, more: Mapping[str, str] | None = None
    ) -> None:
        self.root = root
        self.music = root / "music"
        self.music.mkdir()
        self.points = CommitPointsOfTests(root / "points", log_tails=self.log_tails, revive=self.revive)
        self._logs = root / "logs"
        self._logs.mkdir()
        self.env = {
            **os.environ,
            "MER_DATABASE_URL": database_url,
            "MER_REDIS_URL": celery_url,
            "MER_BLOB_URL": str(root / "blobs"),
            "MER_LIBRARY_ROOTS": f"{self.music}:{root / 'demo'}",
            "MER_DEMO_DIR": str(root / "demo"),
            "MER_LEASE_S": "3",
            "MER_SWEEP_INTERVAL_S": "0.5",
            "MER_DISPATCH_GRACE_S": "2",
            "MER_COMMIT_POINTS_DIR": str(self.points.folder),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **(more or {}),
        }
        (root / "demo").mkdir()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log_starts: dict[str, int] = {}
        store = open_store(StoreSettings(database_url=database_url), application="mer test api")
        set_here = {name.removeprefix("MER_").lower(): value for name, value in (more or {}).items()}
        blobs = open_blobs(BlobSettings(blob_url=str(root / "blobs")))
        self.ports = ApiPorts(
            store=store,
            bus=CeleryBus(create_celery(BusSettings(redis_url=celery_url), name="test-api")),
            blobs=blobs,
            library=MusicLibrary([self.music, root / "demo"]),
            champions=ChampionCache(store, blobs, cache_s=0.0),
            spec=FeatureSpec(),
            settings=ApiSettings(),
            sources=SourceSettings.model_validate(set_here),
            features=FeatureSettings.model_validate(set_here),
        )
        self.api = TestClient(create_app(self.ports), raise_server_exceptions=False)

    def start(self, *names: str) -> None:
        """Start workers and return at once; work waits for them in its rows."""
        for name in names:
            code = f"services.{name}.worker"
            argv = [sys.executable, "-m", "celery", "-q", "-A", code, "worker", *WORKERS[name]]
            argv += ["-n", f"{name}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat"]
            if name == "beat":
                argv += ["-s", str(self.root / "beat-schedule")]
            with (self._logs / f"{name}.log").open("ab") as log:
                self._log_starts[name] = log.tell()
                self._processes[name] = subprocess.Popen(
                    argv, env=self.env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )

    def await_ready(self, *names: str, within_s: float = 200.0) -> None:
        """Return when each worker has said that it takes work. Fails the test, with the logs, if one does not."""
        deadline = time.monotonic() + within_s
        for name in names:
            while not self._is_ready(name):
                if time.monotonic() > deadline:
                    pytest.fail(f"{name} did not become ready within {within_s:.0f} s\n{self.log_tails()}")
                time.sleep(0.05)

    def _is_ready(self, name: str) -> bool:
        said = (self._logs / f"{name}.log").read_bytes()[self._log_starts[name] :]
        return f"{name}@".encode() in said and b" ready." in said

    def pid(self, name: str) -> int:
        """Of the worker's parent process."""
        return self._processes[name].pid

    def revive(self) -> list[str]:
        """Start the workers again that ended by themselves, as the supervisor and the containers do; their names."""
        ended = [name for name, process in self._processes.items() if process.poll() is not None]
        for name in ended:
            self.kill(name)
        self.start(*ended)
        return ended

    def kill(self, name: str) -> None:
        """`kill -9` of a whole worker: parent and children."""
        process = self._processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Stop everything."""
        for name in list(self._processes):
            self.kill(name)
        self.ports.store.close()

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Start a job; its document."""
        answer = self.api.post(path, json=body)
        assert answer.status_code == 202, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def ended(self, job: dict[str, Any], *, within_s: float = 180.0) -> dict[str, Any]:
        """The job's document when it has ended. Fails the test, with the logs, if it does not end."""
        deadline = time.monotonic() + within_s
        while True:
            document: dict[str, Any] = self.api.get(f"/jobs/{job['id']}").json()
            if document.get("state") in {"done", "failed", "cancelled"}:
                return document
            if time.monotonic() > deadline:
                pytest.fail(f"the job did not end: {document}\n{self.log_tails()}")
            self.revive()
            time.sleep(0.1)

    def log_tails(self) -> str:
        """The last lines of every worker's log."""
        tails = []
        for file in sorted(self._logs.glob("*.log")):
            lines = file.read_text(errors="replace").splitlines()[-25:]
            tails.append(f"--- {file.stem} ({self._state(file.stem)})\n" + "\n".join(lines))
        return "\n".join(tails)

    def _state(self, name: str) -> str:
        """Whether a worker is gone, computes or waits, and for what: what a silent log does not tell."""
        process = self._processes.get(name)
        if process is None or process.poll() is not None:
            return "not running"
        folder = Path(f"/proc/{process.pid}")
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            children = (folder / "task" / str(process.pid) / "children").read_text().split()
            cpu_s = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            waits = (folder / "wchan").read_text() or "-"
        except OSError as error:
            return f"state unknown: {error}"
        return f"pid {process.pid}, state {fields[0]}, {cpu_s:.1f} s of cpu, in {waits}, {len(children)} children"
