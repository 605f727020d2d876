"""Files of removed tracks that a table or a playlist names: passed over, or taken in again."""

from shared.domain.crawl import CrawlRequest
from shared.domain.track import CollectedTrack
from shared.errors import PermanentError, Reason
from shared.worker.context import WorkerContext


def refuse_deleted(bench: WorkerContext, request: CrawlRequest, track: CollectedTrack) -> None:
    """Raise PermanentError(`deleted`) for a file whose track was removed. Folders are compared when they are listed."""
    audio = track.audio
    if audio is None or request.source == "folder":
        return
    with bench.store.read() as repositories:
        if not repositories.deleted_tracks.is_passed_over(audio):
            return
    if not request.restore_deleted:
        raise PermanentError(Reason.DELETED, f"{audio.locator} was removed: restore_deleted takes it in again")
    bench.store.transact(
        "crawl.restore", lambda repositories: repositories.deleted_tracks.forget_files([audio.locator])
    )
