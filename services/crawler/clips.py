"""From a track to its audio in the blob store: offered, downloaded at once, and put under a key of its own."""

import hashlib
from collections.abc import Mapping, Sequence

import structlog

from services.crawler.http.download import ClipDownloads, ExpiredLinkError
from services.crawler.http.throttle import FaultError, ThrottledError
from services.crawler.sources.context import AudioOffer, ClipSource
from shared.blobs import Blobs
from shared.domain.track import CollectedTrack, FetchedClip
from shared.errors import LaterError, PermanentError, Reason

log = structlog.get_logger()

_AWAY_WAIT_S = 30.0


class ClipFetcher:
    """Gets the audio of tracks from whichever source has it."""

    def __init__(self, sources: Mapping[str, ClipSource], downloads: ClipDownloads, blobs: Blobs) -> None:
        self._sources = sources
        self._downloads = downloads
        self._blobs = blobs

    def fetch_audio(self, track: CollectedTrack, names: Sequence[str]) -> FetchedClip:
        """The clip of the first of the sources that has one that fits.

        Raises LaterError, or PermanentError: `no_audio` where none has, otherwise what is wrong with it.
        """
        for name in names:
            offer = self._sources[name].find_audio(track)
            if offer is None:
                continue
            content = self._download_audio(name, track, offer)
            # The same key when the same work is done again: what a dead worker left is written over.
            ref = f"{track.refs[0].source} {track.refs[0].source_id}"
            key = f"tmp/{name}/{hashlib.sha256(ref.encode()).hexdigest()[:32]}"
            self._blobs.put(key, content)
            log.info("clip.fetched", source=name, size_bytes=len(content), match_score=offer.match_score)
            return FetchedClip(key=key, source=name, size_bytes=len(content), match_score=offer.match_score)
        raise PermanentError(
            Reason.NO_AUDIO, f"{' and '.join(names)} offers no audio that fits; the track itself is kept"
        )

    def _download_audio(self, name: str, track: CollectedTrack, offer: AudioOffer) -> bytes:
        try:
            try:
                return self._downloads.fetch_audio(offer.url, hosts=offer.hosts)
            except ExpiredLinkError:
                again = self._sources[name].find_audio(track)
                if again is None:
                    raise
                return self._downloads.fetch_audio(again.url, hosts=again.hosts)
        except ThrottledError as error:
            raise LaterError(Reason.RATE_LIMITED, error.detail, wait_s=error.wait_s) from error
        except FaultError as error:
            raise LaterError(Reason.SOURCE_UNAVAILABLE, str(error), wait_s=_AWAY_WAIT_S) from error
