"""Acoustic fingerprints of tracks: kept, looked up by their keys, and read as pairs that are alike."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Integer, Select, and_, cast, delete, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session, aliased

from shared.domain.features import FingerprintSpec
from shared.fingerprints.matching import GROUP, N_BANDS, Fingerprint, FingerprintMatch, MatchThreshold, lookup_keys
from shared.store.base_repository import BaseRepository
from shared.store.features.derived_data import forget_predictions
from shared.store.tables import DeletedTrack, FingerprintPair, FingerprintRow, Track

_MOST_COMPARED = 32
"""Tracks that are compared with one: those with the most keys in common."""


@dataclass(frozen=True, kw_only=True)
class AlikeTracks:
    """Two tracks whose fingerprints are alike."""

    one: UUID
    other: UUID
    match: FingerprintMatch


class FingerprintRepository(BaseRepository):
    """All SQL on acoustic fingerprints of one version, today's where none is named."""

    def __init__(self, session: Session, *, version: int = FingerprintSpec().version) -> None:
        super().__init__(session)
        self._version = version

    def lock_table(self) -> None:
        """Let nobody else add fingerprints until this transaction ends, so that of two copies the later is compared."""
        self._session.execute(text("select pg_advisory_xact_lock(hashtext('mer/fingerprints'))"))

    def save_fingerprints(self, made: Mapping[UUID, Fingerprint]) -> set[UUID]:
        """Keep fingerprints in place of what the tracks had; the tracks whose fingerprint is new or another one."""
        if not made:
            return set()
        rows = [
            {
                "track_id": track_id,
                "version": self._version,
                "words": one.words.astype("<u4").tobytes(),
                "levels": one.levels.tobytes(),
                "keys": lookup_keys(one.words).view(np.int32).tolist(),
            }
            for track_id, one in made.items()
        ]
        query = insert(FingerprintRow).values(rows)
        columns = ("words", "levels", "keys")
        changed = self._session.scalars(
            query.on_conflict_do_update(
                index_elements=["track_id", "version"],
                set_={**{name: query.excluded[name] for name in columns}, "made_at": func.now()},
                where=or_(*(query.excluded[name] != getattr(FingerprintRow, name) for name in columns[:2])),
            ).returning(FingerprintRow.track_id)
        ).all()
        self._forget_pairs(changed)
        return set(changed)

    def list_by_track(self, track_ids: Collection[UUID]) -> dict[UUID, Fingerprint]:
        """The fingerprints of those of the tracks that have one."""
        query = select(FingerprintRow).where(
            FingerprintRow.track_id.in_(track_ids), FingerprintRow.version == self._version
        )
        return {row.track_id: _decode_row(row.words, row.levels) for row in self._session.scalars(query)}

    def list_by_recording(self, track_ids: Collection[UUID]) -> list[tuple[UUID, Fingerprint]]:
        """The fingerprints of all tracks of these recordings, each with the track that stands for its recording."""
        query = (
            select(Track.survivor_id, FingerprintRow.words, FingerprintRow.levels)
            .join(FingerprintRow, FingerprintRow.track_id == Track.id)
            .where(Track.survivor_id.in_(track_ids), FingerprintRow.version == self._version)
            .order_by(Track.survivor_id, Track.id)
        )
        return [(track_id, _decode_row(words, levels)) for track_id, words, levels in self._session.execute(query)]

    def list_candidates(self, track_id: UUID, made: Fingerprint) -> dict[UUID, Fingerprint]:
        """Those of other tracks that share keys with `made`, real ones for a real track, those that share most."""
        keys = cast(lookup_keys(made.words).view(np.int32).tolist(), ARRAY(Integer))
        near = select(FingerprintRow).where(FingerprintRow.keys.op("&&")(keys)).cte("near").prefix_with("materialized")
        theirs = func.unnest(near.c["keys"]).table_valued("key").render_derived()
        shared = select(func.count(theirs.c.key.distinct())).where(theirs.c.key == func.any(keys)).scalar_subquery()
        mine, track = aliased(Track), aliased(Track)
        query = (
            select(near.c.track_id, near.c.words, near.c.levels)
            .join(track, track.id == near.c.track_id)
            .join(mine, mine.id == track_id)
            .where(near.c.version == self._version, near.c.track_id != track_id, track.synthetic == mine.synthetic)
            .order_by(shared.desc(), near.c.track_id)
            .limit(_MOST_COMPARED)
        )
        # the planner does not know what comparing long arrays costs, and would rather do so with the whole table
        with self._only_bitmaps():
            return {other: _decode_row(words, levels) for other, words, levels in self._session.execute(query)}

    def remember_deleted(self) -> bool:
        """Whether the fingerprint of any removed track is kept."""
        kept = select(
            exists().where(DeletedTrack.id == FingerprintRow.track_id, FingerprintRow.version == self._version)
        )
        return bool(self._session.scalar(kept))

    def deleted_like(self, track_id: UUID, made: Fingerprint) -> dict[UUID, Fingerprint]:
        """Those of removed tracks that share keys with `made`, real ones for a real track."""
        keys = cast(lookup_keys(made.words).view(np.int32).tolist(), ARRAY(Integer))
        query = (
            select(DeletedTrack.id, FingerprintRow.words, FingerprintRow.levels)
            .join(FingerprintRow, FingerprintRow.track_id == DeletedTrack.id)
            .join(Track, Track.id == track_id)
            .where(
                FingerprintRow.version == self._version,
                DeletedTrack.synthetic == Track.synthetic,
                FingerprintRow.keys.op("&&")(keys),
            )
            .order_by(DeletedTrack.id)
            .limit(_MOST_COMPARED)
        )
        return {old: _decode_row(words, levels) for old, words, levels in self._session.execute(query)}

    def list_alike_deleted(self, track_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
        """Of each of these recordings, named by the track that stands for it: the removed tracks alike it."""
        old, member = aliased(DeletedTrack), aliased(DeletedTrack)
        ends = (FingerprintPair.one_id, FingerprintPair.other_id)
        query = (
            select(Track.survivor_id, member.id)
            .select_from(FingerprintPair)
            .join(Track, Track.id.in_(ends))
            .join(old, old.id.in_(ends))
            .join(member, member.survivor_id == old.survivor_id)
            .where(self._meets_threshold(GROUP), Track.survivor_id.in_(track_ids))
        )
        return [(asked, gone) for asked, gone in self._session.execute(query)]

    def save_pairs(self, pairs: Sequence[AlikeTracks]) -> None:
        """Write down which tracks are alike. What models said of them may rest on something else now: it is dropped."""
        rows = {}
        for pair in pairs:
            ends = tuple(sorted((pair.one, pair.other)))
            figures = {name: value for name, value in asdict(pair.match).items() if name != "offset"}
            rows[ends] = {"one_id": ends[0], "other_id": ends[1], "version": self._version, **figures}
        if rows:
            query = insert(FingerprintPair).values(list(rows.values()))
            self._session.execute(query.on_conflict_do_nothing())
            forget_predictions(self._session, _select_recordings({track_id for ends in rows for track_id in ends}))

    def list_pairs(self, track_ids: Collection[UUID], *, threshold: MatchThreshold = GROUP) -> list[tuple[UUID, UUID]]:
        """Pairs of the recordings of these tracks that are alike, by the tracks that stand for them, in order."""
        one, other = aliased(Track), aliased(Track)
        wanted = select(Track.survivor_id).where(Track.id.in_(track_ids))
        query = (
            select(one.survivor_id, other.survivor_id)
            .select_from(FingerprintPair)
            .join(one, one.id == FingerprintPair.one_id)
            .join(other, other.id == FingerprintPair.other_id)
            .where(
                self._meets_threshold(threshold),
                one.survivor_id != other.survivor_id,
                one.survivor_id.in_(wanted),
                other.survivor_id.in_(wanted),
            )
        )
        return sorted({(min(ends), max(ends)) for ends in self._session.execute(query)})

    def alike_older(self, track_ids: Collection[UUID], *, threshold: MatchThreshold) -> list[tuple[UUID, UUID]]:
        """`(track, older track)` of these very tracks and those of other recordings that are alike them, in order."""
        mine, theirs = aliased(Track), aliased(Track)
        query = (
            select(mine.id, theirs.id)
            .select_from(FingerprintPair)
            .join(mine, mine.id == FingerprintPair.other_id)
            .join(theirs, theirs.id == FingerprintPair.one_id)
            .where(self._meets_threshold(threshold), mine.id.in_(track_ids), mine.survivor_id != theirs.survivor_id)
            .order_by(mine.id, FingerprintPair.bit_error_rate, theirs.id)
        )
        return [(one, other) for one, other in self._session.execute(query)]

    def list_alike(self, track_ids: Collection[UUID], *, threshold: MatchThreshold = GROUP) -> set[UUID]:
        """The recordings that are alike one of these tracks' recordings, by the tracks that stand for them.

        Removed tracks may be among `track_ids`.
        """
        mine, theirs = aliased(Track), aliased(Track)
        wanted = select(Track.survivor_id).where(Track.id.in_(track_ids))
        query = (
            select(theirs.survivor_id)
            .select_from(FingerprintPair)
            .join(mine, mine.id.in_((FingerprintPair.one_id, FingerprintPair.other_id)))
            .join(theirs, and_(theirs.id.in_((FingerprintPair.one_id, FingerprintPair.other_id)), theirs.id != mine.id))
            .where(self._meets_threshold(threshold), mine.survivor_id.in_(wanted))
        )
        return set(self._session.scalars(query)) | self._alike_removed(track_ids, threshold=threshold)

    def _alike_removed(self, track_ids: Collection[UUID], *, threshold: MatchThreshold) -> set[UUID]:
        """The recordings that are alike those of the tracks that were removed."""
        ends = (FingerprintPair.one_id, FingerprintPair.other_id)
        query = (
            select(Track.survivor_id)
            .select_from(FingerprintPair)
            .join(Track, Track.id.in_(ends))
            .join(DeletedTrack, DeletedTrack.id.in_(ends))
            .where(self._meets_threshold(threshold), DeletedTrack.id.in_(track_ids))
        )
        return set(self._session.scalars(query))

    def list_alike_members(self, track_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
        """Of each of these recordings, named by the track that stands for it: the tracks of recordings alike it."""
        mine, theirs, member = aliased(Track), aliased(Track), aliased(Track)
        query = (
            select(mine.survivor_id, member.id)
            .select_from(FingerprintPair)
            .join(mine, mine.id.in_((FingerprintPair.one_id, FingerprintPair.other_id)))
            .join(theirs, and_(theirs.id.in_((FingerprintPair.one_id, FingerprintPair.other_id)), theirs.id != mine.id))
            .join(member, member.survivor_id == theirs.survivor_id)
            .where(
                self._meets_threshold(GROUP), mine.survivor_id.in_(track_ids), theirs.survivor_id != mine.survivor_id
            )
        )
        return [(asked, other) for asked, other in self._session.execute(query)]

    def count_not_compared(self, track_ids: Collection[UUID]) -> int:
        """How many of these tracks' recordings have no fingerprint: nobody knows what they are a copy of."""
        member = aliased(Track)
        has_one = (
            exists()
            .where(member.survivor_id == Track.survivor_id, FingerprintRow.track_id == member.id)
            .where(FingerprintRow.version == self._version, func.octet_length(FingerprintRow.words) > 0)
        )
        recordings = func.count(Track.survivor_id.distinct())
        return self._session.scalar(select(recordings).where(Track.id.in_(track_ids), ~has_one)) or 0

    @contextmanager
    def _only_bitmaps(self) -> Iterator[None]:
        """Let the planner read by no other index than one that answers for arrays."""
        ways = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
        for way in ways:
            self._session.execute(text(f"set local {way} = off"))
        yield
        for way in ways:
            self._session.execute(text(f"set local {way} = on"))

    def _meets_threshold(self, threshold: MatchThreshold) -> ColumnElement[bool]:
        return and_(
            FingerprintPair.version == self._version,
            FingerprintPair.bit_error_rate <= threshold.bit_error_rate,
            FingerprintPair.level_deviation_db <= threshold.level_deviation_db,
            FingerprintPair.overlap >= threshold.overlap,
        )

    def _forget_pairs(self, track_ids: Collection[UUID]) -> None:
        self._session.execute(
            delete(FingerprintPair).where(
                or_(FingerprintPair.one_id.in_(track_ids), FingerprintPair.other_id.in_(track_ids)),
                FingerprintPair.version == self._version,
            )
        )


def _select_recordings(track_ids: Collection[UUID]) -> Select[UUID]:
    """All tracks of the recordings of these tracks."""
    mine, track = aliased(Track), aliased(Track)
    return select(track.id).join(mine, mine.survivor_id == track.survivor_id).where(mine.id.in_(track_ids))


def _decode_row(words: bytes, levels: bytes) -> Fingerprint:
    return Fingerprint(
        words=np.frombuffer(words, "<u4").astype(np.uint32),
        levels=np.frombuffer(levels, np.uint8).reshape(-1, N_BANDS),
    )
