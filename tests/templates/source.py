"""A text file with a track on each line, `artist - title`. Copy to `services/crawler/sources/<name>.py`.

Citation: none, the format is the user's own. Terms: the user's own file. Limits: what memory holds.
The file is the annotator, `emotion` of the request its label.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.crawler.sources.port import ListedItem, SourceListing
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel, SourceRef
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary


class TemplateSource:
    """The tracks that the lines name."""

    def __init__(self, library: MusicLibrary) -> None:
        self._library = library

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """Every line that is not empty, in the order of the file. The payload is all that collecting needs: JSON."""
        path = self._library.admit_path(request.path or "")
        if not path.is_file():
            raise PermanentError(Reason.NOT_FOUND, f"{request.path} is no file: name a text file of the library")
        ignored: Counter[str] = Counter()
        return SourceListing(_iterate_lines(path, ignored), ignored)

    def collect_track(self, payload: dict[str, Any], request: CrawlRequest) -> CollectedTrack:
        """One line. May be asked for again after a crash, and gives the same then."""
        artist, separator, title = payload["line"].partition(" - ")
        if not separator:
            raise PermanentError(Reason.NOT_FOUND, f"{payload['line']!r} names no track: write artist - title")
        name = request.path or ""
        return CollectedTrack(
            refs=(SourceRef("template", f"{name}#{payload['number']}"),),
            title=title,
            artist=artist,
            label=SourceLabel("mood4", request.emotion) if request.emotion else None,
            annotator_name=name,
        )


def _iterate_lines(path: Path, ignored: Counter[str]) -> Iterator[ListedItem]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            yield ListedItem(f"{number}", {"number": number, "line": line.strip()})
        else:
            ignored["empty line"] += 1
