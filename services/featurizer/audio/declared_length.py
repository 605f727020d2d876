"""What a file says of its own length where FFmpeg does not tell: then a missing end is seen.

FFmpeg takes the length of a WAV file from the bytes that are there, and that of an MP3 without a Xing or Info header
from its bit rate. The first says in its head how many bytes there were (Microsoft & IBM 1991, Multimedia Programming
Interface). The second does not; but where its last frame is cut, that much is certain.
"""

import re
from pathlib import Path
from typing import IO, Any

import av
from av.container import InputContainer

from services.featurizer.audio.mpeg import frame_length

_CHUNK_HEAD, _RIFF_HEAD, _BYTE_RATE = 8, 12, slice(8, 12)
_MOST_CHUNKS = 100
_STREAMED = (range(0x7FFF_0000, 0x8000_1000), range(0xFFFF_0000, 0x1_0000_0000))
"""Sizes that mean that the writer did not know: the largest number, signed or not, with or without its head."""
_XING_BYTES_FLAG, _XING_FRAMES_FLAG = 2, 1
_CUT = 0.99
"""Of its counted bytes a whole MP3 has more: taggers change what stands behind the last frame."""
ESTIMATING = frozenset({"aac", "mp3"})
"""Formats without a count of samples, where FFmpeg guesses the length from the bit rate."""
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


def promised_length_s(container: InputContainer, stream: Any, *, starts_at_s: float) -> float:
    """How long the sound is by its container, in seconds; 0 where it does not say.

    A stream may start late. Matroska counts its length from 0, and that of the longest of its streams; others count
    what there is of this one. `starts_at_s` is where its first frame sounds.
    """
    whole_s = (container.duration or 0) / av.time_base
    if "matroska" in container.format.name:
        own = _CLOCK.fullmatch(str(stream.metadata.get("DURATION", "")).strip("\0 "))
        ends_at_s = 3600 * int(own[1]) + 60 * int(own[2]) + float(own[3]) if own else whole_s
        return max((ends_at_s or whole_s) - max(starts_at_s, 0.0), 0.0)
    if stream.duration and stream.time_base:
        return min(float(stream.duration * stream.time_base), whole_s or float("inf"))
    return whole_s


def whole_length_s(container: InputContainer, stream: Any, path: Path, *, promised_s: float, decoded_s: float) -> float:
    """The length of a clip of which no more than its first `decoded_s` were decoded.

    A cut MP3 has the share of what it counts that is there. Where nothing is counted the rest is demuxed, which takes
    some milliseconds for a minute of sound.
    """
    form = container.format.name
    if counts_samples(form, path):
        return promised_s * (present_share(path) if form == "mp3" else 1.0)
    try:
        return decoded_s + float(sum(packet.duration or 0 for packet in container.demux(stream)) * stream.time_base)
    except av.FFmpegError:
        return decoded_s  # it breaks off here


def counts_samples(form: str, path: Path) -> bool:
    """Whether a file of the format `form` counts its length: an MP3 does behind a Xing or Info header only."""
    return form not in ESTIMATING or (form == "mp3" and bool(_xing_header(path)[0]))


def present_share(path: Path) -> float:
    """How much of an MP3 is there, in 0…1, by the bytes that its Xing header counts; 1 where it counts none."""
    header, frame_at = _xing_header(path)
    flags = int.from_bytes(header[4:8], "big")
    if not flags & _XING_BYTES_FLAG:
        return 1.0
    bytes_at = 8 + 4 * (flags & _XING_FRAMES_FLAG)
    counted = int.from_bytes(header[bytes_at : bytes_at + 4], "big")
    present = path.stat().st_size - frame_at
    return present / counted if 0 < present < _CUT * counted else 1.0


def _xing_header(path: Path) -> tuple[bytes, int]:
    """`(the Xing or Info header, the byte at which its frame begins)`; the header is empty where there is none."""
    with path.open("rb") as file:
        head, frame_at = file.read(10), 0
        if head[:3] == b"ID3":
            high, upper, lower, low = head[6:10]
            frame_at = 10 + (high << 21 | upper << 14 | lower << 7 | low)
        file.seek(frame_at)
        first_frame = file.read(2048)
    at = max(first_frame.find(b"Xing"), first_frame.find(b"Info"))
    return (first_frame[at : at + 16] if at >= 0 else b""), frame_at


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
            is_told = bytes_per_s > 0 and not any(length in sizes for sizes in _STREAMED)
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
