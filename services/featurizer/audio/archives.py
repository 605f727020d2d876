"""Archives: what they hold may be music, and a decoder would play some of it where it lies in them uncompressed."""

from pathlib import Path

_BEGINNINGS = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\0": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
}
_TAR_AT, _TAR = 257, b"ustar"


def archive_name(path: Path) -> str | None:
    """What kind of archive a file is by its first bytes; None for anything else. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(_TAR_AT + len(_TAR))
    if head[_TAR_AT:] == _TAR:
        return "a tar archive"
    return next((name for beginning, name in _BEGINNINGS.items() if head.startswith(beginning)), None)
