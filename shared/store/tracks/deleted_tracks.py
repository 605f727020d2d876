"""Removed tracks that come back: passed over by their files and by their sound, or taken in again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from shared.domain.job import ItemState, Stage
from shared.domain.track import AudioFile, CollectedTrack
from shared.errors import Reason
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import NewItem
from shared.store.tables import DeletedFile, DeletedTrack, Job, JobItem


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A new track that sounds as a removed one."""

    track_id: UUID
    survivor_id: UUID
    deleted_id: UUID


class DeletedTracks(BaseRepository):
    """All SQL on what is remembered of removed tracks."""

    def pass_over(self, job_id: UUID, listed: Sequence[NewItem], glimpses: Mapping[str, CollectedTrack]) -> set[str]:
        """Count as skipped those listed files that are of removed tracks, and unchanged since; their keys.

        A job that takes removed tracks in again passes nothing over, and forgets what it lists.
        """
        files = {key: piece.audio for key, piece in glimpses.items() if piece.audio is not None}
        known = self._remembered(files.values())
        if not known:
            return set()
        if self._restores(job_id):
            self.forget_files(known)
            return set()
        keys = {key for key, audio in files.items() if audio.locator in known}
        alike = {
            "job_id": job_id,
            "stage": Stage.COLLECT,
            "state": ItemState.SKIPPED,
            "reason": Reason.DELETED,
            "attempts": 0,
        }
        rows = [{**alike, "key": item.key, "payload": item.payload} for item in listed if item.key in keys]
        query = insert(JobItem).values(finished_at=func.now())
        self._session.execute(query.on_conflict_do_nothing(index_elements=["job_id", "key"]), rows)
        return keys

    def is_passed_over(self, audio: AudioFile) -> bool:
        """Whether this file is of a removed track, and unchanged since."""
        return bool(self._remembered([audio]))

    def forget_files(self, locators: Collection[str]) -> None:
        """Take in again what these files are of: their recordings, with all their files."""
        recordings = select(DeletedTrack.survivor_id).where(
            DeletedTrack.id.in_(select(DeletedFile.deleted_id).where(DeletedFile.locator.in_(locators)))
        )
        self._forget(self._session.scalars(recordings).all())

    def forget_sounds(self, deleted_ids: Iterable[UUID]) -> None:
        """Take in again these removed tracks."""
        recordings = select(DeletedTrack.survivor_id).where(DeletedTrack.id.in_(list(deleted_ids)))
        self._forget(self._session.scalars(recordings).all())

    def list_returned(self, track_ids: Sequence[UUID]) -> list[Returned]:
        """Those of new tracks whose recordings sound exactly as a removed one, and are nothing else.

        Nothing else: files of the library that came since, of no other source, and without a person's word. The
        samples of the described window, the length and the acoustic fingerprint have to be equal; or, where it is
        known, all samples.
        """
        if not track_ids or not self._session.scalar(select(exists().where(DeletedTrack.is_passed_over))):
            return []
        rows = self._session.execute(_RETURNED, {"ids": list(track_ids)})
        return [Returned(track_id=one, survivor_id=survivor, deleted_id=old) for one, survivor, old in rows]

    def filter_restoring(self, job_ids: Iterable[UUID]) -> set[UUID]:
        """Those of the jobs that take removed tracks in again."""
        return {job_id for job_id in set(job_ids) if self._restores(job_id)}

    def _remembered(self, files: Iterable[AudioFile]) -> set[str]:
        by_locator = {audio.locator: audio for audio in files}
        if not by_locator:
            return set()
        query = (
            select(DeletedFile)
            .join(DeletedTrack, DeletedTrack.id == DeletedFile.deleted_id)
            .where(DeletedFile.locator.in_(by_locator), DeletedTrack.is_passed_over)
        )
        return {
            row.locator
            for row in self._session.scalars(query)
            if (row.size_bytes, row.mtime_ns) == (by_locator[row.locator].size_bytes, by_locator[row.locator].mtime_ns)
        }

    def _restores(self, job_id: UUID) -> bool:
        job = self._session.get(Job, job_id)
        return job is not None and bool(job.params.get("restore_deleted"))

    def _forget(self, recordings: Sequence[UUID]) -> None:
        of_them = select(DeletedTrack.id).where(DeletedTrack.survivor_id.in_(recordings))
        self._session.execute(delete(DeletedFile).where(DeletedFile.deleted_id.in_(of_them)))
        self._session.execute(
            update(DeletedTrack).where(DeletedTrack.survivor_id.in_(recordings)).values(is_passed_over=False)
        )


_RETURNED = text("""
    with asked as (
        select t.id, t.survivor_id, t.synthetic from tracks t where t.id = any(:ids)
    ), alike as (
        select distinct on (a.survivor_id) a.survivor_id, d.id as deleted_id, d.at
        from (select distinct survivor_id, synthetic from asked) a
        join tracks m on m.survivor_id = a.survivor_id
        join feature_sets f on f.track_id = m.id and f.state = 'ready'
        join deleted_tracks d on d.audio_sha256 @> array[f.audio_sha256]
        where d.is_passed_over and d.synthetic = a.synthetic and abs(d.duration_s - f.duration_s) <= 0.1
            and (
                f.decoded_sha256 = any(d.decoded_sha256)
                or exists (
                    select from acoustic_fingerprints mine join acoustic_fingerprints theirs
                        on theirs.version = mine.version and theirs.words = mine.words and theirs.levels = mine.levels
                    where mine.track_id = m.id and theirs.track_id = d.id
                        and (octet_length(mine.words) > 0 or f.duration_s <= 30)
                )
            )
        order by a.survivor_id, d.id
    )
    select asked.id, asked.survivor_id, alike.deleted_id
    from asked join alike on alike.survivor_id = asked.survivor_id
    where not exists (
        select from tracks m where m.survivor_id = asked.survivor_id and (
            m.created_at <= alike.at
            or not exists (select from track_sources s where s.track_id = m.id)
            or exists (select from track_sources s where s.track_id = m.id and s.source <> 'folder')
            or exists (
                select from annotations n join annotators w on w.id = n.annotator_id
                where n.track_id = m.id and w.kind = 'person'
            )
        )
    )
""")
"""An empty fingerprint tells nothing of what is longer than the described window of half a minute."""
