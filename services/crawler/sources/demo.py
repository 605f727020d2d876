"""The demo library: short pieces that the project synthesises itself, so that there is something to see.

Licence: CC0, as the project's own output. Every track is marked synthetic: models trained on them answer only them.
"""

from pathlib import Path

from services.crawler.demo import compose_demo, demo_catalogue, render_piece, write_wav
from services.crawler.demo.plane import tags_from_cues, valence_arousal_from_cues
from services.crawler.sources.folder import stat_audio
from services.crawler.sources.port import ListedItem, SourceListing
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceLabel, SourceRef
from shared.errors import PermanentError, Reason
from shared.json_objects import JsonObject
from shared.library import MusicLibrary

_SR = 22_050
_DURATION_S = 16.0


class DemoSource:
    """A fixed list of pieces, rendered when they are collected."""

    def __init__(self, library: MusicLibrary, *, folder: Path) -> None:
        self._library = library
        self._folder = folder

    def list_items(self, request: CrawlRequest) -> SourceListing:  # noqa: ARG002 (the port's)
        """All pieces of the demo library."""
        return SourceListing(ListedItem(entry.id, {"id": entry.id}) for entry in demo_catalogue())

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:  # noqa: ARG002 (the port's)
        """Play one piece into a file, unless it is there."""
        entry = next((entry for entry in demo_catalogue() if entry.id == payload["id"]), None)
        if entry is None:
            raise PermanentError(Reason.NOT_FOUND, f"the demo library has no piece {payload['id']}: crawl it again")
        piece = compose_demo(entry)
        path = self._folder / f"{entry.id}.wav"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_wav(path, render_piece(piece, sr=_SR, duration_s=_DURATION_S), _SR)
        audio = stat_audio(path, self._library)
        return CollectedTrack(
            refs=(SourceRef("folder", audio.locator), SourceRef("demo", entry.id)),
            title=piece.title,
            artist=piece.artist_name,
            album="Demo library (synthetic)",
            duration_s=_DURATION_S,
            licence="CC0-1.0",
            attribution="synthesised by mer",
            synthetic=True,
            audio=audio,
            label=SourceLabel("mood4", entry.emotion),
            valence_arousal=valence_arousal_from_cues(piece.cues),
            tags=tags_from_cues(piece.cues),
            annotator_name="demo library",
        )
