"""A listing written in bulk: what is known and unchanged is counted as skipped with its chunk, and never collected."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from shared.domain.annotation import Annotator
from shared.domain.file_state import FileState
from shared.domain.job import ItemState, Stage
from shared.domain.track import CollectedTrack, SourceLabel
from shared.errors import OF_THE_MOMENT, Reason
from shared.store.base_repository import BaseRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.tables import AnnotationRow, AnnotatorRow, FeatureSet, JobItem, TrackSource
from shared.store.tracks.deleted_tracks import DeletedTracks
from shared.store.tracks.file_states import FileStates


class ListingWriter(BaseRepository):
    """All SQL on listings whose pieces can be compared with the store before they are opened."""

    def __init__(self, session: Session, *, spec: str) -> None:
        super().__init__(session)
        self._spec = spec

    def add_chunk(self, job_id: UUID, listed: Sequence[NewItem], glimpses: Mapping[str, CollectedTrack]) -> list[int]:
        """Write the items of a chunk; ids of those that must be collected. `glimpses` go by the items' keys."""
        passed_over = DeletedTracks(self._session).pass_over(job_id, listed, glimpses)
        listed = [item for item in listed if item.key not in passed_over]
        glimpses = {key: piece for key, piece in glimpses.items() if key not in passed_over}
        known = self.list_unchanged(glimpses)
        self._skip_items(job_id, [item for item in listed if item.key in known], known)
        return JobRepository(self._session).add_items(
            job_id, Stage.COLLECT, [item for item in listed if item.key not in known]
        )

    def list_unchanged(self, glimpses: Mapping[str, CollectedTrack]) -> dict[str, UUID]:
        """`{key: track id}` of the files that collecting would leave as they are.

        The file has the size and time that the store knows and is present, or is so again; its features of this spec
        are there (or the lasting reason why there are none), and the label, if there is one, is the annotator's
        standing word. Free tags are not compared: what brings some is collected.
        """
        tracks = self._list_same_files({key: piece for key, piece in glimpses.items() if not piece.tags})
        to_annotate: set[str] = set()
        for (annotator, label), keys in _group_by_label(glimpses, tracks).items():
            annotated = self._filter_annotated(annotator, label, {tracks[key] for key in keys})
            to_annotate |= {key for key in keys if tracks[key] not in annotated}
        return {key: track_id for key, track_id in tracks.items() if key not in to_annotate}

    def _list_same_files(self, glimpses: Mapping[str, CollectedTrack]) -> dict[str, UUID]:
        files = {piece.audio.locator: (key, piece.audio) for key, piece in glimpses.items() if piece.audio is not None}
        query = (
            select(
                TrackSource.source_id,
                TrackSource.size_bytes,
                TrackSource.mtime_ns,
                TrackSource.track_id,
                TrackSource.state,
                TrackSource.id,
            )
            .join(FeatureSet, (FeatureSet.track_id == TrackSource.track_id) & (FeatureSet.spec == self._spec))
            .where(TrackSource.source == "folder", TrackSource.source_id.in_(files))
            .where(TrackSource.state != FileState.CHANGED, _is_lasting(TrackSource), _is_lasting(FeatureSet))
        )
        unchanged: dict[str, UUID] = {}
        back: list[int] = []
        for locator, size_bytes, mtime_ns, track_id, state, source_id in self._session.execute(query):
            key, audio = files[locator]
            if (size_bytes, mtime_ns) == (audio.size_bytes, audio.mtime_ns):
                unchanged[key] = track_id
                back += [source_id] if state == FileState.MISSING else []
        if back:
            FileStates(self._session).mark_present(back)
        return unchanged

    def _filter_annotated(self, annotator: Annotator, label: SourceLabel, track_ids: Collection[UUID]) -> set[UUID]:
        """Those of the tracks of which this is the annotator's latest word in the label's taxonomy."""
        latest = (
            select(AnnotationRow.track_id, AnnotationRow.emotion)
            .ext(distinct_on(AnnotationRow.track_id))
            .join(AnnotatorRow, AnnotatorRow.id == AnnotationRow.annotator_id)
            .where(
                AnnotatorRow.kind == annotator.kind,
                AnnotatorRow.name == annotator.name,
                AnnotationRow.taxonomy == label.taxonomy,
                AnnotationRow.track_id.in_(track_ids),
            )
            .order_by(AnnotationRow.track_id, AnnotationRow.id.desc())
        )
        return {track_id for track_id, emotion in self._session.execute(latest) if emotion == label.emotion}

    def _skip_items(self, job_id: UUID, items: Sequence[NewItem], tracks: Mapping[str, UUID]) -> None:
        if not items:
            return
        alike = {
            "job_id": job_id,
            "stage": Stage.COLLECT,
            "state": ItemState.SKIPPED,
            "reason": Reason.UNCHANGED,
            "attempts": 0,
        }
        rows = [
            {
                **alike,
                "key": item.key,
                "payload": item.payload,
                "track_id": tracks[item.key],
                "locator": item.locator,
            }
            for item in items
        ]
        # many rows under one statement: one statement of many rows would be compiled anew for each chunk
        query = insert(JobItem).values(finished_at=func.now())
        self._session.execute(query.on_conflict_do_nothing(index_elements=["job_id", "key"]), rows)


def _is_lasting(table: type[TrackSource] | type[FeatureSet]) -> ColumnElement[bool]:
    """No reason, or one that says something of the file itself: another one may have passed."""
    return table.reason.is_(None) | table.reason.not_in(OF_THE_MOMENT)


def _group_by_label(
    glimpses: Mapping[str, CollectedTrack], keys: Collection[str]
) -> dict[tuple[Annotator, SourceLabel], list[str]]:
    groups: dict[tuple[Annotator, SourceLabel], list[str]] = defaultdict(list)
    for key in keys:
        piece = glimpses[key]
        if piece.label is not None:
            groups[Annotator(piece.annotator_kind, piece.annotator_name or "import"), piece.label].append(key)
    return groups
