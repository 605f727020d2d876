"""What a folder said of a file goes when the file moves out of it.

The rule is one of states alone, so it may be asked at any time: what a folder said of a recording stands unless a file
of the recording is there elsewhere and none is below the folder any more. A file that is simply gone keeps its label.
So does one whose folder was renamed, or emptied: no file is left below it, so nothing tells that this one was sorted
out; there another folder has to say something of the recording where it lies now.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from shared.domain.annotation import AnnotatorKind
from shared.domain.file_state import FileState
from shared.store.tables import AnnotationRow, AnnotatorRow, Track, TrackSource
from shared.store.tracks.missing_tracks import is_file_below
from shared.store.tracks.standing_annotations import is_standing
from shared.store.tracks.withdrawals import WithdrawalRepository

_START = "folder "


@dataclass(frozen=True, kw_only=True)
class _FolderWord:
    """What a folder says of a recording."""

    annotation_id: int
    survivor_id: UUID
    taxonomy: str | None
    folder: str
    """Its locator."""


def withdraw_moved(session: Session, track_ids: Iterable[UUID]) -> int:
    """Take back what folders said of recordings that lie elsewhere now; how many words that were.

    To be called in the transaction that changed the files of the tracks, which of them are one recording, or what
    folders say of them.
    """
    recordings = session.scalars(select(Track.survivor_id).where(Track.id.in_(set(track_ids))).distinct()).all()
    words = _folder_words(session, recordings)
    if not words:
        return 0
    files = _files(session, recordings)
    left = [word for word in words if _has_left(files.get(word.survivor_id, {}), word.folder)]
    # a single file that was crawled with an emotion: its label is its sound's, wherever that lies
    single = _known_files(session, {word.folder for word in left})
    asked = {word.folder for word in left} - single
    living = {folder for folder in asked if _holds_files(session, folder)}
    of_recording: defaultdict[UUID, list[_FolderWord]] = defaultdict(list)
    for word in words:
        of_recording[word.survivor_id].append(word)
    gone = [
        word.annotation_id
        for word in left
        if word.folder in living
        or (word.folder in asked and _is_said_elsewhere(word, of_recording[word.survivor_id], files[word.survivor_id]))
    ]
    return WithdrawalRepository(session).withdraw_rows(gone)


def _folder_words(session: Session, recordings: Iterable[UUID]) -> list[_FolderWord]:
    query = (
        select(AnnotationRow.id, Track.survivor_id, AnnotationRow.taxonomy, AnnotatorRow.name)
        .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
        .join(Track, Track.id == AnnotationRow.track_id)
        .where(
            Track.survivor_id.in_(list(recordings)),
            AnnotatorRow.kind == AnnotatorKind.IMPORT,
            func.starts_with(AnnotatorRow.name, _START),
            ~AnnotatorRow.spelled,
            is_standing(),
        )
    )
    return [
        _FolderWord(annotation_id=its_id, survivor_id=survivor_id, taxonomy=taxonomy, folder=name.removeprefix(_START))
        for its_id, survivor_id, taxonomy, name in session.execute(query)
    ]


def _files(session: Session, recordings: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """By recording its files by locator, each with its state."""
    query = (
        select(Track.survivor_id, TrackSource.source_id, TrackSource.state)
        .join(TrackSource, TrackSource.track_id == Track.id)
        .where(Track.survivor_id.in_(list(recordings)), TrackSource.source == "folder")
    )
    files: dict[UUID, dict[str, str]] = {}
    for survivor_id, locator, state in session.execute(query):
        files.setdefault(survivor_id, {})[locator] = state
    return files


def _has_left(files: Mapping[str, str], folder: str) -> bool:
    is_below = any(state != FileState.MISSING and _lies_in(locator, folder) for locator, state in files.items())
    return not is_below and any(state == FileState.PRESENT for state in files.values())


def _is_said_elsewhere(word: _FolderWord, words: Iterable[_FolderWord], files: Mapping[str, str]) -> bool:
    """Whether another folder, in which a file of the recording lies now, says something in the same words."""
    return any(
        other.taxonomy == word.taxonomy
        and any(state == FileState.PRESENT and _lies_in(locator, other.folder) for locator, state in files.items())
        for other in words
    )


def _lies_in(locator: str, folder: str) -> bool:
    return locator == folder or locator.startswith(f"{folder}/")


def _known_files(session: Session, locators: Collection[str]) -> set[str]:
    rule = TrackSource.source == "folder", TrackSource.source_id.in_(locators)
    return set(session.scalars(select(TrackSource.source_id).where(*rule)))


def _holds_files(session: Session, folder: str) -> bool:
    rule = is_file_below(folder), TrackSource.state != FileState.MISSING
    return bool(session.scalar(select(exists().where(*rule))))
