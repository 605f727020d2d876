"""Which file systems tell the kernel of changes that other machines make: local ones do, network shares do not."""

import os
from collections.abc import Sequence
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_WITHOUT_EVENTS = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ceph",
    "gluster",
    "lustre",
    "virtiofs",
    "fuse",
    "drvfs",
    "davfs",
    "vboxsf",
    "prl_fs",
    "vmhgfs",
)
_WITH_EVENTS = ("fuseblk", "fuse.mergerfs")


def kinds_without_events(root: Path, *, mounts: Path = _MOUNTS) -> list[str]:
    """The kinds of network shares that `root` lies on or holds. Empty where there is no list of mounts (not Linux)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []
    mounted = [(_unescaped(line.split()[4]), line.partition(" - ")[2].split()[0]) for line in lines if " - " in line]
    below = [kind for point, kind in mounted if point != str(root) and _is_within(point, str(root))]
    return sorted({kind for kind in [*below, *_holding(root, mounted)] if _is_without_events(kind)})


def _holding(root: Path, mounted: Sequence[tuple[str, str]]) -> list[str]:
    """The kind of what `root` itself lies on: of the longest mount point above it the last."""
    above = [(len(point), number, kind) for number, (point, kind) in enumerate(mounted) if _is_within(str(root), point)]
    return [max(above)[2]] if above else []


def _is_without_events(kind: str) -> bool:
    return kind.startswith(_WITHOUT_EVENTS) and not kind.startswith(_WITH_EVENTS)


def _is_within(path: str, above: str) -> bool:
    return path == above or path.startswith(above.rstrip("/") + "/")


def _unescaped(point: str) -> str:
    """The kernel writes a space and its like as octal numbers."""
    return os.fsdecode(os.fsencode(point).decode("unicode_escape").encode("latin-1", "replace"))
