"""Which folders another file system is mounted on: a disk, a share, a folder bound into a container."""

import os
from pathlib import Path

_TABLE = Path("/proc/self/mountinfo")
_MOUNTED_ON = 4
"""The column of the mount point, as `proc(5)` says; the kernel writes blanks and their like as octal escapes."""


class MountPoints:
    """The mount points of this moment. Linux lists them all, folders that are bound from the same disk among them;
    elsewhere each folder is asked.
    """

    def __init__(self, table: Path = _TABLE) -> None:
        self._listed = _read(table)

    def __contains__(self, folder: str) -> bool:
        if self._listed is None:
            return os.path.ismount(folder)
        return folder in self._listed


def _read(table: Path) -> frozenset[str] | None:
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return None
    rows = (line.split(b" ") for line in lines)
    return frozenset(_unescaped(row[_MOUNTED_ON]) for row in rows if len(row) > _MOUNTED_ON)


def _unescaped(name: bytes) -> str:
    for escape, sign in ((rb"\040", b" "), (rb"\011", b"\t"), (rb"\012", b"\n"), (rb"\134", b"\\")):
        name = name.replace(escape, sign)
    return os.fsdecode(name)
