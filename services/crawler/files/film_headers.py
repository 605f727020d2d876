"""Whether an MP4 or a Matroska file holds a moving picture, read from its headers without decoding anything.

Sources: ISO/IEC 14496-12 (`moov`, `trak`, `mdia`, `hdlr`, `stsz`), RFC 9559 (Segment, Tracks, TrackEntry, TrackType).
Every length in a file is a claim: nothing is read beyond what it says, and no more than a few headers.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST_HEADERS = 10_000
"""Of one file, so that a damaged one ends."""
_FEWEST_PICTURES_A_S = 0.2
"""Pictures that follow each other more slowly are those of chapters."""

_SEGMENT, _TRACKS, _TRACK_ENTRY, _TRACK_TYPE = 0x18538067, 0x1654AE6B, 0xAE, 0x83
_CLUSTER = 0x1F43B675
_IS_FILM = 1


@dataclass(frozen=True, kw_only=True)
class FilmTrack:
    """A box or an element: its name, and where its content lies."""

    name: int
    start: int
    end: int


def boxes_hold_film(file: BinaryIO) -> bool:
    """Whether a track of an MP4, QuickTime or 3GP file moves: more than one picture, at least one in five seconds."""
    size = file.seek(0, 2)
    for movie in _parts_named(_iterate_boxes(file, 0, size), b"moov"):
        for track in _parts_named(_iterate_boxes(file, movie.start, movie.end), b"trak"):
            if _track_moves(file, track):
                return True
    return False


def matroska_holds_film(file: BinaryIO) -> bool:
    """Whether a Matroska or WebM file has a track of video; a cover is an attachment and no track."""
    size = file.seek(0, 2)
    for segment in _iterate_elements(file, 0, size):
        if segment.name != _SEGMENT:
            continue
        for part in _iterate_elements(file, segment.start, segment.end):
            if part.name == _TRACKS:
                return any(_is_film(file, entry) for entry in _iterate_elements(file, part.start, part.end))
            if part.name == _CLUSTER:  # sound and pictures: the tracks come before
                return False
    return False


def _track_moves(file: BinaryIO, track: FilmTrack) -> bool:
    for media in _parts_named(_iterate_boxes(file, track.start, track.end), b"mdia"):
        within = {part.name: part for part in _iterate_boxes(file, media.start, media.end)}
        handler, header, info = (within.get(_name_number(name)) for name in (b"hdlr", b"mdhd", b"minf"))
        if handler is None or _read_at(file, handler.start + 8, 4) != b"vide":
            continue
        n_pictures = _n_samples(file, info) if info else 0
        duration_s = _duration_s(file, header) if header else 0.0
        # none are counted in the head of a film in fragments
        if n_pictures == 0 or (n_pictures > 1 and n_pictures >= _FEWEST_PICTURES_A_S * duration_s):
            return True
    return False


def _n_samples(file: BinaryIO, info: FilmTrack) -> int:
    for table in _parts_named(_iterate_boxes(file, info.start, info.end), b"stbl"):
        for sizes in _parts_named(_iterate_boxes(file, table.start, table.end), b"stsz"):
            return int(struct.unpack(">I", _read_at(file, sizes.start + 8, 4))[0])
    return 0


def _duration_s(file: BinaryIO, header: FilmTrack) -> float:
    is_long = _read_at(file, header.start, 1) == b"\x01"
    at, form = (header.start + 20, ">IQ") if is_long else (header.start + 12, ">II")
    ticks_a_s, n_ticks = struct.unpack(form, _read_at(file, at, struct.calcsize(form)))
    return n_ticks / ticks_a_s if ticks_a_s else 0.0


def _iterate_boxes(file: BinaryIO, start: int, end: int) -> Iterator[FilmTrack]:
    for _ in range(_MOST_HEADERS):
        if start + 8 > end:
            return
        size, name = struct.unpack(">II", _read_at(file, start, 8))
        content = start + 8
        if size == 1:
            size, content = struct.unpack(">Q", _read_at(file, content, 8))[0], content + 8
        stop = end if size == 0 else min(start + size, end)
        if stop < content:
            return
        yield FilmTrack(name=name, start=content, end=stop)
        start = stop


def _is_film(file: BinaryIO, entry: FilmTrack) -> bool:
    if entry.name != _TRACK_ENTRY:
        return False
    types = [part for part in _iterate_elements(file, entry.start, entry.end) if part.name == _TRACK_TYPE]
    return any(int.from_bytes(_read_at(file, kind.start, kind.end - kind.start), "big") == _IS_FILM for kind in types)


def _iterate_elements(file: BinaryIO, start: int, end: int) -> Iterator[FilmTrack]:
    for _ in range(_MOST_HEADERS):
        if start >= end:
            return
        name, start = _read_vint(file, start, keeps_marker=True)
        size, start = _read_vint(file, start, keeps_marker=False)
        stop = end if size is None else min(start + size, end)
        if name is None:
            return
        yield FilmTrack(name=name, start=start, end=stop)
        start = stop


def _read_vint(file: BinaryIO, at: int, *, keeps_marker: bool) -> tuple[int | None, int]:
    """`(value, where the next byte is)`; None for an unknown size. Raises ValueError where there is no number."""
    first = _read_at(file, at, 1)[0]
    n_bytes = 9 - first.bit_length()
    if first == 0:
        raise ValueError("no EBML number")
    value = int.from_bytes(_read_at(file, at, n_bytes), "big")
    mask = (1 << 7 * n_bytes) - 1
    if keeps_marker:
        return value, at + n_bytes
    return (None if value & mask == mask else value & mask), at + n_bytes


def _read_at(file: BinaryIO, at: int, n_bytes: int) -> bytes:
    file.seek(at)
    content = file.read(min(n_bytes, 16))
    if len(content) < min(n_bytes, 16) or not content:
        raise ValueError("the file ends within a header")
    return content


def _parts_named(parts: Iterator[FilmTrack], name: bytes) -> Iterator[FilmTrack]:
    return (part for part in parts if part.name == _name_number(name))


def _name_number(name: bytes) -> int:
    return int.from_bytes(name, "big")
