"""ID3v1 and ID3v2.2 to 2.4 as people have them. Pure: bytes in, fields out.

Source: id3.org (ID3v2.2.0, 2.3.0, 2.4.0). Beside the standard: iTunes writes plain frame sizes into ID3v2.4, several
values stand behind NUL in 2.3 too, and "Latin-1" is whatever the tagger's computer used, so that text of encoding 0 is
decoded byte by byte and mended later.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.tags.tag_text import Values, read_text

HEADER_BYTES = 10
V1_BYTES = 128
_MAX_TAG_BYTES = 64 << 20
_MAX_FRAME_BYTES = 1 << 20
"""No text is longer; pictures are passed over."""
_V2_2, _V2_3, _V2_4 = 2, 3, 4
_LATIN1, _UTF16, _UTF16_BE, _UTF8 = 0, 1, 2, 3
_FIRST_SIGN = 0x20
_LARGEST_BYTE = 0x7F
"""Of a number in bytes of seven bits."""
_UNSYNCHRONISED, _EXTENDED, _FOOTED = 0x80, 0x40, 0x10
_V3_FLAGS = {"compressed": 0x80, "encrypted": 0x40, "grouped": 0x20}
_V4_FLAGS = {"compressed": 0x08, "encrypted": 0x04, "grouped": 0x40, "unsynchronised": 0x02, "counted": 0x01}
_OWN_TEXT = (b"TXXX", b"TXX")
_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{2}[A-Z0-9 \0]?")
_GENRE_AT = 127


@dataclass(frozen=True)
class TagHeader:
    """The ten bytes before an ID3v2 tag."""

    version: int
    flags: int
    n_bytes: int
    """Of the tag behind the header."""

    @classmethod
    def from_bytes(cls, header: bytes) -> "TagHeader | None":
        """None where no tag begins."""
        if len(header) < HEADER_BYTES or header[:3] != b"ID3" or header[3] not in (_V2_2, _V2_3, _V2_4):
            return None
        return cls(header[3], header[5], synchsafe(header[6:10]))


def synchsafe(size: bytes) -> int:
    """The number in bytes of seven bits each."""
    number = 0
    for byte in size:
        number = number << 7 | byte & 0x7F
    return number


def read_id3v2(file: BinaryIO) -> Values:
    """The text frames of the tag that begins here, by the names of their frames; the file stands behind the tag.

    A `TXXX` frame goes by its description. Empty where no tag begins.
    """
    start = file.tell()
    header = TagHeader.from_bytes(file.read(HEADER_BYTES))
    if header is None or header.n_bytes > _MAX_TAG_BYTES:
        file.seek(start)
        return {}
    tag_values: dict[str, list[str]] = defaultdict(list)
    for name, content in _iterate_frames(file, header):
        if name[:1] != b"T" or not content:
            continue
        values = _text_values(content)
        label = name.rstrip(b" \0").decode("ascii")
        if name in _OWN_TEXT and values:
            label, values = values[0], values[1:]
        tag_values[label] += values
    footer = HEADER_BYTES if header.version == _V2_4 and header.flags & _FOOTED else 0
    file.seek(start + HEADER_BYTES + header.n_bytes + footer)
    return dict(tag_values)


def read_id3v1(tail: bytes) -> Values:
    """The fields of the last 128 bytes of a file; empty where they are no tag."""
    if len(tail) < V1_BYTES or not tail.startswith(b"TAG"):
        return {}
    fixed = {"title": tail[3:33], "artist": tail[33:63], "album": tail[63:93], "year": tail[93:97]}
    tag_values = {name: [text] for name, field in fixed.items() if (text := read_text(field.split(b"\0")[0]).strip())}
    if tail[125] == 0 and tail[126]:
        tag_values["track"] = [str(tail[126])]
    return tag_values | {"genre": [str(tail[_GENRE_AT])]} if tag_values else {}


def _iterate_frames(file: BinaryIO, header: TagHeader) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents of the text frames; what lies between is passed over unread."""
    at, end = file.tell(), file.tell() + header.n_bytes
    if header.flags & _UNSYNCHRONISED and header.version < _V2_4:  # 2.4 does it frame by frame
        content = _synchronised(file.read(header.n_bytes))
        yield from _FrameReader(_BytesReader(content), header.version, 0, len(content), header.flags)
        return
    yield from _FrameReader(file, header.version, at, end, header.flags)


class _BytesReader:
    """Bytes that are read like a file."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def seek(self, at: int) -> int:
        self._at = at
        return at

    def read(self, n_bytes: int) -> bytes:
        read = self._content[self._at : self._at + n_bytes]
        self._at += len(read)
        return read


class _FrameReader:
    """The frames between two places of a file."""

    def __init__(self, file: "BinaryIO | _BytesReader", version: int, at: int, end: int, flags: int) -> None:
        self._file, self._version, self._end = file, version, end
        self._is_unsynchronised = version == _V2_4 and bool(flags & _UNSYNCHRONISED)
        self._name_bytes = 3 if version == _V2_2 else 4
        self._head_bytes = 6 if version == _V2_2 else HEADER_BYTES
        self._at = at + (self._extended_bytes(at) if flags & _EXTENDED and version > _V2_2 else 0)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        while self._at + self._head_bytes < self._end:
            head = self._read(self._at, self._head_bytes)
            name = head[: self._name_bytes]
            if len(head) < self._head_bytes or not _is_name(name):
                return
            start = self._at + self._head_bytes
            n_bytes = self._content_bytes(head, start)
            self._at = start + n_bytes
            if self._at > self._end:
                return
            if name.startswith(b"T") and 0 < n_bytes <= _MAX_FRAME_BYTES:
                yield name, self._plain(self._read(start, n_bytes), head)

    def _read(self, at: int, n_bytes: int) -> bytes:
        self._file.seek(at)
        return self._file.read(n_bytes)

    def _extended_bytes(self, at: int) -> int:
        size = self._read(at, 4)
        # 2.4 counts the four bytes of the size itself, 2.3 does not
        return synchsafe(size) if self._version == _V2_4 else int.from_bytes(size, "big") + 4

    def _content_bytes(self, head: bytes, start: int) -> int:
        size = head[self._name_bytes : self._name_bytes + (3 if self._version == _V2_2 else 4)]
        plain = int.from_bytes(size, "big")
        if self._version != _V2_4 or plain <= _LARGEST_BYTE:
            return plain
        standard = plain if any(byte & 0x80 for byte in size) else synchsafe(size)
        if standard != plain and not self._may_follow(start + standard) and self._may_follow(start + plain):
            return plain  # iTunes
        return standard

    def _may_follow(self, at: int) -> bool:
        """Whether a frame, the padding or the end is at this position."""
        if at >= self._end:
            return at == self._end
        name = self._read(at, 4)
        return _is_name(name) or not any(name)

    def _plain(self, content: bytes, head: bytes) -> bytes:
        """The content without what its flags add to it; empty where it cannot be read."""
        if self._version == _V2_2:
            return content
        known = _V3_FLAGS if self._version == _V2_3 else _V4_FLAGS
        flags = {name for name, bit in known.items() if head[9] & bit}
        if "encrypted" in flags:
            return b""
        content = content[("grouped" in flags) :]
        if "counted" in flags or ("compressed" in flags and self._version == _V2_3):
            content = content[4:]
        if "unsynchronised" in flags or self._is_unsynchronised:
            content = _synchronised(content)
        if "compressed" in flags:
            try:
                content = zlib.decompressobj().decompress(content, _MAX_FRAME_BYTES)
            except zlib.error:
                return b""
        return content


def _is_name(name: bytes) -> bool:
    return _FRAME_NAME.fullmatch(name) is not None


def _synchronised(content: bytes) -> bytes:
    return content.replace(b"\xff\x00", b"\xff")


def _text_values(content: bytes) -> list[str]:
    """The values of a text frame. An encoding that is none is taken for Latin-1."""
    encoding, body = content[0], content[1:]
    if encoding in (_UTF16, _UTF16_BE):
        return [value.strip("\ufeff\ufffe") for value in _utf16(body, encoding).split("\0")]
    if encoding not in (_LATIN1, _UTF8):
        body = content if encoding >= _FIRST_SIGN else body  # a tagger that forgot the byte
    return [read_text(value, is_utf8=encoding == _UTF8) for value in body.split(b"\0")]


def _utf16(body: bytes, encoding: int) -> str:
    is_big = (encoding == _UTF16_BE and not body.startswith(b"\xff\xfe")) or body.startswith(b"\xfe\xff")
    return body[: len(body) & ~1].decode("utf-16-be" if is_big else "utf-16-le", errors="replace")
