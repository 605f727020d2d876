"""Tracks that are one recording: merged by a row, and parted again by undoing it.

Nothing moves in a merge. A track that is merged keeps its own sources, annotations and features, and readers gather
what belongs to all tracks of a recording by `Track.survivor_id`; so undoing gives back exactly what there was. What
arrives later stays with the track that it arrived for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Uuid as UuidType
from sqlalchemy import column, func, insert, or_, select, update, values
from sqlalchemy.orm import aliased

from shared.store.base_repository import RowRepository, page_before
from shared.store.features.derived_data import forget_predictions
from shared.store.tables import Duplicate, Track, TrackMerge
from shared.store.tables.base import ColumnValues
from shared.store.tracks.missing_tracks import HOLD_RECORDINGS, MissingTracks
from shared.store.tracks.names import TrackNaming


class MergeReason(StrEnum):
    """On what ground two tracks were taken for one. Stored, shown, and stable."""

    SAME_SOURCE = "same_source"
    SAME_ISRC = "same_isrc"
    SAME_AUDIO = "same_audio"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class MergePair:
    """Two tracks to take for one, and on what ground."""

    one: UUID
    other: UUID
    reason: MergeReason
    who: str
    score: float = 1.0
    why: str = ""


class MergeRepository(RowRepository[TrackMerge, int]):
    """All SQL on merges. Whoever merges or parts holds one lock until its transaction ends."""

    row_type = TrackMerge

    def unite_pairs(self, pairs: Sequence[MergePair], *, keep: UUID | None = None) -> list[int]:
        """Merge each pair; ids of the merges made. The older track stands for both, unless one is `keep`.

        Passed over: tracks that are one already, a real and a synthetic track, and, unless a person asks, tracks that
        a person parted.
        """
        if not pairs:
            return []
        self.lock_merges()
        tracks = self._load_tracks({track_id for pair in pairs for track_id in (pair.one, pair.other)})
        survivor = {track_id: row.survivor_id for track_id, row in tracks.items()}
        parted = self._list_parted(set(survivor.values()))
        forest = _MergeForest()
        rows: list[ColumnValues] = []
        for pair in pairs:
            if pair.one not in tracks or pair.other not in tracks:
                continue
            ends = sorted({forest.get_root(survivor[pair.one]), forest.get_root(survivor[pair.other])})
            if len(ends) == 1 or tracks[pair.one].synthetic != tracks[pair.other].synthetic:
                continue
            if pair.reason is not MergeReason.PERSON and forest.are_parted(ends, parted):
                continue
            to_id, from_id = reversed(ends) if keep == ends[1] else ends
            forest.join_roots(from_id, to_id)
            grounds = {"reason": pair.reason.value, "score": pair.score, "why": pair.why, "who": pair.who}
            rows.append({"from_id": from_id, "to_id": to_id, **grounds})
        return self._write_merges(rows, forest)

    def undo_merge(self, merge_id: int, *, who: str) -> bool:
        """Part what the merge joined. False: it was undone before, or there is none."""
        self.lock_merges()
        merge = self._session.get(TrackMerge, merge_id, with_for_update=True, populate_existing=True)
        if merge is None or merge.undone_at is not None:
            return False
        self._forget_predictions([merge.from_id])
        survivor_id = self._session.get_one(Track, merge.to_id).survivor_id
        names_by_others = TrackNaming(self._session).list_names_by_others(survivor_id)
        merge.undone_at, merge.undone_by = func.clock_timestamp(), who
        self._session.flush()
        below = select(TrackMerge.from_id).where(TrackMerge.to_id == merge.from_id, TrackMerge.undone_at.is_(None))
        tree = below.cte("tree", recursive=True)
        tree = tree.union_all(
            select(TrackMerge.from_id)
            .join(tree, TrackMerge.to_id == tree.c.from_id)
            .where(TrackMerge.undone_at.is_(None))
        )
        self._set_survivor(Track.id.in_(select(tree.c.from_id)), merge.from_id)
        self._set_survivor(Track.id == merge.from_id, None)
        ends = sorted((merge.from_id, merge.to_id))
        self._session.execute(
            update(Duplicate)
            .where(Duplicate.one_id == ends[0], Duplicate.other_id == ends[1], Duplicate.state != "dismissed")
            .values(state="dismissed", who=who, resolved_at=func.now())
        )
        MissingTracks(self._session).refresh(ends)
        if names_by_others:
            TrackNaming(self._session).resolve(survivor_id, forgotten=names_by_others)
        return True

    def list_page(self, *, before: int | None = None, limit: int = 50) -> Sequence[TrackMerge]:
        """All merges, the latest first."""
        return self._session.scalars(page_before(select(TrackMerge), TrackMerge.id, before, limit=limit)).all()

    def list_by_track(self, track_ids: Iterable[UUID]) -> dict[UUID, list[TrackMerge]]:
        """The standing merges of each surviving track, the earliest first."""
        by_survivor: dict[UUID, list[TrackMerge]] = {track_id: [] for track_id in track_ids}
        query = (
            select(Track.survivor_id, TrackMerge)
            .join(TrackMerge, TrackMerge.from_id == Track.id)
            .where(Track.survivor_id.in_(by_survivor), TrackMerge.undone_at.is_(None))
            .order_by(TrackMerge.id)
        )
        for survivor_id, merge in self._session.execute(query):
            by_survivor[survivor_id].append(merge)
        return by_survivor

    def list_members(self, track_ids: Iterable[UUID]) -> dict[UUID, list[Track]]:
        """All tracks of each recording, the survivor first, then by age."""
        members: dict[UUID, list[Track]] = {track_id: [] for track_id in track_ids}
        query = select(Track).where(Track.survivor_id.in_(members)).order_by(Track.merged_into.is_not(None), Track.id)
        for track in self._session.scalars(query):
            members[track.survivor_id].append(track)
        return members

    def lock_merges(self) -> None:
        """Let nobody else merge, part, or decide on missing tracks until this transaction ends."""
        self._session.execute(HOLD_RECORDINGS)

    def _load_tracks(self, track_ids: set[UUID]) -> dict[UUID, Track]:
        query = select(Track).where(Track.id.in_(track_ids)).execution_options(populate_existing=True)
        return {track.id: track for track in self._session.scalars(query)}

    def _list_parted(self, survivors: set[UUID]) -> list[tuple[UUID, UUID]]:
        """Pairs of survivors between whose tracks a person said no."""
        parted: list[tuple[UUID, UUID]] = []
        for table, one_id, other_id, rule in (
            (TrackMerge, TrackMerge.from_id, TrackMerge.to_id, TrackMerge.undone_at.is_not(None)),
            (Duplicate, Duplicate.one_id, Duplicate.other_id, Duplicate.state == "dismissed"),
        ):
            one, other = aliased(Track), aliased(Track)
            query = (
                select(one.survivor_id, other.survivor_id)
                .select_from(table)
                .join(one, one.id == one_id)
                .join(other, other.id == other_id)
                .where(rule, or_(one.survivor_id.in_(survivors), other.survivor_id.in_(survivors)))
            )
            parted += [(a, b) for a, b in self._session.execute(query)]
        return parted

    def _write_merges(self, rows: list[ColumnValues], forest: "_MergeForest") -> list[int]:
        if not rows:
            return []
        moved = [(old, forest.get_root(old)) for old in forest.joined_ids]
        self._forget_predictions({track_id for pair in moved for track_id in pair})
        ids = list(
            self._session.scalars(insert(TrackMerge).returning(TrackMerge.id, sort_by_parameter_order=True), rows)
        )
        to = values(column("old", UuidType), column("new", UuidType), name="moved").data(moved)
        for whose in (Track.merged_into, Track.id):
            self._session.execute(
                update(Track)
                .where(whose == to.c.old)
                .values(merged_into=to.c.new)
                .execution_options(synchronize_session=False)
            )
        MissingTracks(self._session).refresh([new for _, new in moved])
        self._session.expire_all()
        return ids

    def _set_survivor(self, whose: object, survivor: UUID | None) -> None:
        query = update(Track).where(whose).values(merged_into=survivor)  # type: ignore[arg-type]
        self._session.execute(query.execution_options(synchronize_session=False))
        self._session.expire_all()

    def _forget_predictions(self, track_ids: Iterable[UUID]) -> None:
        """A recording may be answered from the features of any of its tracks: what was kept may be another's."""
        survivors = select(Track.survivor_id).where(Track.id.in_(list(track_ids)))
        group = select(Track.id).where(Track.survivor_id.in_(survivors))
        forget_predictions(self._session, group)


class _MergeForest:
    """Who stands for whom among the tracks of one call."""

    def __init__(self) -> None:
        self._up: dict[UUID, UUID] = {}

    @property
    def joined_ids(self) -> list[UUID]:
        """All that stand for themselves no more."""
        return list(self._up)

    def get_root(self, track_id: UUID) -> UUID:
        """The track at the end of the chain."""
        while (above := self._up.get(track_id)) is not None:
            track_id = above
        return track_id

    def join_roots(self, from_id: UUID, to_id: UUID) -> None:
        """From now on `to_id` stands for `from_id`; both are roots."""
        self._up[from_id] = to_id

    def are_parted(self, ends: Sequence[UUID], parted: Iterable[tuple[UUID, UUID]]) -> bool:
        """Whether a person parted these two roots."""
        return any({self.get_root(a), self.get_root(b)} == set(ends) for a, b in parted)
