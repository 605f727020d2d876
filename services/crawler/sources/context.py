"""What an adapter of a web source is made from, and when it may be asked at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from services.crawler.http.throttle import RateGate, SourceThrottle
from shared.domain.track import CollectedTrack
from shared.domain.web_sources import WebSource
from shared.settings import SourceSettings
from shared.store.tracks.lookups import UncataloguedTrack


@dataclass(frozen=True, kw_only=True)
class WebSourceContext:
    """The ports of all adapters."""

    settings: SourceSettings
    throttle: SourceThrottle
    client: httpx.Client
    known: Callable[[int, int], list[UncataloguedTrack]]
    """`(after, limit)`: our tracks of which ReccoBeats has said nothing yet."""
    max_answer_s: float = 30.0

    def open_gate(self, source: WebSource) -> RateGate:
        """The gate of a source, for the credential that is configured."""
        return self.throttle.gate(
            source, credential=self.settings.get_secret(source.credentials[0]) if source.credentials else ""
        )


@dataclass(frozen=True, kw_only=True)
class AudioOffer:
    """Where the audio of a track may be had just now. Never stored: it may be signed, and dies soon."""

    url: str
    hosts: tuple[str, ...]
    source_id: str
    match_score: float


class ClipSource(Protocol):
    """A source that has audio."""

    def find_audio(self, track: CollectedTrack) -> AudioOffer | None:
        """Where the audio of `track` is now, or None: it has none, or none that fits well enough."""


def source_track_id(track: CollectedTrack, source: str) -> str | None:
    """The id by which `source` knows the track, if that is known."""
    return next((ref.source_id for ref in track.refs if ref.source == source), None)
