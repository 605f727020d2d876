"""Which media type a sound file has, where browsers play it: by its first bytes, not by its name."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MP3, FLAC, OGG, WAV, M4A = "audio/mpeg", "audio/flac", "audio/ogg", "audio/wav", "audio/mp4"

_OGG_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC")
_WAV_FORMATS = {0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE}
"""PCM, float, A-law, µ-law, and the extensible form of these."""
_SAMPLE_TABLE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_PLAYED_SAMPLES = {b"mp4a"}
"""Sample entries of MP4 that all browsers play: AAC. Apple Lossless is `alac`, what is locked is `drms` or `enca`."""
_ID3_HEAD, _OGG_HEAD = 10, 27
_WAV_CHUNK = struct.Struct("<4sIH")
"""Name, size, and the first number in it, which of `fmt ` is the format."""
_LAYER_MASK, _LAYER_THREE = 0xFFE6, 0xFFE2
"""The sync word of a frame of MPEG audio, and its layer."""
_BOX_HEAD, _LONG_BOX_HEAD = 8, 16
"""Bytes of the head of a box of MP4: length and name, and where the length is 1 a longer one behind them."""
_MOST_BOXES = 10_000
"""A damaged file may claim any number of them."""


def find_media_type(file: BinaryIO) -> str | None:
    """The media type of a seekable file of sound; None for what some browser does not play. Raises OSError."""
    file.seek(_skip_id3(file))
    head = file.read(64)
    if head.startswith(b"fLaC"):
        return FLAC
    if _is_layer_three(head):
        return MP3
    if head.startswith(b"OggS"):
        return OGG if _read_ogg_payload(head).startswith(_OGG_CODECS) else None
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return WAV if _read_wav_format(file) in _WAV_FORMATS else None
    if head[4:8] == b"ftyp":
        samples = set(_list_sample_entries(file))
        return M4A if samples and samples <= _PLAYED_SAMPLES else None
    return None


def _skip_id3(file: BinaryIO) -> int:
    """Where the sound begins: behind an ID3v2 tag, whose length has seven bits a byte."""
    file.seek(0)
    head = file.read(_ID3_HEAD)
    if len(head) < _ID3_HEAD or not head.startswith(b"ID3"):
        return 0
    length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    has_footer = head[5] & 0x10
    return _ID3_HEAD + length + (_ID3_HEAD if has_footer else 0)


def _is_layer_three(head: bytes) -> bool:
    """Whether a frame of MPEG audio layer III begins here; some writers leave zeros behind the tag."""
    frame = head.lstrip(b"\0")[:2]
    return int.from_bytes(frame) & _LAYER_MASK == _LAYER_THREE


def _read_ogg_payload(head: bytes) -> bytes:
    """The beginning of the first packet of an Ogg page."""
    n_segments = head[_OGG_HEAD - 1] if len(head) >= _OGG_HEAD else 0
    return head[_OGG_HEAD + n_segments :]


def _read_wav_format(file: BinaryIO) -> int | None:
    """The format tag of the first `fmt ` chunk."""
    position = 12
    for _ in range(_MOST_BOXES):
        file.seek(position)
        head = file.read(_WAV_CHUNK.size)
        if len(head) < _WAV_CHUNK.size:
            return None
        name, size, tag = _WAV_CHUNK.unpack(head)
        if name == b"fmt ":
            return int(tag)
        position += 8 + size + size % 2
    return None


def _list_sample_entries(file: BinaryIO) -> Iterator[bytes]:
    """The kinds of all streams of an MP4, as their sample tables name them; an embedded cover is no stream."""
    end = file.seek(0, 2)
    yield from _walk_boxes(file, 0, end, _SAMPLE_TABLE)


def _walk_boxes(file: BinaryIO, start: int, end: int, names: tuple[bytes, ...]) -> Iterator[bytes]:
    """The first sample entries of the boxes at the path `names`, between two positions of the file."""
    for _ in range(_MOST_BOXES):
        file.seek(start)
        head = file.read(_LONG_BOX_HEAD)
        if start + _BOX_HEAD > end or len(head) < _BOX_HEAD:
            return
        size, name = struct.unpack(">I4s", head[:_BOX_HEAD])
        content = start + _BOX_HEAD
        if size == 1 and len(head) == _LONG_BOX_HEAD:
            size, content = struct.unpack(">Q", head[_BOX_HEAD:])[0], start + _LONG_BOX_HEAD
        box_end = end if size == 0 else min(start + size, end)
        if box_end < content:
            return
        if name == names[0] and len(names) > 1:
            yield from _walk_boxes(file, content, box_end, names[1:])
        elif name == names[0]:
            file.seek(content + 8)  # version, flags and the number of entries
            yield file.read(_BOX_HEAD)[4:]
        start = box_end
