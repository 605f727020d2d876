"""Cover pictures in the tags of sound files, byte by byte: ID3 APIC, FLAC PICTURE, MP4 covr."""

import struct
import zlib

FORMS = ("mp3", "flac", "m4a")
_FRONT = 3


def png(width: int, height: int) -> bytes:
    """A black picture of one bit a pixel: tiny as a file, huge unpacked."""
    rows = bytes((1 + (width + 7) // 8) * height)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def with_cover(content: bytes, *, form: str, picture: bytes) -> bytes:
    """The file `content` of `form` with `picture` as its front cover."""
    return {"mp3": _mp3, "flac": _flac, "m4a": _m4a}[form](content, picture)


def _mp3(content: bytes, picture: bytes) -> bytes:
    """A tag of ID3v2.3 in front, in place of the one that is there."""
    if content[:3] == b"ID3":
        content = content[10 + _from_synchsafe(content[6:10]) :]
    body = b"\0image/png\0" + bytes((_FRONT,)) + b"\0" + picture
    frame = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    return b"ID3\x03\0\0" + _synchsafe(len(frame)) + frame + content


def _synchsafe(n: int) -> bytes:
    return bytes((n >> shift) & 0x7F for shift in (21, 14, 7, 0))


def _from_synchsafe(four: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))


def _flac(content: bytes, picture: bytes) -> bytes:
    """A block of type 6 behind the first one, which describes the stream."""
    assert content[:4] == b"fLaC"
    first_end = 8 + int.from_bytes(content[5:8], "big")
    mime = b"image/png"
    body = struct.pack(">II", _FRONT, len(mime)) + mime + struct.pack(">IIIIII", 0, 10_000, 10_000, 1, 0, len(picture))
    body += picture
    is_last = content[4] & 0x80
    head = bytes((is_last | 6,)) + len(body).to_bytes(3, "big")
    return content[:4] + bytes((content[4] & 0x7F,)) + content[5:first_end] + head + body + content[first_end:]


def _m4a(content: bytes, picture: bytes) -> bytes:
    """Boxes at the end of `moov`, which is the last of the file: nothing that it points to moves."""
    at = content.index(b"moov") - 4
    assert at + int.from_bytes(content[at : at + 4], "big") == len(content)
    covr = _box(b"covr", _box(b"data", struct.pack(">II", 14, 0) + picture))
    handler = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    udta = _box(b"udta", _box(b"meta", bytes(4) + handler + _box(b"ilst", covr)))
    return content[:at] + _box(b"moov", content[at + 8 :] + udta)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body
