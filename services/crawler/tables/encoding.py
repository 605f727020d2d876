"""Tables as lines of UTF-8 bytes, whatever their encoding: Excel's *Unicode text* and Windows' editors write UTF-16."""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

_HEAD_BYTES = 256
_MIN_SHARE = 0.4


class LineReader(Protocol):
    """What reads a line of at most so many bytes, or signs."""

    def readline(self, limit: int, /) -> bytes:
        """The next line with its end, or a part of a longer one; empty at the end."""


class _DecodedLines:
    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file

    def readline(self, limit: int, /) -> bytes:
        return self._file.readline(limit).encode("utf-8", errors="replace")


@contextmanager
def open_lines(path: Path) -> Iterator[LineReader]:
    """The lines of a table as UTF-8 or 8-bit text; those of UTF-16 are decoded, with a byte order mark or without."""
    with path.open("rb") as file:
        encoding = detect_utf16(file.read(_HEAD_BYTES))
        file.seek(0)
        if encoding is None:
            yield file
        else:
            # only \n ends a line: a lone \r stays in it, as in 8-bit text
            yield _DecodedLines(io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n"))


def detect_utf16(head: bytes) -> str | None:
    """The UTF-16 codec that reads text which begins with `head`; None for other text.

    Without a mark it is known by its zeros: in a header of Latin letters every second byte is one, and no other.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for codec, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if zeros and zeros.count(0) >= _MIN_SHARE * len(zeros) and others.count(0) == 0:
            return codec
    return None
