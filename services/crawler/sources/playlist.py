"""What the playlist sources have in common: files that are listed in a file, and the mood that it stands for."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from services.crawler.exclusion import refuse_excluded, refuse_excluded_path
from services.crawler.locations import locate
from services.crawler.playlist_reading import MAX_BYTES, Entry
from services.crawler.sources.folder import require_sound, stat_audio, title_of
from services.crawler.sources.port import Listed, Listing
from services.crawler.tags.reading import read_file_tags
from shared.domain.annotation import AnnotatorKind
from shared.domain.crawl import CrawlRequest
from shared.domain.track import Collected, Judgement, SourceRef
from shared.errors import PermanentError, Reason
from shared.library import Library


class PlaylistSource:
    """The local files of one playlist, judged by it."""

    def __init__(self, library: Library, *, read: Callable[[bytes], Iterator[Entry]]) -> None:
        self._library = library
        self._read = read

    def list(self, request: CrawlRequest) -> Listing:
        """One entry a track, in the playlist's order. Raises PermanentError(`unreadable_playlist`, `too_large`)."""
        playlist = self._playlist(request)
        with playlist.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise PermanentError(Reason.TOO_LARGE, f"{playlist.name} has more than {MAX_BYTES:,} bytes: no playlist")
        return Listing(Listed(f"entry {entry.number}", asdict(entry)) for entry in self._read(content))

    def collect(self, payload: dict[str, Any], request: CrawlRequest) -> Collected:
        """The track of one entry, with the file's own tags before what the playlist says of it."""
        entry = Entry(**payload)
        playlist = self._playlist(request)
        path = locate(entry.location, folder=playlist.parent, library=self._library, named=f"entry {entry.number}")
        require_sound(path)
        audio = stat_audio(path, self._library)
        tags = read_file_tags(path)
        title = title_of(tags.title or entry.title, path)
        refuse_excluded_path(request, path)
        refuse_excluded(request, title=title, duration_s=tags.duration_s)
        return Collected(
            refs=(SourceRef("folder", audio.locator),),
            title=title,
            artist=tags.artist or entry.artist,
            album=tags.album or entry.album,
            isrc=tags.isrc,
            duration_s=tags.duration_s,
            audio=audio,
            file_tags=tags,
            judgement=Judgement(request.taxonomy or "mood4", request.emotion) if request.emotion else None,
            annotator_name=self._library.locator(playlist),
            annotator_kind=AnnotatorKind.PLAYLIST,
        )

    def _playlist(self, request: CrawlRequest) -> Path:
        path = self._library.admit(request.path or "")
        if not path.is_file():
            raise PermanentError(Reason.UNREADABLE_PLAYLIST, f"{request.path} is a folder: name the playlist in it")
        return path
