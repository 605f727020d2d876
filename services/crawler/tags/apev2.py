"""APEv2 tags, at the end of WavPack, Monkey's Audio, Musepack, TTA, OptimFROG and MP3 files. Pure.

Source: wiki.hydrogenaudio.org, "APEv2 specification". A tag ends with a footer of 32 bytes; an ID3v1 tag, or Lyrics3v2,
may stand behind it.
"""

import struct
from collections import defaultdict
from typing import BinaryIO

from services.crawler.tags.id3 import V1_BYTES
from shared.tags.tag_text import Values, read_undeclared

_MAGIC = b"APETAGEX"
_FOOTER = struct.Struct("<8sIIII8x")
_ITEM = struct.Struct("<II")
_MAX_BYTES = 64 << 20
_MAX_ITEMS = 1_000
_MAX_VALUE_BYTES = 1 << 20
_KIND_BITS, _TEXT = 0b110, 0
_LYRICS_END = b"LYRICS200"
_LYRICS_SIZE_DIGITS = 6


def read_apev2(file: BinaryIO, *, size: int) -> Values:
    """The text items of a file of `size` bytes, by their keys; empty where it has no tag."""
    for end in _possible_ends(file, size):
        if end < _FOOTER.size:
            continue
        file.seek(end - _FOOTER.size)
        magic, _, n_bytes, n_items, _ = _FOOTER.unpack(file.read(_FOOTER.size))
        if magic != _MAGIC or not _FOOTER.size <= n_bytes <= min(end, _MAX_BYTES):
            continue
        file.seek(end - n_bytes)
        return _read_items(file.read(n_bytes - _FOOTER.size), n_items)
    return {}


def _possible_ends(file: BinaryIO, size: int) -> list[int]:
    """Where the tag may end: at the end, before an ID3v1 tag, and before the lyrics in front of that."""
    ends = [size]
    if size < V1_BYTES:
        return ends
    file.seek(size - V1_BYTES)
    if file.read(3) == b"TAG":
        ends.append(size - V1_BYTES)
    end = ends[-1]
    n_marks = _LYRICS_SIZE_DIGITS + len(_LYRICS_END)
    if end >= n_marks:
        file.seek(end - n_marks)
        marks = file.read(n_marks)
        digits = marks[:_LYRICS_SIZE_DIGITS]
        if marks.endswith(_LYRICS_END) and digits.isdigit():
            ends.append(end - n_marks - int(digits))
    return ends


def _read_items(content: bytes, n_items: int) -> Values:
    tag_values: dict[str, list[str]] = defaultdict(list)
    at = 0
    for _ in range(min(n_items, _MAX_ITEMS)):
        if at + _ITEM.size > len(content):
            break
        n_bytes, flags = _ITEM.unpack_from(content, at)
        key_end = content.find(b"\0", at + _ITEM.size)
        if key_end < 0:
            break
        key = content[at + _ITEM.size : key_end].decode("ascii", errors="replace")
        at = key_end + 1 + n_bytes
        if flags & _KIND_BITS == _TEXT and n_bytes <= _MAX_VALUE_BYTES and at <= len(content):
            values = content[key_end + 1 : at].split(b"\0")
            tag_values[key] += [read_undeclared(value) for value in values]
    return dict(tag_values)
