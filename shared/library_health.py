"""Whether the disks and shares of the library are available. Only then does a missing file mean that it is gone.

A library root, or a file system that is mounted below one, may be away temporarily: a share is not mounted, or a disk
is unplugged. Its folder then cannot be read, does not exist, or is empty. The state of its files is unknown during that
time, so work on them waits. Any other folder is taken as it is.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.domain.junk_folders import is_junk_folder
from shared.errors import FILE_GONE, IO_ERRORS, LaterError, PermanentError, Reason, UnreadableFileError
from shared.library import MusicLibrary
from shared.store import Store

RETRY_S = 15.0
"""After this what waits for a share looks again. Small, for it costs a look into one folder."""
_FLICKER_S = 1.0
"""After this a file that was away between two looks is tried again."""

IsWanted = Callable[[str], bool]


@dataclass(frozen=True)
class _Trouble:
    detail: str
    is_empty: bool
    """It can be read, or is not there at all: it may be meant so."""


class LibraryHealth:
    """Looks at library roots and known mount points. Keep one for a process."""

    def __init__(
        self,
        library: MusicLibrary,
        store: Store,
        *,
        is_wanted: IsWanted = lambda _: True,
        retry_s: float = RETRY_S,
        remembered_s: float = 1.0,
    ) -> None:
        """`is_wanted`: whether a file of this name shows that a folder is not empty. `remembered_s`: how long `explain`
        remembers that a folder is away, so that a batch of files looks once.
        """
        self.library = library
        self._store = store
        self._is_wanted = is_wanted
        self._retry_s, self._remembered_s = retry_s, remembered_s
        self._away: dict[str, tuple[float, str]] = {}

    def require_reachable(self, locator: str, *, below: bool = False, accept_empty: bool = False) -> None:
        """Raise LaterError(`library_away`) if the root of a file or folder, or a mount point above it, is away.

        `below`: also for a mount point below it. `accept_empty`: a folder without files, or none, is meant so.
        """
        for holder in self._holders(locator, below=below):
            trouble = self._look(holder)
            if trouble is not None and not (trouble.is_empty and accept_empty):
                self._away[holder] = (time.monotonic(), trouble.detail)
                raise LaterError(Reason.LIBRARY_AWAY, trouble.detail, wait_s=self._retry_s)

    def away_locator(self, path: str) -> str | None:
        """The locator of what a person named and cannot be found, if it may lie where the library is away just now."""
        for option in self.library.options(path):
            try:
                locator = self.library.folder_locator(option)
                self.require_reachable(locator)
            except LaterError:
                return locator
            except PermanentError:  # a relative path may lead out of one root and not of another
                continue
        return None

    def explain(self, error: PermanentError) -> PermanentError | LaterError:
        """What a refusal to read a file really is: `library_away`, an `io_error` that may pass, or itself."""
        if not isinstance(error, UnreadableFileError):
            return error
        try:
            locator = self.library.folder_locator(error.path)
            self._raise_remembered(locator)
            self.require_reachable(locator)
        except LaterError as away:
            return away
        except PermanentError:
            return error
        if error.error_number in IO_ERRORS:
            return LaterError(Reason.IO_ERROR, error.detail, wait_s=self._retry_s)
        if error.error_number in FILE_GONE and os.path.lexists(error.path):
            # it came back between the two looks
            return LaterError(Reason.IO_ERROR, error.detail, wait_s=_FLICKER_S)
        return error

    def _holders(self, locator: str, *, below: bool) -> list[str]:
        root = locator.partition("/")[0]
        with self._store.read() as repositories:
            mounts = repositories.library_mounts.list_all()
        return [
            root,
            *(
                mount
                for mount in mounts
                if _is_at_or_below(locator, mount) or (below and _is_at_or_below(mount, locator))
            ),
        ]

    def _raise_remembered(self, locator: str) -> None:
        for holder, (looked_at, detail) in self._away.items():
            if _is_at_or_below(locator, holder) and time.monotonic() - looked_at < self._remembered_s:
                raise LaterError(Reason.LIBRARY_AWAY, detail, wait_s=self._retry_s)

    def _look(self, holder: str) -> _Trouble | None:
        folder = self.library.entry(holder)
        shown = self.library.host_path(holder).rstrip("/")
        is_root = "/" not in holder
        try:
            if _holds_file(folder, self._is_wanted):
                return None
            problem = f"the folder {shown} holds no audio file"
        except OSError as error:
            if error.errno not in FILE_GONE:
                return _Trouble(f"the folder {shown} cannot be read ({error.strerror}): is the share mounted?", False)
            problem = f"the folder {shown} is not there"
        n_known = self._n_known(holder)
        if n_known:
            tracks = "1 known track lies" if n_known == 1 else f"{n_known} known tracks lie"
            return _Trouble(f"{problem}; {tracks} under it: is the share mounted?", True)
        if is_root and not folder.exists():
            return _Trouble(f"{problem}: is the share mounted?", True)
        return None

    def _n_known(self, holder: str) -> int:
        with self._store.read() as repositories:
            return repositories.missing_tracks.count_known(holder)


def _is_at_or_below(locator: str, folder: str) -> bool:
    return locator == folder or locator.startswith(f"{folder}/")


def _holds_file(folder: Path, is_wanted: IsWanted) -> bool:
    """Whether a file lies in the folder or below it; hidden ones, and what systems keep for themselves, are none.

    Raises OSError where the folder itself cannot be read.
    """
    with os.scandir(folder):
        pass
    for _, subfolders, names in os.walk(folder):
        if any(not name.startswith(".") and is_wanted(name) for name in names):
            return True
        subfolders[:] = _visible(subfolders)
    return False


def _visible(names: Sequence[str]) -> list[str]:
    return [name for name in names if not name.startswith(".") and not is_junk_folder(name)]
