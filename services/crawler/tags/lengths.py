"""How long a file says it is, before it is decoded. Pure but for the file.

A head that promises more than the file has room for is not believed: a streamed WAV whose size was never filled in, a
cut MP3 whose Xing header counts the frames of the whole. Raw AAC has no length at all.
"""

import os
from pathlib import Path
from typing import BinaryIO

from tinytag import TinyTag, UnsupportedFormatError

_SLACK = 1.02
"""Tags count to the file, and bit rates are rounded."""
_BYTE_COUNTED = ("audio/mpeg", "audio/wav")
_ADTS_SYNC, _ADTS_MASK = 0xFFF0, 0xFFF6
_HEAD_BYTES = 16


def header_length_s(file: BinaryIO, path: Path) -> float | None:
    """Seconds; None where nothing is said that could be true. Raises what tinytag raises."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if _is_raw_aac(head) or path.suffix.lower() in (".aac", ".adts"):
        return None
    file.seek(0)
    try:
        tag = TinyTag.get(file_obj=file, filename=path, tags=False)
    except UnsupportedFormatError:
        return None
    if not tag.duration or not 0 < tag.duration < float("inf"):
        return None
    size = os.fstat(file.fileno()).st_size
    kind = tag.mime_type or ""
    if not kind.startswith(_BYTE_COUNTED) or not tag.bitrate:
        return float(tag.duration)
    room_s = size * 8 / (tag.bitrate * 1000)
    return room_s if tag.duration > _SLACK * room_s else float(tag.duration)


def _is_raw_aac(head: bytes) -> bool:
    return int.from_bytes(head[:2], "big") & _ADTS_MASK == _ADTS_SYNC
