"""What a file of a music folder is: sound, a film, or something else. By its name, and for films by its first bytes.

Sound is whatever `mer emotion FILE` decodes. Containers that may hold a film as well (MP4, Matroska, AVI …) are sound
where they hold no moving picture: their headers say so, and nothing is decoded. A still picture (a cover, the pictures
of an audiobook's chapters) is none.

Sources: ISO/IEC 14496-12 (boxes), RFC 9559 (Matroska), Adobe FLV 10.1, Microsoft's ASF and AVI specifications.
"""

import os
import struct
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from services.crawler.files.film_headers import boxes_hold_film, matroska_holds_film
from shared.domain.sound_suffixes import SOUND_SUFFIXES

_BOXES = frozenset({".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".f4v"})
_MATROSKA = frozenset({".mkv", ".webm"})
_MARKED = {
    ".avi": b"vids",
    ".asf": bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b"),
    ".wmv": bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b"),
    ".rm": b"video/x-pn-realvideo",
}
"""What stands in the head of a file of this kind, if it holds a film."""
_HEAD_BYTES = 65_536
_FLV_VIDEO_AT, _FLV_VIDEO_BIT = 4, 1

MAYBE_FILM_SUFFIXES = _BOXES | _MATROSKA | frozenset(_MARKED) | {".flv"}
"""Kinds of files that hold sound alone, or a film: their headers have to be read."""
FILM_SUFFIXES = frozenset(
    {".divx", ".m2ts", ".m2v", ".mpeg", ".mpg", ".mts", ".mxf", ".ogm", ".ogv", ".rmvb", ".ts", ".vob"}
)
"""Kinds of files that hold films."""

_MAGIC = (
    b"ID3",
    b"fLaC",
    b"OggS",
    b"RIFF",
    b"RF64",
    b"FORM",
    b"wvpk",
    b"MAC ",
    b"TTA1",
    b"MPCK",
    b"MP+",
    b"DSD ",
    b"caff",
    b"#!AMR",
)
_SYNC = 0xFFE0
"""Eleven bits that begin every frame of MPEG audio, ADTS among it."""


class FileKind(StrEnum):
    """What a file is to a crawl."""

    SOUND = "sound"
    FILM = "video"
    OTHER = "other"


def file_suffix(path: str | Path) -> str:
    """`.flac` and its like, in lower case; empty where there is none."""
    return os.path.splitext(path)[1].lower()  # noqa: PTH122 (a tenth of Path's time)


def is_named_as_audio(name: str) -> bool:
    """Whether a file of this name may hold sound; it is not opened."""
    return file_suffix(name) in SOUND_SUFFIXES or file_suffix(name) in MAYBE_FILM_SUFFIXES


def file_kind(path: str | Path) -> FileKind:
    """The kind of a file in a folder; one without a suffix is none of ours."""
    suffix = file_suffix(path)
    if suffix in SOUND_SUFFIXES:
        return FileKind.SOUND
    if suffix in FILM_SUFFIXES:
        return FileKind.FILM
    if suffix in MAYBE_FILM_SUFFIXES:
        return FileKind.FILM if _holds_film(Path(path), suffix) else FileKind.SOUND
    return FileKind.OTHER


def named_file_kind(path: Path) -> FileKind:
    """The kind of a file that somebody named by itself: without a suffix it is known by how it begins."""
    if file_suffix(path):
        return file_kind(path)
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return FileKind.SOUND  # whoever opens it next says what is wrong
    is_sound = head.startswith(_MAGIC) or head[4:8] == b"ftyp" or _has_sync(head)
    return FileKind.SOUND if is_sound else FileKind.OTHER


def without_sound_suffix(title: str, *, file_name: str | None = None) -> str:
    """A title that is only the name of a file, without the suffix of a sound file.

    With `file_name` only where the title is that name; otherwise wherever the title ends in such a suffix.
    """
    stem, dot, suffix = title.rpartition(".")
    if not stem.strip() or f"{dot}{suffix}".lower() not in SOUND_SUFFIXES | MAYBE_FILM_SUFFIXES:
        return title
    if file_name is not None and title.casefold() != file_name.casefold():
        return title
    return stem.rstrip()


def _has_sync(head: bytes) -> bool:
    return len(head) > 1 and struct.unpack(">H", head[:2])[0] & _SYNC == _SYNC


def _holds_film(path: Path, suffix: str) -> bool:
    """False where that cannot be told: whoever decodes the file says what is wrong with it."""
    try:
        if not path.is_file():  # a pipe would keep whoever opens it waiting
            return False
        with path.open("rb") as file:
            return _header_holds_film(file, suffix)
    except (OSError, ValueError, struct.error):
        return False


def _header_holds_film(file: BinaryIO, suffix: str) -> bool:
    if suffix in _BOXES:
        return boxes_hold_film(file)
    if suffix in _MATROSKA:
        return matroska_holds_film(file)
    head = file.read(_HEAD_BYTES)
    if suffix == ".flv":
        return (
            bool(head[_FLV_VIDEO_AT] & _FLV_VIDEO_BIT)
            if head.startswith(b"FLV") and len(head) > _FLV_VIDEO_AT
            else False
        )
    return _MARKED[suffix] in head
