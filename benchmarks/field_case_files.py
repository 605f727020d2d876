"""What people do to files, as the field cases do it."""

import os
from pathlib import Path

_ID3V1_BYTES = 128
_HEADER_BYTES = 10


def retag_mp3(path: Path, **frames: str) -> None:
    """Put these ID3v2.3 frames (TIT2, TPE1 …) in place of all tags that an MP3 has, as a tagger does."""
    content = path.read_bytes()
    if content[:3] == b"ID3":
        content = content[_HEADER_BYTES + _from_synchsafe(content[6:10]) :]
    if content[-_ID3V1_BYTES:][:3] == b"TAG":
        content = content[:-_ID3V1_BYTES]
    body = b"".join(_frame(name, text) for name, text in frames.items())
    path.write_bytes(b"ID3\x03\x00\x00" + _synchsafe(len(body)) + body + content)


def renumber(folder: Path, *, first: int, last: int, suffix: str) -> None:
    """Delete the first file and give each of the others the number of the one before."""
    (folder / f"{first:02}{suffix}").unlink()
    for number in range(first + 1, last + 1):
        os.rename(folder / f"{number:02}{suffix}", folder / f"{number - 1:02}{suffix}")  # noqa: PTH104


def _frame(name: str, text: str) -> bytes:
    content = b"\x01" + text.encode("utf-16")
    return name.encode() + len(content).to_bytes(4, "big") + b"\x00\x00" + content


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _from_synchsafe(size: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
