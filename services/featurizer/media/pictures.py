"""Pictures that may be the cover of a track: in its file, or beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from av.container import InputContainer
from av.stream import Disposition

from services.featurizer.audio.container import open_container
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary

MAX_PICTURE_BYTES = 20_000_000
"""A larger file is not read."""
_NAMES = ("cover", "folder")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
_FRONT = "front"
"""How containers call the picture on the front of a sleeve, among others."""


@dataclass(frozen=True, kw_only=True)
class FoundPicture:
    """The bytes of a picture, as they lie there."""

    named: str
    """For people: where it is."""
    content: bytes


def iterate_pictures(path: Path, *, library: MusicLibrary) -> Iterator[FoundPicture | PermanentError]:
    """The pictures that may be the cover of the file at `path`, the first one first: the one in the file, then those
    beside it; of one that cannot be read the error. A file that is no sound raises as `open_container`, a disk that
    refuses OSError or PermanentError(`io_error`).
    """
    embedded = read_embedded_picture(path)
    if embedded is not None:
        yield embedded
    for beside in list_pictures_beside(path):
        try:
            yield _read_beside(beside, library=library)
        except PermanentError as error:
            if error.reason is Reason.IO_ERROR:  # it may be read the next time
                raise
            yield error


def read_embedded_picture(path: Path) -> FoundPicture | None:
    """The picture in a sound file: that of the front, else the first one; None where there is none."""
    with open_container(path) as container:
        attached = [one for one in container.streams.video if one.disposition & Disposition.attached_pic]
        if not attached:
            return None
        stream = min(attached, key=lambda one: (_FRONT not in str(one.metadata.get("comment", "")).lower(), one.index))
        content = _read_attachment(container, stream)
    return FoundPicture(named=f"the picture in {path.name}", content=content) if content else None


def _read_attachment(container: InputContainer, stream: Any) -> bytes:
    """A container gives attached pictures before its sound."""
    for packet in container.demux(stream):
        if packet.size:
            return bytes(packet)
    return b""


def list_pictures_beside(path: Path) -> list[Path]:
    """`cover.*` and `folder.*` in the folder of a file, in any case: covers first, JPEG before the others."""
    order = {name + suffix: i for i, (name, suffix) in enumerate((n, s) for n in _NAMES for s in _SUFFIXES)}
    try:
        there = [entry for entry in path.parent.iterdir() if entry.name.lower() in order]
    except PermissionError:  # a folder may be passed through, and not listed
        return []
    return sorted(there, key=lambda entry: (order[entry.name.lower()], entry.name))


def _read_beside(path: Path, *, library: MusicLibrary) -> FoundPicture:
    """Opened below its root, so that a link that leads out of the library is refused."""
    with library.open_file(library.locate_file(path)) as file:
        content = file.read(MAX_PICTURE_BYTES + 1)
    if len(content) > MAX_PICTURE_BYTES:
        raise PermanentError(Reason.TOO_LARGE, f"{path.name} has more than {MAX_PICTURE_BYTES // 1_000_000} MB")
    return FoundPicture(named=path.name, content=content)
