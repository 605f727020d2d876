"""What the playlist sources have in common: files that are listed in a file, and the mood that it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from services.crawler.exclusion import refuse_excluded, refuse_excluded_path
from services.crawler.files.locations import locate_file, locators_named
from services.crawler.playlists.reader import MAX_BYTES, PlaylistEntry
from services.crawler.sources.folder import require_sound, stat_audio, tags_of, title_or_file_name
from services.crawler.sources.port import ListedItem, ReadList, SourceListing
from shared.domain.annotation import AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel, SourceRef
from shared.domain.track_names import resolve_names
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.library import MusicLibrary


class PlaylistSource:
    """The local files of one playlist, judged by it."""

    def __init__(self, library: MusicLibrary, *, read: Callable[[bytes], Iterator[PlaylistEntry]]) -> None:
        self._library = library
        self._read = read

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """One entry a track, in the playlist's order. Raises PermanentError(`unreadable_playlist`, `too_large`)."""
        playlist = self._admit_playlist(request)
        with playlist.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise PermanentError(Reason.TOO_LARGE, f"{playlist.name} has more than {MAX_BYTES:,} bytes: no playlist")
        entries = (ListedItem(f"entry {entry.number}", asdict(entry)) for entry in self._read(content))
        return SourceListing(entries, read_lists=self._read_lists(playlist, request))

    def list_refs(self, payload: JsonObject, request: CrawlRequest) -> tuple[SourceRef, ...]:
        """The file that an entry names, as far as it can be told without it."""
        folder = Path(self._library.resolve_locator(self._library.named(request.path or ""))).parent
        locators = locators_named(payload["location"], folder=folder, library=self._library)
        return tuple(SourceRef("folder", locator) for locator in locators)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """The track of one entry, with the file's own tags before what the playlist says of it."""
        entry = PlaylistEntry(**payload)
        playlist = self._admit_playlist(request)
        path = locate_file(entry.location, folder=playlist.parent, library=self._library, named=f"entry {entry.number}")
        require_sound(path)
        audio = stat_audio(path, self._library)
        tags, listed = tags_of(path), _names_in(entry, path)
        names = resolve_names(tags=tags, listed=listed, file_name=path.stem)
        refuse_excluded_path(request, path)
        refuse_excluded(request, title=names.title, duration_s=tags.get("duration_s"))
        return CollectedTrack(
            refs=(SourceRef("folder", audio.locator),),
            **asdict(names),
            duration_s=tags.get("duration_s"),
            audio=audio,
            tags_of_file=tags,
            listed_names=listed,
            label=SourceLabel(request.taxonomy or "mood4", request.emotion) if request.emotion else None,
            annotator_name=self._library.locate_file(playlist),
            annotator_kind=AnnotatorKind.PLAYLIST,
        )

    def _read_lists(self, playlist: Path, request: CrawlRequest) -> tuple[ReadList, ...]:
        if not request.emotion:
            return ()
        name, words = self._library.locate_file(playlist), (request.taxonomy or "mood4",)
        return (ReadList(kind=AnnotatorKind.PLAYLIST, name=name, taxonomies=words),)

    def _admit_playlist(self, request: CrawlRequest) -> Path:
        path = self._library.admit_path(request.path or "")
        if not path.is_file():
            raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"{request.path} is a folder: name the playlist in it")
        return path


def _names_in(entry: PlaylistEntry, path: Path) -> dict[str, str]:
    title = title_or_file_name(entry.title, path) if entry.title else None
    named = {"title": title, "artist": entry.artist, "album": entry.album}
    return {name: value for name, value in named.items() if value}
