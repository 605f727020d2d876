"""ReccoBeats: Spotify-style features for tracks that are known already.

Citation: https://reccobeats.com/docs (2026-11).
Terms: free, without a key; the features are ReccoBeats' own estimates and are kept under the origin `reccobeats`.
Limits: 40 ids a call, 429 with `Retry-After`. Unknown ids are left out and the order is not kept, so rows are matched
by the Spotify id at the end of their `href`, or by ISRC.
"""

from collections.abc import Iterator, Sequence

from services.crawler.http.session import JsonApi
from services.crawler.sources.context import WebSourceContext
from services.crawler.sources.port import Cursor, ListedItem, SourceListing, SourcePage
from services.crawler.sources.rows import catalogue_values, isrc_at, rows_at, text_at, to_collected
from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack, SourceRef
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import Reason
from shared.json_objects import JsonObject
from shared.store.tracks.lookups import UncataloguedTrack

_RECCOBEATS = WEB_SOURCES["reccobeats"]


class ReccoBeatsSource:
    """Features of our tracks that have a Spotify id or an ISRC, or of the Spotify ids that a request names."""

    def __init__(self, outside: WebSourceContext) -> None:
        self._known = outside.known
        self._api = JsonApi(
            outside.settings.api_url("reccobeats", "https://api.reccobeats.com/v1"),
            gate=outside.open_gate(_RECCOBEATS),
            client=outside.client,
            title=_RECCOBEATS.title,
            max_answer_s=outside.max_answer_s,
        )

    def list_items(self, request: CrawlRequest) -> SourceListing:
        """A page for every 40 tracks, with their features in it."""

        def pages(cursor: Cursor | None) -> Iterator[SourcePage]:
            after, taken = (cursor or {}).get("after", 0), (cursor or {}).get("taken", 0)
            while tracks := self._next_tracks(request, after, taken):
                after, taken = tracks[-1].position, taken + len(tracks)
                yield SourcePage(tuple(self._fetch_features(tracks)), {"after": after, "taken": taken})

        return SourceListing.from_pages(pages)

    def collect_track(self, payload: JsonObject, request: CrawlRequest) -> CollectedTrack:
        """What ReccoBeats says of a track that we have."""
        return to_collected(_RECCOBEATS, payload, request)

    def _next_tracks(self, request: CrawlRequest, after: int, taken: int) -> Sequence[UncataloguedTrack]:
        size = _RECCOBEATS.page_size
        if request.limit is not None:
            size = min(size, request.limit - taken)
        if size <= 0:
            return []
        if not request.tracks:
            return self._known(after, size)
        named = enumerate(request.tracks[after : after + size], start=after + 1)
        return [UncataloguedTrack(SourceRef("spotify", track_id), None, position) for position, track_id in named]

    def _fetch_features(self, tracks: Sequence[UncataloguedTrack]) -> Iterator[ListedItem]:
        asked = {track: track.ref.source_id if track.ref.source == "spotify" else track.isrc or "" for track in tracks}
        answer = self._api.get_json("/audio-features", ids=",".join(dict.fromkeys(asked.values())))
        features_by_key: dict[str, dict[str, float]] = {}
        for row in rows_at(answer, "content"):
            for key in ((text_at(row, "href") or "").rstrip("/").rpartition("/")[2], isrc_at(row, "isrc")):
                if key:
                    features_by_key[key] = catalogue_values(row)
        for track, name in asked.items():
            features = features_by_key.get(name) or (features_by_key.get(track.isrc) if track.isrc else None)
            key = f"{track.ref.source} {track.ref.source_id}"[:500]
            if features:
                known = {"id": track.ref.source_id, "ref_source": track.ref.source}
                yield ListedItem(key, {**known, "catalogue": features})
            else:
                yield ListedItem(key, {"reason": Reason.NOT_FOUND.value, "detail": f"ReccoBeats does not know {name}"})
