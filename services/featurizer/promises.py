"""What a file says of its own length where FFmpeg does not tell: then a missing end is seen.

FFmpeg takes the length of a WAV file from the bytes that are there, and that of an MP3 without a Xing or Info header
from its bit rate. The first says in its head how many bytes there were (Microsoft & IBM 1991, Multimedia Programming
Interface). The second does not; but where its last frame is cut, that much is certain.
"""

from pathlib import Path
from typing import IO

from services.featurizer.mpeg import frame_length

_CHUNK_HEAD, _RIFF_HEAD, _BYTE_RATE = 8, 12, slice(8, 12)
_MOST_CHUNKS = 100
_STREAMED = 0xFFFF_0000
"""Sizes from here on mean that the writer did not know."""


def missing_from_wav_s(path: Path) -> float:
    """Seconds of sound that the head of a WAV file counts and the file does not have; 0 where nothing is said."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":  # RF64 and big-endian files count elsewhere
            return 0.0
        file.seek(_RIFF_HEAD)
        return _missing_s(file, size=path.stat().st_size)


def _missing_s(file: IO[bytes], *, size: int) -> float:
    bytes_per_s = 0
    for _ in range(_MOST_CHUNKS):
        head = file.read(_CHUNK_HEAD)
        length = int.from_bytes(head[4:], "little")
        if len(head) < _CHUNK_HEAD:
            break
        if head[:4] == b"data":
            is_told = bytes_per_s > 0 and length < _STREAMED
            return max(length - (size - file.tell()), 0) / bytes_per_s if is_told else 0.0
        start = file.tell()
        if head[:4] == b"fmt ":
            bytes_per_s = int.from_bytes(file.read(16)[_BYTE_RATE], "little")
        file.seek(start + length + length % 2)
    return 0.0


def breaks_off(path: Path, *, last_frame: int) -> bool:
    """Whether an MP3 ends within the frame that begins at byte `last_frame`: something is missing."""
    with path.open("rb") as file:
        file.seek(last_frame)
        length = frame_length(file.read(4))
    return length is not None and last_frame + length > path.stat().st_size
