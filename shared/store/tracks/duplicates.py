"""Which tracks may be one recording: candidates by key, and the questions that a person answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, Integer, and_, cast, func, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.orm import aliased

from shared.store.base_repository import RowRepository
from shared.store.features.spec_stages import SpecStages, is_representative
from shared.store.tables import Duplicate, FeatureSet, Track
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository

_MAX_CANDIDATES = 50
"""Partners looked at a track and key: a block of a thousand equal names is a star of questions, not a million pairs."""
_STRIPES = 128


@dataclass(frozen=True, kw_only=True)
class DuplicateSuggestion:
    """Two tracks that are likely one."""

    one: UUID
    other: UUID
    score: float
    why: str


@dataclass(frozen=True, kw_only=True)
class SameExcerpt:
    """Two tracks of one length whose described window is the same, sample by sample."""

    one: UUID
    other: UUID
    audio_sha256: str
    """Of the window."""
    decoded_sha256: Mapping[UUID, str | None]
    """Of all decoded samples of each, as far as it is known."""


class DuplicateRepository(RowRepository[Duplicate, int]):
    """All SQL on possible duplicates."""

    row_type = Duplicate

    def lock_keys(self, keys: Iterable[str]) -> None:
        """Let no other transaction look for partners by these keys until this one has ended.

        Two workers that add the same recording at once would otherwise each see none. The locks are taken in one
        order and come from a small set, so that a large batch does not use up the server's.
        """
        stripes = sorted({sum(key.encode()) % _STRIPES for key in keys})
        if stripes:
            wanted = func.unnest(cast(stripes, ARRAY(BigInteger))).table_valued("stripe").render_derived()
            name = func.hashtext("mer/identity")
            self._session.execute(
                select(func.pg_advisory_xact_lock(name, cast(wanted.c.stripe, Integer))).select_from(wanted)
            )

    def list_tracks(self, track_ids: Iterable[UUID]) -> Sequence[Track]:
        """The rows of these tracks, by age."""
        query = select(Track).where(Track.id.in_(list(track_ids))).order_by(Track.id)
        return self._session.scalars(query.execution_options(populate_existing=True)).all()

    def list_candidates(self, track_ids: Sequence[UUID], *, near_s: float) -> list[tuple[UUID, Track]]:
        """`(track, a track that may be the same)`: same ISRC, or a key in common and durations at most `near_s` apart.

        Real and synthetic tracks are never candidates of each other, nor tracks that are one already.
        """
        candidates: list[tuple[UUID, Track]] = []
        mine = aliased(Track)
        gap_s = func.abs(Track.duration_s - mine.duration_s)
        near = gap_s <= near_s
        unknown = Track.duration_s.is_(None) | mine.duration_s.is_(None)
        for alike in (
            and_(Track.isrc == mine.isrc, near | unknown),
            and_(Track.identity_keys.overlap(mine.identity_keys), near),
        ):
            partners = (
                select(Track)
                .where(
                    alike, Track.id != mine.id, Track.synthetic == mine.synthetic, Track.survivor_id != mine.survivor_id
                )
                # sorted by what no index has: with a bare limit the planner would rather read the whole table
                .order_by(gap_s, Track.id)
                .limit(_MAX_CANDIDATES)
                .correlate(mine)
                .lateral()
            )
            partner = aliased(Track, partners)
            query = select(mine.id, partner).join(partners, true()).where(mine.id.in_(track_ids))
            candidates += [(track_id, other) for track_id, other in self._session.execute(query)]
        return candidates

    def list_same_excerpt(self, track_ids: Sequence[UUID], *, spec: str, close_s: float = 0.1) -> list[SameExcerpt]:
        """The tracks with others, the oldest first, of the same length whose described window is the same.

        Of others that are one recording already, with one hash of all samples, one is named.
        """
        # what decides which window of the sound is hashed; of two specs with different windows nothing could be said
        specs = SpecStages(self._session).list_specs_sharing(spec, ("descriptors", "mel"))
        mine, theirs = aliased(FeatureSet), aliased(FeatureSet)
        me, they = aliased(Track), aliased(Track)
        hashes = self._session.scalars(
            select(mine.audio_sha256).where(
                mine.track_id.in_(track_ids), mine.spec == spec, mine.audio_sha256.is_not(None)
            )
        ).all()
        self.lock_keys(f"audio/{digits}" for digits in hashes if digits)
        of_one_kind = (mine.track_id, they.survivor_id, theirs.decoded_sha256)
        query = (
            select(mine.track_id, theirs.track_id, mine.audio_sha256, mine.decoded_sha256, theirs.decoded_sha256)
            .join(theirs, and_(theirs.audio_sha256 == mine.audio_sha256, theirs.track_id != mine.track_id))
            .join(me, me.id == mine.track_id)
            .join(they, they.id == theirs.track_id)
            .where(
                mine.track_id.in_(track_ids),
                mine.spec == spec,
                is_representative(theirs, specs),
                me.synthetic == they.synthetic,
                me.survivor_id != they.survivor_id,
                func.abs(mine.duration_s - theirs.duration_s) <= close_s,
            )
            .ext(distinct_on(*of_one_kind))
            .order_by(*of_one_kind, theirs.track_id)
        )
        pairs = [
            SameExcerpt(
                one=one, other=other, audio_sha256=digits or "", decoded_sha256={one: all_one, other: all_other}
            )
            for one, other, digits, all_one, all_other in self._session.execute(query)
        ]
        return sorted(pairs, key=lambda pair: (pair.one, pair.other))

    def suggest_pairs(self, suggestions: Sequence[DuplicateSuggestion]) -> int:
        """Ask about pairs that were never asked about; how many are new."""
        rows = {
            ends: {"one_id": ends[0], "other_id": ends[1], "score": s.score, "why": s.why, "state": "open"}
            for s in suggestions
            for ends in [tuple(sorted((s.one, s.other)))]
        }
        if not rows:
            return 0
        query = insert(Duplicate).values(list(rows.values())).on_conflict_do_nothing().returning(Duplicate.id)
        return len(self._session.scalars(query).all())

    def list_page(
        self, *, state: str = "open", after: tuple[float, int] | None = None, limit: int = 50
    ) -> Sequence[tuple[Duplicate, UUID, UUID]]:
        """`(question, surviving track, surviving track)`, the likeliest first; open ones only while there are two."""
        one, other = aliased(Track), aliased(Track)
        query = (
            select(Duplicate, one.survivor_id, other.survivor_id)
            .join(one, one.id == Duplicate.one_id)
            .join(other, other.id == Duplicate.other_id)
            .where(Duplicate.state == state)
            .order_by(Duplicate.score.desc(), Duplicate.id.desc())
            .limit(limit)
        )
        if state == "open":
            query = query.where(one.survivor_id != other.survivor_id)
        if after is not None:
            query = query.where(tuple_(Duplicate.score, Duplicate.id) < after)
        return [(row, a, b) for row, a, b in self._session.execute(query)]

    def resolve_pair(self, duplicate_id: int, *, merge: bool, who: str, keep: UUID | None = None) -> Duplicate | None:
        """Answer a question; None where it was answered before, or is none. `keep` is the track that shall survive."""
        row = self._session.get(Duplicate, duplicate_id, with_for_update=True, populate_existing=True)
        if row is None or row.state != "open":
            return None
        if merge:
            pair = MergePair(
                one=row.one_id, other=row.other_id, reason=MergeReason.PERSON, who=who, score=row.score, why=row.why
            )
            MergeRepository(self._session).unite_pairs([pair], keep=keep)
        self._session.execute(
            update(Duplicate)
            .where(Duplicate.id == duplicate_id)
            .values(state="merged" if merge else "dismissed", who=who, resolved_at=func.now())
            .execution_options(synchronize_session=False)
        )
        self._session.refresh(row)
        return row
