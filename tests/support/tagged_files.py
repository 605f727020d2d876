"""Tags byte by byte, as taggers of all times write them: in front of, within and behind a sound."""

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Literal


def synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def text(value: str | Sequence[str], *, encoding: int = 3, charset: str | None = None) -> bytes:
    """The content of a text frame; several values stand behind NUL. `charset`: what its bytes really are."""
    values = [value] if isinstance(value, str) else value
    names = {0: "latin-1", 1: "utf-16-le", 2: "utf-16-be", 3: "utf-8"}
    joined = "\0".join(("\ufeff" if encoding == 1 else "") + one for one in values)
    return bytes([encoding]) + joined.encode(charset or names[encoding])


def frame(name: str, content: bytes, *, version: int = 4, flags: int = 0, plain_size: bool = False) -> bytes:
    if version == 2:
        return name.encode() + len(content).to_bytes(3, "big") + content
    size = len(content).to_bytes(4, "big") if version == 3 or plain_size else synchsafe(len(content))
    return name.encode() + size + bytes([0, flags]) + content


def id3v2(frames: bytes, *, version: int = 4, flags: int = 0, padding: int = 64) -> bytes:
    body = frames + bytes(padding)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def id3(version: int = 4, *, encoding: int = 3, charset: str | None = None, **texts: str | Sequence[str]) -> bytes:
    """A tag of text frames by their names."""
    frames = [
        frame(name, text(value, encoding=encoding, charset=charset), version=version) for name, value in texts.items()
    ]
    return id3v2(b"".join(frames), version=version)


def unsynchronised(content: bytes) -> bytes:
    return content.replace(b"\xff", b"\xff\x00")


def compressed(content: bytes) -> bytes:
    return synchsafe(len(content)) + zlib.compress(content)


def id3v1(
    *, title: bytes = b"", artist: bytes = b"", album: bytes = b"", year: bytes = b"", track: int = 0, genre: int = 255
) -> bytes:
    texts = title.ljust(30, b"\0") + artist.ljust(30, b"\0") + album.ljust(30, b"\0") + year.ljust(4, b"\0")
    return b"TAG" + texts + bytes(28) + bytes([0, track, genre])


def apev2(items: Mapping[str, str | Sequence[str]]) -> bytes:
    body = b""
    for key, value in items.items():
        content = "\0".join([value] if isinstance(value, str) else value).encode()
        body += struct.pack("<II", len(content), 0) + key.encode() + b"\0" + content
    head = struct.pack("<8sIII", b"APETAGEX", 2000, len(body) + 32, len(items))
    return head + struct.pack("<I8x", 0xA000_0000) + body + head + struct.pack("<I8x", 0x8000_0000)


def chunk(name: bytes, content: bytes, *, order: Literal["little", "big"] = "little") -> bytes:
    return name + len(content).to_bytes(4, order) + content + bytes(len(content) % 2)


def info(charset: str = "utf-8", **texts: str) -> bytes:
    """A LIST chunk of RIFF's own names."""
    return chunk(
        b"LIST", b"INFO" + b"".join(chunk(name.encode(), text.encode(charset) + b"\0") for name, text in texts.items())
    )


def wav(*chunks: bytes, magic: bytes = b"RIFF", data: bytes = bytes(16_000), data_size: int | None = None) -> bytes:
    """One second of 8 kHz, 16 bit; `data_size` is what the head says of `data`."""
    form = struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16)
    size = len(data) if data_size is None else data_size
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, len(data), len(data) // 2, 0)) if magic != b"RIFF" else b""
    body = b"WAVE" + ds64 + chunk(b"fmt ", form) + b"data" + size.to_bytes(4, "little") + data + b"".join(chunks)
    return magic + min(len(body), 0xFFFF_FFFF).to_bytes(4, "little") + body


def aiff(*chunks: bytes) -> bytes:
    rate = bytes.fromhex("400BFA00000000000000")
    body = b"AIFF" + chunk(b"COMM", struct.pack(">hIh", 1, 8_000, 16) + rate, order="big") + b"".join(chunks)
    return b"FORM" + len(body).to_bytes(4, "big") + body


def dsf(tag: bytes) -> bytes:
    sound = b"fmt " + bytes(48)
    return b"DSD " + struct.pack("<QQQ", 28, 28 + len(sound) + len(tag), 28 + len(sound)) + sound + tag


def mpeg_frames(n: int = 40) -> bytes:
    """Silent frames of layer III: 128 kbit/s, 44.1 kHz, mono."""
    return (b"\xff\xfb\x90\xc4" + bytes(413)) * n
