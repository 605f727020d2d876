"""What is in a root of the library: a signature for each folder with sound files, kept in memory.

A signature goes by the names, sizes and times of change of the sound files, so covers, hidden and half-downloaded
files change nothing, and neither does reading. The signature of the whole root tells after a restart whether anything
changed meanwhile.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from services.crawler.files.kinds import MAYBE_FILM_SUFFIXES, file_suffix
from shared.domain.junk_folders import is_junk_folder
from shared.domain.sound_suffixes import SOUND_SUFFIXES

_WATCHED_SUFFIXES = SOUND_SUFFIXES | MAYBE_FILM_SUFFIXES


class RootAwayError(Exception):
    """The root cannot be read, or holds no sound file where it held some: most likely a share that is not mounted."""


@dataclass(frozen=True)
class _Folder:
    """Its sound files in one number."""

    digest: int
    n_files: int


@dataclass
class Snapshot:
    """The sound files below `root`, as they were at the last look. Folders are paths below the root."""

    root: Path
    _folders: dict[str, _Folder] = field(default_factory=dict)
    _sum: int = 0

    @property
    def signature(self) -> str:
        """Of all that is below the root, in whatever order it was seen."""
        return f"{self._sum:032x}"

    @property
    def n_folders(self) -> int:
        """Folders that hold sound files."""
        return len(self._folders)

    @property
    def n_files(self) -> int:
        """Sound files."""
        return sum(folder.n_files for folder in self._folders.values())

    def known_folders(self) -> set[str]:
        """Folders that hold sound files at any depth."""
        known: set[str] = set()
        for folder in self._folders:
            above = folder
            while above and above not in known:
                known.add(above)
                above = above.rpartition("/")[0]
        return known

    def look_through(self, below: str = "") -> set[str]:
        """Look at every folder from `below` on; those that are not as they were. Raises RootAwayError for the root.

        What cannot be read just now is taken as it was.
        """
        unreadable: list[str] = []
        seen = dict(self._walk(below, unreadable))
        if below == "" and (unreadable == [""] or (self._folders and not any(f.n_files for f in seen.values()))):
            raise RootAwayError
        known = {folder for folder in self._folders if _is_below(folder, below)}
        gone = {folder for folder in known - seen.keys() if not any(_is_below(folder, away) for away in unreadable)}
        changed = {folder for folder, there in seen.items() if self._put(folder, there)}
        return changed | {folder for folder in gone if self._put(folder, None)}

    def look_at(self, folder: str) -> set[str]:
        """Look at one folder alone; it, if it is not as it was."""
        try:
            there, _ = self._scan(folder)
        except FileNotFoundError:
            there = None
        except OSError:
            return set()
        return {folder} if self._put(folder, there) else set()

    def _put(self, folder: str, there: _Folder | None) -> bool:
        before = self._folders.pop(folder, None)
        if there is not None and there.n_files:
            self._folders[folder] = there
        after = self._folders.get(folder)
        if before == after:
            return False
        for one in (before, after):
            self._sum ^= one.digest if one else 0
        return True

    def _walk(self, below: str, unreadable: list[str]) -> Iterator[tuple[str, _Folder]]:
        waiting = [below]
        while waiting:
            folder = waiting.pop()
            try:
                there, subfolders = self._scan(folder)
            except (FileNotFoundError, NotADirectoryError):
                if folder == "":
                    unreadable.append(folder)
                continue
            except OSError:
                unreadable.append(folder)
                continue
            yield folder, there
            waiting += [os.path.join(folder, name) for name in subfolders]  # noqa: PTH118 (a tenth of Path's time)

    def _scan(self, folder: str) -> tuple[_Folder, list[str]]:
        """Raises OSError."""
        files: list[tuple[str, int, int]] = []
        subfolders: list[str] = []
        with os.scandir(self.root / folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if not is_junk_folder(entry.name):
                        subfolders.append(entry.name)
                elif file_suffix(entry.name) in _WATCHED_SUFFIXES:
                    status = _status(entry)
                    files += [(entry.name, status.st_size, status.st_mtime_ns)] if status else []
        listing = repr((folder, sorted(files)))
        digest = blake2b(listing.encode("utf-8", "surrogateescape"), digest_size=16).digest()
        return _Folder(int.from_bytes(digest, "big"), len(files)), subfolders


def is_watched_name(name: str) -> bool:
    """Whether a file of this name would be crawled as sound."""
    return file_suffix(name) in _WATCHED_SUFFIXES


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for a file that is gone, and for a link that leads nowhere."""
    try:
        return entry.stat()
    except FileNotFoundError:
        return None


def _is_below(folder: str, above: str) -> bool:
    return above in {"", folder} or folder.startswith(f"{above}/")
