"""The tags of a file of a music folder: by what it is, whatever its name.

Read are ID3 (in front, in chunks and in DSF), APEv2 and ID3v1 (at the end) by our own readers, Vorbis comments, MP4,
WMA and lengths by tinytag (MIT). What is not read here (Matroska, WebM, CAF, W64 …) the featurizer reads when it
opens the file; until then the file's name is shown. Unreadable tags are no error.
"""

import os
from functools import lru_cache, reduce
from pathlib import Path
from typing import BinaryIO

import structlog
from tinytag import TinyTag, TinyTagException

from services.crawler.files.kinds import FileKind, file_kind
from services.crawler.tags.apev2 import read_apev2
from services.crawler.tags.chunks import RIFF_MAGIC, read_chunks
from services.crawler.tags.id3 import V1_BYTES, read_id3v1, read_id3v2
from services.crawler.tags.lengths import header_length_s
from shared.domain.file_tags import FileTags, merge_tags, tags_of, with_album_artist
from shared.errors import FILE_GONE, IO_ERRORS, UnreadableFileError
from shared.json_objects import JsonObject
from shared.tags.charsets import needs_neighbours
from shared.tags.tag_text import Values, list_names, repair_tags

log = structlog.get_logger()

_TINYTAG_MAGIC = (b"fLaC", b"OggS", b"\x30\x26\xb2\x75")
_BOXES_AT = slice(4, 8)
_ELSEWHERE_MAGIC = (b"\x1a\x45\xdf\xa3", b"caff", b"riff")
"""Matroska, CAF and W64: only the featurizer reads their tags."""
_HEAD_BYTES = 32
_DSF_TAG_AT = slice(20, 28)
_MOST_TAGS_IN_FRONT = 3
_MOST_NEIGHBOURS = 30
_UNREADABLE = (TinyTagException, OSError, ValueError, LookupError, OverflowError, ArithmeticError)
"""What parsers of anything that people keep in a music folder raise; the audio may be fine all the same."""


def read_tags(path: Path) -> JsonObject:
    """What the file says of itself, as `FileTags.to_json` gives it; empty where it says nothing.

    Text of wrongly declared encodings is repaired with the help of the folder's other files.
    """
    tags: list[Values] = []
    duration_s = None
    try:
        with path.open("rb") as file:
            tags = _read(file, path)
            duration_s = header_length_s(file, path)
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.errno in {*IO_ERRORS, *FILE_GONE}:
            raise UnreadableFileError.from_os_error(error, path, named=path.name) from None
        log.info("tags.unreadable", path=str(path), error=f"{type(error).__name__}: {error}"[:200])
    read = reduce(merge_tags, map(tags_of, _repair(tags, path)), FileTags(duration_s=duration_s))
    return with_album_artist(read).to_json()


def _read(file: BinaryIO, path: Path) -> list[Values]:
    """The fields of each tag of the file, the one that counts most first."""
    size = os.fstat(file.fileno()).st_size
    head = file.read(_HEAD_BYTES)
    if head.startswith(_ELSEWHERE_MAGIC):
        return []
    if head.startswith(RIFF_MAGIC):
        return list(read_chunks(file, size=size))
    if head.startswith(_TINYTAG_MAGIC) or head[_BOXES_AT] == b"ftyp":
        return [_read_with_tinytag(file, path)]
    if head.startswith(b"DSD "):
        file.seek(int.from_bytes(head[_DSF_TAG_AT], "little") or size)
        return [read_id3v2(file)]
    return _read_frames_file(file, path, size)


def _read_frames_file(file: BinaryIO, path: Path, size: int) -> list[Values]:
    """Of a stream without a container: ID3v2 in front, APEv2 and ID3v1 at the end."""
    file.seek(0)
    tags = []
    for _ in range(_MOST_TAGS_IN_FRONT):
        start = file.tell()
        tags.append(read_id3v2(file))
        if file.tell() == start:
            break
    start = file.tell()
    if file.read(4) == b"fLaC":  # some put ID3 in front of it
        return [*tags, _read_with_tinytag(file, path)]
    tags.append(read_apev2(file, size=size))
    file.seek(max(size - V1_BYTES, 0))
    return [*tags, read_id3v1(file.read(V1_BYTES))]


def _read_with_tinytag(file: BinaryIO, path: Path) -> Values:
    file.seek(0)
    tag = TinyTag.get(file_obj=file, filename=path, duration=False)
    plain = {
        "title": tag.title,
        "artist": tag.artist,
        "albumartist": tag.albumartist,
        "album": tag.album,
        "track": tag.track,
        "tracktotal": tag.track_total,
        "disc": tag.disc,
        "date": tag.year,
        "genre": tag.genre,
    }
    tag_values = {name: [str(value)] for name, value in plain.items() if value not in (None, "", 0)}
    for name, values in tag.other.items():
        tag_values.setdefault(name.lstrip("_"), []).extend(values)
    return tag_values


def _repair(tags: list[Values], path: Path) -> list[Values]:
    """The tags with their names as they were meant."""
    beside = _names_beside(path.parent) if needs_neighbours(list_names(tags)) else ()
    return repair_tags(tags, beside=beside)


def _names_beside(folder: Path) -> tuple[str, ...]:
    """The names in all tags of a folder, its first files at most."""
    try:
        return _names_in_folder(str(folder), folder.stat().st_mtime_ns)
    except OSError:
        return ()


@lru_cache(maxsize=64)
def _names_in_folder(folder: str, mtime_ns: int) -> tuple[str, ...]:  # noqa: ARG001 (another state is another key)
    names: dict[str, None] = {}
    n_read = 0
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if n_read == _MOST_NEIGHBOURS:
            break
        if not entry.is_file() or file_kind(entry.path) is not FileKind.SOUND:
            continue
        n_read += 1
        try:
            with Path(entry.path).open("rb") as file:
                names |= dict.fromkeys(list_names(_read(file, Path(entry.path))))
        except _UNREADABLE:
            continue
    return tuple(names)
