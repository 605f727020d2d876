"""Where the audio of a published set lies: an index of the folders that the set is unpacked into."""

import re
from pathlib import Path

from services.crawler.files.kinds import FileKind, file_kind
from services.crawler.tables.annotation_sets import EMOTIFY, AnnotationSet
from shared.library import MusicLibrary

_N_ABOVE = 4
"""So many folders above the file: DEAM's lies in `annotations/annotations averaged per song/song_level`."""
_PER_GENRE = 100
_FLOAT_ID = re.compile(r"(\d+)\.0+")


class SetAudio:
    """The audio files of one set, by the name without suffix, and by the folder's where that is part of the name."""

    def __init__(
        self, published: AnnotationSet, *, table: Path, library: MusicLibrary, audio_path: Path | None
    ) -> None:
        self._published = published
        self._files: dict[str, Path] = {}
        for folder in _audio_folders(published, table, library, audio_path):
            self._add_folder(folder)

    def find_file(self, track_id: str, *, genre: str = "") -> Path | None:
        """The file of a track of the set, None where there is none."""
        plain = _FLOAT_ID.sub(r"\1", track_id.strip())
        if self._published.name != EMOTIFY:
            return self._files.get(plain)
        names = [plain]
        if plain.isdigit():
            # The tracks count on through four folders of 100, whose files are each called 1 to 100.
            names.append(str((int(plain) - 1) % _PER_GENRE + 1))
        paths = (self._files.get(f"{genre.strip().casefold()}/{name}") for name in names)
        return next((path for path in paths if path is not None), None)

    def _add_folder(self, folder: Path) -> None:
        for path in sorted(folder.iterdir()):
            if file_kind(path) is FileKind.SOUND and path.is_file():
                self._files.setdefault(path.stem, path)
            elif self._published.name == EMOTIFY and path.is_dir():
                for file in sorted(path.iterdir()):
                    if file_kind(file) is FileKind.SOUND:
                        self._files.setdefault(f"{path.name.casefold()}/{file.stem}", file)


def _audio_folders(published: AnnotationSet, table: Path, library: MusicLibrary, audio_path: Path | None) -> list[Path]:
    """Those that exist, nearest first, none outside of the library. What a person named is the only one."""
    if audio_path is not None:
        return [audio_path, *(path for name in published.audio_folders if (path := audio_path / name).is_dir())]
    above = [folder for folder in list(table.parents)[: _N_ABOVE + 1] if _is_inside(folder, library)]
    named = [folder / name for folder in above for name in published.audio_folders]
    return [folder for folder in (table.parent, *named) if folder.is_dir() and _is_inside(folder.resolve(), library)]


def _is_inside(folder: Path, library: MusicLibrary) -> bool:
    return any(folder.is_relative_to(root) for root in library.roots)
