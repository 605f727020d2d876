"""Tags in the chunks of WAV, RF64 and AIFF files: INFO lists, ID3, and AIFF's own text. Pure.

Sources: Microsoft & IBM 1991 (RIFF), EBU Tech 3306 (RF64), Apple 1989 (AIFF).
"""

from collections import defaultdict
from io import BytesIO
from typing import BinaryIO

from services.crawler.tags.id3 import read_id3v2
from shared.tags.tag_text import Values, read_undeclared

RIFF_MAGIC = (b"RIFF", b"RF64", b"BW64", b"FORM")
_HEAD_BYTES, _FILE_HEAD_BYTES = 8, 12
_UNKNOWN = 0xFFFF_FFFF
"""The size of a chunk that RF64 counts elsewhere, or that was streamed."""
_AIFF_TEXT = (b"NAME", b"AUTH")
_MAX_CHUNKS = 1_000
_MAX_TEXT_BYTES = 8 << 20


def read_chunks(file: BinaryIO, *, size: int) -> tuple[Values, Values]:
    """`(ID3 fields, fields of the container's own chunks)` of a file of `size` bytes that begins with RIFF_MAGIC."""
    file.seek(0)
    order = "big" if file.read(4) == b"FORM" else "little"
    tagged: Values = {}
    own: dict[str, list[str]] = defaultdict(list)
    at, data_bytes = _FILE_HEAD_BYTES, None
    for _ in range(_MAX_CHUNKS):
        file.seek(at)
        head = file.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES:
            break
        kind, length = head[:4], int.from_bytes(head[4:], order)  # type: ignore[arg-type]
        if kind == b"ds64":
            data_bytes = int.from_bytes(file.read(16)[8:], "little")
        if kind == b"data" and length == _UNKNOWN:
            length = data_bytes if data_bytes is not None else size
        at += _HEAD_BYTES + length + length % 2
        if length > _MAX_TEXT_BYTES:
            continue
        if kind in (b"id3 ", b"ID3 ") and not tagged:
            tagged = read_id3v2(BytesIO(file.read(length)))
        elif kind == b"LIST":
            _add_info(file.read(length), own)
        elif kind in _AIFF_TEXT and order == "big":
            own[kind.decode()].append(read_undeclared(file.read(length).split(b"\0")[0]))
    return tagged, dict(own)


def _add_info(content: bytes, own: dict[str, list[str]]) -> None:
    if not content.startswith(b"INFO"):
        return
    at = 4
    while at + _HEAD_BYTES <= len(content):
        length = int.from_bytes(content[at + 4 : at + _HEAD_BYTES], "little")
        value = content[at + _HEAD_BYTES : at + _HEAD_BYTES + length].split(b"\0")[0]
        name = content[at : at + 4]
        if name.isalnum():
            own[name.decode("ascii", errors="replace")].append(read_undeclared(value))
        at += _HEAD_BYTES + length + length % 2
