"""The data folder of the single-machine mode (`MER_HOME`), and the lock that prevents a second run in it.

HOME/postgres   PostgreSQL's files          HOME/blobs   arrays and clips      HOME/log     logs
HOME/run        sockets, beat's schedule    HOME/demo    synthesised clips     HOME/cache   may be deleted
HOME/key        the key that `mer` sends
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.errors import MerError

# The kernel's sun_path holds 107 bytes and a zero on Linux, 103 and a zero on macOS.
MAX_SOCKET_PATH_BYTES = 103
_LONGEST_SOCKET = Path("run/pg/.s.PGSQL.5432")


class SetupError(MerError):
    """The embedded servers cannot run on this machine or in this `MER_HOME`. The message says what to change."""


class ConfigurationError(SetupError):
    """A setting cannot be used as it is: starting again helps nothing. `mer` ends with exit code 2."""


class HomeInUseError(SetupError):
    """Another process holds this `MER_HOME`."""


@dataclass(frozen=True)
class DataDirectory:
    """The layout under `root`, an absolute folder. Building one touches nothing; see `create`."""

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(os.path.abspath(self.root.expanduser())))  # noqa: PTH100 - keeps symlinks, which may be the short spelling

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "DataDirectory":
        """`$MER_HOME`; else `/var/lib/mer` for root, else `$XDG_DATA_HOME/mer` or `~/.local/share/mer`."""
        if chosen := env.get("MER_HOME"):
            return cls(Path(chosen))
        # Not root's home: PostgreSQL then runs as another user, who may not enter there.
        if os.geteuid() == 0:
            return cls(Path("/var/lib/mer"))
        return cls(Path(env.get("XDG_DATA_HOME") or "~/.local/share") / "mer")

    @property
    def postgres(self) -> Path:
        """PostgreSQL's files; its owner makes the folder."""
        return self.root / "postgres"

    @property
    def blobs(self) -> Path:
        """Arrays and clips."""
        return self.root / "blobs"

    @property
    def demo(self) -> Path:
        """Synthesised clips."""
        return self.root / "demo"

    @property
    def taggers(self) -> Path:
        """Spec files and graphs of audio taggers of the owner's, who makes the folder."""
        return self.root / "taggers"

    @property
    def key(self) -> Path:
        """The key that `mer` itself sends, where there is one."""
        return self.root / "key"

    @property
    def log(self) -> Path:
        """One file of all lines, and one for each server."""
        return self.root / "log"

    @property
    def cache(self) -> Path:
        """May be deleted at any time."""
        return self.root / "cache"

    @property
    def run(self) -> Path:
        """Where sockets go (`run/pg`, `run/redis`): under `root`, or a short temporary folder when `root` is too long.

        The short name is derived from user and `root`, so that every process of this home finds the same one.
        """
        if fits_socket(self.root / _LONGEST_SOCKET):
            return self.root / "run"
        name = f"mer-{os.geteuid()}-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:8]}"
        short = Path(tempfile.gettempdir()) / name
        return short if fits_socket(short / _LONGEST_SOCKET.relative_to("run")) else Path("/tmp") / name  # noqa: S108 - create() checks its owner

    def create(self) -> "DataDirectory":
        """Make the missing folders, closed to other users, and return self.

        Run as root, `root` and `run` may be walked through (0711), because PostgreSQL lives under them as another
        user. Folders that exist keep their mode. Raises SetupError when one cannot be made or is another user's.
        """
        walkable = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.root, self.run):
                _make_folder(folder, walkable)
            for folder in (self.blobs, self.demo, self.log, self.cache):
                _make_folder(folder, 0o700)
        except OSError as error:
            raise SetupError(
                f"cannot create {error.filename}: {error.strerror}; set MER_HOME to a folder you own"
            ) from error
        # A name under /tmp can be taken by anyone first, and whoever owns the folder reads our sockets.
        owner = self.run.lstat()
        if owner.st_uid != os.geteuid() or self.run.is_symlink() or owner.st_mode & 0o022:
            raise SetupError(f"{self.run} is not a folder of this user alone; set MER_HOME to a shorter path")
        return self

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold this home for the block. Raises SetupError when another process holds it; a killed one does not."""
        path = self.root / "mer.lock"
        with path.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                message = f"mer already runs on {self.root} (pid {holder}); stop it, or set MER_HOME to another folder"
                raise HomeInUseError(message) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield


def fits_socket(path: Path) -> bool:
    """Whether a unix socket can have this path, on every system that we support."""
    return len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES


def _make_folder(folder: Path, mode: int) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(mode)  # mkdir's own mode is cut by the umask
