"""How many sound files lie below each library root, without reading one."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.domain.junk_folders import is_junk_folder
from shared.domain.sound_suffixes import SOUND_SUFFIXES

_WITHIN_S = 1.0
"""For one root: a share may be slow, and somebody waits."""
_REMEMBERED_S = 15.0


@dataclass(frozen=True)
class RootFiles:
    """The sound files below a root."""

    n_files: int
    is_complete: bool
    """Whether all folders were looked through in time; else there are at least so many."""
    problem: str | None = None
    """Why the root cannot be read."""


class RootFileCounts:
    """Counts of roots, kept for a moment. Safe to share between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: dict[Path, tuple[float, RootFiles]] = {}

    def count(self, root: Path) -> RootFiles:
        """The files below `root`, as of now or of a moment ago."""
        with self._lock:
            counted = self._counted.get(root)
        if counted is not None and self._clock() < counted[0]:
            return counted[1]
        files = count_sound_files(root, until=self._clock() + _WITHIN_S, clock=self._clock)
        with self._lock:
            self._counted[root] = (self._clock() + _REMEMBERED_S, files)
        return files


def count_sound_files(root: Path, *, until: float, clock: Callable[[], float] = time.monotonic) -> RootFiles:
    """As a crawl walks: hidden files, system folders and links to folders are passed over. Containers that may hold a
    film are not counted, because they would have to be opened.
    """
    try:
        with os.scandir(root):
            pass
    except OSError as error:
        return RootFiles(0, is_complete=False, problem=f"{error.strerror}: is the disk or share mounted?")
    n_files = 0
    for _, subfolders, names in os.walk(root):
        n_files += sum(_is_sound(name) for name in names)
        subfolders[:] = [name for name in subfolders if not name.startswith(".") and not is_junk_folder(name)]
        if clock() > until:
            return RootFiles(n_files, is_complete=False)
    return RootFiles(n_files, is_complete=True)


def _is_sound(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in SOUND_SUFFIXES  # noqa: PTH122 (a tenth of Path's time)
