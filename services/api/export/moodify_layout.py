"""The files that the talk had on disk, as a tar that is made while it is sent.

For each mood: `<mood>.csv` with a row for every annotator who said so, `<mood>_no_duplicates.csv` with a row for every
track of that label, `<mood>_no_duplicates_no_nan.csv` with those whose cells are all filled, and `<mood>_vectors/` with
the mel spectrograms of the label's tracks (`.npy`, dB, `(n_mels, n_frames)`). Columns as in the talk's files: the id,
the 16 columns, the two codes. `preview_url` holds the path of the audio file: addresses of previews run out, and are
never kept.
"""

import io
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import IO, Any, Self
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.api.access.shown_paths import show_path
from services.api.export.formats import csv_bytes
from services.api.export.rows import one_line_path, spotify_id
from shared.domain.emotion import BINARY_CODES, MOOD4, MULTICLASS_CODES, project_emotion
from shared.domain.labels import latest_votes
from shared.domain.text import clean_text
from shared.domain.track import CATALOGUE_COLUMNS
from shared.library import MusicLibrary
from shared.store.tracks.track_records import TrackRecord

MOODS = MOOD4.emotions
LAYOUT_COLUMNS = (
    "id",
    *CATALOGUE_COLUMNS,
    "artist_name",
    "track_name",
    "preview_url",
    "binary_label",
    "multiclass_label",
)
LoadArrays = Callable[[Sequence[UUID]], Iterator[tuple[UUID, NDArray[Any]]]]
"""Track ids → those that have a mel spectrogram, with it."""

_MULTICLASS = MappingProxyType({emotion: code for code, emotion in MULTICLASS_CODES.items()})
_BINARY = MappingProxyType({emotion: code for code, emotion in BINARY_CODES.items()})
_WHOLE = frozenset({"key", "mode", "duration_ms", "time_signature"})
_IN_MEMORY = 5_000_000


def write_layout_tar(
    pages: Callable[[], Iterable[Sequence[TrackRecord]]], *, library: MusicLibrary, load: LoadArrays
) -> Iterator[bytes]:
    """The tar's bytes. `pages()` is walked once a mood for the tables, and once for the vectors."""
    for mood in MOODS:
        with _LayoutTables(mood, library) as tables:
            for page in pages():
                for record in page:
                    tables.add_record(record)
            yield from tables.tar_members()
        for page in pages():
            ids = {record.track.id: row_id(record) for record in page if _consensus_emotion(record) == mood}
            for track_id, mel in load(list(ids)):
                yield from _tar_member(f"{mood}_vectors/{ids[track_id]}.npy", _npy_bytes(mel))
    yield tarfile.NUL * (2 * tarfile.BLOCKSIZE)


def row_id(record: TrackRecord) -> str:
    """Spotify's id where the track has one, ours otherwise."""
    return spotify_id(record) or str(record.track.id)


def layout_row(record: TrackRecord, mood: str, *, library: MusicLibrary) -> list[str]:
    """The 19 cells; what is not known is empty."""
    numbers = [_format_number(column, record.catalogue.get(column)) for column in CATALOGUE_COLUMNS]
    path = one_line_path(show_path(library.host_path(record.locator))) if record.locator else ""
    codes = [str(_BINARY[project_emotion(mood, taxonomy="mood4", onto="binary") or ""]), str(_MULTICLASS[mood])]
    return [
        row_id(record),
        *numbers,
        clean_text(record.track.artist) or "",
        clean_text(record.track.title) or "",
        path,
        *codes,
    ]


class _LayoutTables:
    """The three tables of one mood, kept on the disk once they are large."""

    def __init__(self, mood: str, library: MusicLibrary) -> None:
        self._mood, self._library = mood, library
        self._numbers = {"_no_duplicates": 0, "_no_duplicates_no_nan": 0}
        self._files: dict[str, IO[bytes]] = {}

    def __enter__(self) -> Self:
        for name in ("", *self._numbers):
            self._files[name] = tempfile.SpooledTemporaryFile(_IN_MEMORY)
            # as pandas wrote them: the tables without duplicates begin with a row number
            self._files[name].write(csv_bytes([["", *LAYOUT_COLUMNS] if name else LAYOUT_COLUMNS]))
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def add_record(self, record: TrackRecord) -> None:
        """The rows of one track."""
        n_said = _latest_votes(record).count(self._mood)
        is_labelled = _consensus_emotion(record) == self._mood
        if not (n_said or is_labelled):
            return
        row = layout_row(record, self._mood, library=self._library)
        self._files[""].write(csv_bytes([row] * n_said))
        if is_labelled:
            self._append_row("_no_duplicates", row)
            if all(row):
                self._append_row("_no_duplicates_no_nan", row)

    def tar_members(self) -> Iterator[bytes]:
        """The tables as members of a tar."""
        for name, file in self._files.items():
            size = file.tell()
            file.seek(0)
            yield _tar_header(f"{self._mood}{name}.csv", size)
            yield from iter(lambda file=file: file.read(65_536), b"")  # type: ignore[misc]
            yield _tar_padding(size)

    def _append_row(self, name: str, row: list[str]) -> None:
        self._files[name].write(csv_bytes([[self._numbers[name], *row]]))
        self._numbers[name] += 1


def _latest_votes(record: TrackRecord) -> list[str]:
    """The latest vote of each annotator in the talk's moods."""
    return [vote.emotion for vote in latest_votes(record.annotations, taxonomy=MOOD4.name).values()]


def _consensus_emotion(record: TrackRecord) -> str | None:
    """The label consensus alone: these files are a set of labels, and no model's prediction is one."""
    return record.label.emotion if record.label else None


def _format_number(column: str, value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if column in _WHOLE and value == int(value) else repr(value)


def _npy_bytes(mel: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, mel, allow_pickle=False)
    return buffer.getvalue()


def _tar_member(name: str, content: bytes) -> Iterator[bytes]:
    yield _tar_header(name, len(content))
    yield content
    yield _tar_padding(len(content))


def _tar_header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.PAX_FORMAT)


def _tar_padding(size: int) -> bytes:
    return tarfile.NUL * (-size % tarfile.BLOCKSIZE)
