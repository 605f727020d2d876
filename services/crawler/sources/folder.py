"""A folder of one's own music, with the tags in its files.

Terms: none; it is the user's own. Limits: none but the disk. Tags are read by `tags`; a file without tags is known by
its name. What counts as sound is said in `files.kinds`; recycle bins and the like are passed over, films are
counted as `video`. A file's place below its library root is its identity, its size and time of change say whether it
changed.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import structlog

from services.crawler.exclusion import refuse_excluded, refuse_excluded_path
from services.crawler.files.kinds import (
    FileKind,
    file_kind,
    file_suffix,
    named_file_kind,
    without_sound_suffix,
)
from services.crawler.sources.port import ListedItem, SourceListing
from services.crawler.tags.reader import read_tags
from services.crawler.text_cleaning import clean_text
from shared.domain.crawl import CrawlRequest
from shared.domain.exclusion import is_excluded_name
from shared.domain.junk_folders import is_junk_folder
from shared.domain.track import AudioFile, CollectedTrack, SourceLabel, SourceRef
from shared.domain.track_names import resolve_names
from shared.errors import PermanentError, Reason, UnreadableFileError
from shared.json_objects import JsonObject
from shared.library import MusicLibrary
from shared.mount_points import MountPoints

log = structlog.get_logger()

UNREADABLE_FOLDER = "unreadable folder"
"""Counted among what a listing passed over: it was not read to its end."""


__all__ = ["FolderSource", "read_tags", "require_sound", "stat_audio", "title_or_file_name"]


class FolderSource:
    """All audio files below a folder of the library."""

    def __init__(self, library: MusicLibrary) -> None:
        self._library = library

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """Audio files in the order of their paths; other files are counted by suffix."""
        start = self._library.admit_path(request.path or ".")
        ignored: Counter[str] = Counter()
        mounts: set[str] = set()
        return SourceListing(
            self._walk_folder(start, self._with_locator(request), ignored, mounts), ignored, mounts=mounts
        )

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one file."""
        path = Path(payload["path"])
        if "misnamed" in payload:
            raise PermanentError(Reason.NOT_FOUND, f"{path.name}: the file's name is not valid UTF-8: rename it")
        untagged = _track_without_tags(stat_audio(path, self._library), self._with_locator(request))
        tags = tags_of(path)
        names = resolve_names(tags=tags, file_name=path.stem)
        refuse_excluded_path(request, path)
        refuse_excluded(request, title=names.title, duration_s=tags.get("duration_s"))
        return replace(untagged, **asdict(names), duration_s=tags.get("duration_s"), tags_of_file=tags)

    def annotator_named(self, path: str) -> str | None:
        """What the folder at `path` is called as an annotator; None where it lies outside the library."""
        try:
            return f"folder {self._library.named(path)}"
        except PermanentError:
            return None

    def _with_locator(self, request: CrawlRequest) -> CrawlRequest:
        """The request with its path in the one form that all spellings of it have."""
        return replace(request, path=self._library.named(request.path or "."))

    def _walk_folder(
        self, start: Path, request: CrawlRequest, ignored: Counter[str], mounts: set[str]
    ) -> Iterator[ListedItem]:
        if start.is_file():
            require_sound(start)
            yield self._list_file(str(start), request)
            return
        mount_points = MountPoints()
        for folder, subfolders, names in os.walk(start, onerror=_log_unreadable(ignored)):
            if folder in mount_points:
                mounts.add(folder)
            _prune(folder, subfolders, request, ignored)
            for name in sorted(names):
                if name.startswith("."):
                    continue
                if request.exclude and is_excluded_name(name, request.exclude):
                    ignored["excluded by name"] += 1
                    continue
                path = os.path.join(folder, name)  # noqa: PTH118 (a tenth of Path's time)
                kind = file_kind(path)
                if kind is FileKind.SOUND:
                    yield self._list_file(path, request)
                elif kind is FileKind.FILM:
                    ignored[kind.value] += 1
                else:
                    ignored[file_suffix(name) or "no suffix"] += 1

    def _list_file(self, path: str, request: CrawlRequest) -> ListedItem:
        shown = os.fsencode(path).decode(errors="backslashreplace")
        if shown != path:
            return ListedItem(shown, {"path": shown, "misnamed": True})
        glimpse = self._preview_file(Path(path), request)
        locator = glimpse.audio.locator if glimpse and glimpse.audio else self._locator(path)
        return ListedItem(path, {"path": path}, glimpse=glimpse, locator=locator)

    def _locator(self, path: str) -> str | None:
        try:
            return self._library.locate_file(Path(path))
        except PermanentError:
            return None

    def _preview_file(self, path: Path, request: CrawlRequest) -> CollectedTrack | None:
        """What the file's entry says. None where collecting has to say what is wrong with it."""
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
                return None
            audio = AudioFile(
                locator=self._library.locate_file(path), size_bytes=status.st_size, mtime_ns=status.st_mtime_ns
            )
        except (OSError, ValueError, PermanentError):
            return None
        return _track_without_tags(audio, request)


def _prune(folder: str, subfolders: list[str], request: CrawlRequest, ignored: Counter[str]) -> None:
    """Leave the subfolders, in order, that are walked through, and links to folders, which `os.walk` passes over."""
    subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
    if junk := [name for name in subfolders if is_junk_folder(name)]:
        ignored["recycle bin or system folder"] += len(junk)
        subfolders[:] = [name for name in subfolders if name not in junk]
    _prune_excluded(subfolders, request, ignored)
    # Links to folders are not followed: they may lead out, or round in a circle.
    if linked := sum(Path(folder, name).is_symlink() for name in subfolders):
        ignored["linked folder"] += linked


def _prune_excluded(subfolders: list[str], request: CrawlRequest, ignored: Counter[str]) -> None:
    kept = [name for name in subfolders if not is_excluded_name(name, request.exclude)]
    if len(kept) < len(subfolders):
        ignored["folder excluded by name"] += len(subfolders) - len(kept)
        subfolders[:] = kept


def _track_without_tags(audio: AudioFile, request: CrawlRequest) -> CollectedTrack:
    return CollectedTrack(
        refs=(SourceRef("folder", audio.locator),),
        audio=audio,
        label=SourceLabel(request.taxonomy or "mood4", request.emotion) if request.emotion else None,
        annotator_name=f"folder {request.path}",
    )


def require_sound(path: Path) -> None:
    """Raise PermanentError(`unsupported`) for a file that was named by itself and is no sound file."""
    kind = named_file_kind(path)
    if kind is FileKind.SOUND:
        return
    what = "a film" if kind is FileKind.FILM else "no sound file"
    name = os.fsencode(path.name).decode(errors="backslashreplace")
    raise PermanentError(
        Reason.UNSUPPORTED, f"{name} is {what}: name a sound file, a folder of them, a table or a playlist"
    )


def title_or_file_name(tagged: str | None, path: Path) -> str:
    """What a file is called: by its tags, else by its name without the suffix."""
    named = without_sound_suffix(tagged, file_name=path.name) if tagged else path.stem
    return clean_text(named) or path.suffix


def stat_audio(path: Path, library: MusicLibrary) -> AudioFile:
    """What identifies a file and its state. Raises PermanentError where it cannot be read."""
    locator = library.locate_file(path)
    try:
        # A pipe would keep whoever opens it waiting.
        if not stat.S_ISREG(path.stat().st_mode):
            raise PermanentError(Reason.NOT_FOUND, f"{locator} is no file")
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableFileError.from_os_error(error, path, named=locator) from None
    return AudioFile(locator=locator, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)


def tags_of(path: Path) -> JsonObject:
    """`read_tags`, where a title is no file's name."""
    tags = read_tags(path)
    return tags | {"title": title_or_file_name(tags["title"], path)} if tags.get("title") else tags


def _log_unreadable(ignored: Counter[str]) -> Any:
    def note(error: OSError) -> None:
        ignored[UNREADABLE_FOLDER] += 1
        log.warning("folder.unreadable", path=error.filename, error=error.strerror)

    return note
