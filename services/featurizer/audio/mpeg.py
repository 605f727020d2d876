"""The frames of an MPEG audio file (layer III), found by their headers alone: how many there are before a byte.

A header says how long its frame is, so the next one is known without reading what lies between (ISO/IEC 11172-3, 2.4.1;
13818-3 for the lower rates).
"""

from functools import cache

LONGEST_FRAME = 1441
"""Bytes: 320 kbit/s at 32,000 Hz, padded."""

_KBIT_S = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBIT_S_LOW = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_HZ = (44_100, 48_000, 32_000, 0)
_SYNC, _VERSION_AND_LAYER = 0xFF, 0xFE
_VERSION = {0xFA: 1, 0xF2: 2, 0xE2: 4}
"""The second byte without its last bit: MPEG 1, 2 and 2.5 of layer III, and by what their rates are divided."""


def frame_start(data: bytes | bytearray, *, first: int, n: int) -> int | None:
    """The byte at which the frame `n` frames after the one at byte `first` begins.

    None where a header between is damaged, of another kind than the first one, or of a free bit rate, and where `data`
    ends before.
    """
    at = first
    if at + 3 > len(data):
        return None
    kind = data[at + 1] & _VERSION_AND_LAYER
    lengths = _frame_lengths(kind)
    last = len(data) - 3
    for _ in range(n):
        if at > last or data[at] != _SYNC or data[at + 1] & _VERSION_AND_LAYER != kind:
            return None
        length = lengths[data[at + 2] >> 1]
        if not length:
            return None
        at += length
    return at


def frame_length(header: bytes) -> int | None:
    """Bytes of the frame that begins with `header`; None where it is no header of layer III, or of a free bit rate."""
    if len(header) < 3 or header[0] != _SYNC:  # noqa: PLR2004 - the rest of a header says nothing of its length
        return None
    return _frame_lengths(header[1] & _VERSION_AND_LAYER)[header[2] >> 1] or None


@cache
def _frame_lengths(kind: int) -> tuple[int, ...]:
    """Bytes of a frame by the seven upper bits of its header's third byte; 0 for what is not allowed."""
    divisor = _VERSION.get(kind, 0)
    if not divisor:
        return (0,) * 128
    rates = _KBIT_S if divisor == 1 else _KBIT_S_LOW
    factor = 144_000 if divisor == 1 else 72_000
    return tuple(
        factor * rates[code >> 3] * divisor // _HZ[code >> 1 & 3] + (code & 1)
        if rates[code >> 3] and _HZ[code >> 1 & 3]
        else 0
        for code in range(128)
    )
