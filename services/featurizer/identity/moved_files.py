"""After files were decoded: where else their sound lies, whether it is still there, and whether it was removed once.

A crawl of one folder lists no other. A file that it finds may have moved there, so the place where its sound lay is
looked at; only what is certainly gone is written down, never a share that is away for a moment.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import structlog

from services.featurizer.fingerprint.comparison import compare_with_deleted
from services.featurizer.identity.sounds import REENCODED_S
from shared.domain.job import ItemState
from shared.errors import PermanentError, Reason
from shared.fingerprints.matching import SAME_RECORDING
from shared.library import MusicLibrary
from shared.store.jobs.items import ItemOutcome
from shared.store.repositories import Repositories
from shared.store.tables import JobItem
from shared.store.tracks.merges import MergePair, MergeReason
from shared.store.tracks.moved_files import MovedFiles

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class _DecodedItem:
    """An item whose file was analysed, and the track that its sound is."""

    item_id: int
    job_id: UUID
    track_id: UUID


def follow_decoded(
    repositories: Repositories, items: Sequence[JobItem], outcomes: Sequence[ItemOutcome], *, library: MusicLibrary
) -> list[ItemOutcome]:
    """What becomes of the items, once their tracks are compared with what was removed, and with files that moved.

    An outcome that names a track goes before its item's.
    """
    tracks = {item.id: (item.job_id, item.track_id) for item in items}
    decoded = [
        _DecodedItem(item_id=outcome.item_id, job_id=tracks[outcome.item_id][0], track_id=track_id)
        for outcome in outcomes
        if outcome.state is ItemState.DONE and (track_id := outcome.track_id or tracks[outcome.item_id][1])
    ]
    dropped = _drop_removed(repositories, decoded)
    kept = [one.track_id for one in decoded if one.item_id not in dropped]
    compare_with_deleted(repositories, kept)
    follow_moved(repositories, kept, library=library)
    detail = "it sounds as a track that was removed: crawl it with restore_deleted to take it in again"
    return [
        replace(outcome, state=ItemState.SKIPPED, reason=Reason.DELETED, detail=detail, track_id=None)
        if outcome.item_id in dropped
        else outcome
        for outcome in outcomes
    ]


def follow_moved(repositories: Repositories, track_ids: Sequence[UUID], *, library: MusicLibrary) -> None:
    """Write down files that moved: those of the same sound that are gone where they were, and what folders said."""
    moved = repositories.moved_files
    replaced = _list_replaced(repositories, track_ids, moved=moved, library=library)
    why = "the same recording in another encoding, in place of a file of that name that is gone"
    repositories.merges.unite_pairs(
        [
            MergePair(one=old, other=new, reason=MergeReason.SAME_AUDIO, who="featurizer", why=why)
            for new, old in replaced
        ]
    )
    together = {*track_ids, *(theirs for _, theirs in replaced)}
    gone = {
        locator for named in moved.list_files(together) for locator in _list_gone(named, moved=moved, library=library)
    }
    if gone:
        repositories.missing_tracks.mark_missing(sorted(gone))
        log.info("files.moved", n_gone=len(gone))
    repositories.withdraw_moved(together | moved.list_tracks(gone))


def _list_replaced(
    repositories: Repositories, track_ids: Sequence[UUID], *, moved: MovedFiles, library: MusicLibrary
) -> list[tuple[UUID, UUID]]:
    """`(track, older track)` where `song.flac` took the place of `song.mp3`: as certain as of one and the same path."""
    alike = repositories.fingerprints.alike_older(track_ids, threshold=SAME_RECORDING) if track_ids else ()
    replaced: dict[UUID, UUID] = {}
    for mine, theirs in alike:
        if mine in replaced or not moved.is_in_place_of(mine, theirs, most_s=REENCODED_S):
            continue
        if all(_is_absent(locator, library) for locator in moved.list_files([theirs])):
            replaced[mine] = theirs
    return list(replaced.items())


def _drop_removed(repositories: Repositories, decoded: Sequence[_DecodedItem]) -> set[int]:
    """Remove new recordings of removed sounds again, unless a job takes them in; the items whose tracks went."""
    deleted = repositories.deleted_tracks
    returned = {one.track_id: one for one in deleted.list_returned([one.track_id for one in decoded])}
    about = [(one, returned[one.track_id]) for one in decoded if one.track_id in returned]
    restoring = deleted.filter_restoring(one.job_id for one, _ in about)
    taken_in = {match.survivor_id for one, match in about if one.job_id in restoring}
    deleted.forget_sounds(match.deleted_id for _, match in about if match.survivor_id in taken_in)
    dropped = {match.survivor_id: match.deleted_id for _, match in about if match.survivor_id not in taken_in}
    if dropped:
        repositories.removals.drop_returned(dropped)
        log.info("tracks.passed_over", n_tracks=len(dropped))
    return {one.item_id for one, match in about if match.survivor_id in dropped}


def _list_gone(locator: str, *, moved: MovedFiles, library: MusicLibrary) -> Sequence[str]:
    """The file, if it is certainly gone, with all others of a folder that is gone as a whole.

    A folder that is there and empty may be a mount point whose share is away: there it has to be known that all files
    below lie elsewhere by now.
    """
    try:
        path = library.resolve_locator(locator)
        if _is_there(path):
            return ()
        folder, lost = path.parent, path
        while not _is_there(folder):
            folder, lost = folder.parent, folder
        if not any(lost.is_relative_to(root) and lost != root for root in library.roots):
            return ()
        if _is_empty(folder):
            known = moved.list_elsewhere(library.named(str(folder)))
            return () if folder in library.roots or known is None else known
        return (locator,) if lost == path else moved.list_below(library.named(str(lost)))
    except (PermanentError, OSError):
        return ()


def _is_absent(locator: str, library: MusicLibrary) -> bool:
    """Whether no file is there just now, be it gone or on a share that is away."""
    try:
        return not _is_there(library.resolve_locator(locator))
    except (PermanentError, OSError):
        return False


def _is_there(path: Path) -> bool:
    """Raises OSError where it cannot be told."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _is_empty(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None
