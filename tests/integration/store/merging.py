"""Tracks that are crawled, merged and parted, and what is asked of them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.track import CollectedTrack, SourceRef
from shared.store import Store
from shared.store.tables import Track
from shared.store.tracks.duplicate_resolution import resolve_duplicates
from shared.store.tracks.duplicates import DuplicateRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository

ISRC = "USRC17607839"


def collected(
    ref: str,
    *,
    title: str = "Ode",
    artist: str = "Vox",
    duration_s: float | None = 200.0,
    isrc: str | None = None,
    synthetic: bool = False,
) -> CollectedTrack:
    return CollectedTrack(
        refs=(SourceRef("table", ref),),
        title=title,
        artist=artist,
        duration_s=duration_s,
        isrc=isrc,
        synthetic=synthetic,
    )


def crawl(store: Store, *pieces: CollectedTrack) -> list[UUID]:
    """Register and settle as the crawler does, in one transaction."""

    def write(session: Session) -> list[UUID]:
        found = [TrackRepository(session).register_track(piece) for piece in pieces]
        resolve_duplicates(
            session,
            [one.track_id for one in found if one.learned],
            named_together=[(one.track_id, other) for one in found for other in one.also],
        )
        return [one.track_id for one in found]

    return store.transact_session("test.crawl", write)


def unite(store: Store, one: UUID, other: UUID, *, reason: MergeReason = MergeReason.PERSON) -> list[int]:
    pair = MergePair(one=one, other=other, reason=reason, who="the tests")
    return store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))


def undo(store: Store, merge_id: int) -> bool:
    return store.transact_session(
        "test.undo", lambda session: MergeRepository(session).undo_merge(merge_id, who="the tests")
    )


def survivors(store: Store, track_ids: list[UUID]) -> list[UUID]:
    with store.read_session() as session:
        rows = dict(session.execute(select(Track.id, Track.survivor_id).where(Track.id.in_(track_ids))).all())
    return [rows[track_id] for track_id in track_ids]


def questions(store: Store, state: str = "open") -> list[set[UUID]]:
    with store.read_session() as session:
        return [{row.one_id, row.other_id} for row, _, _ in DuplicateRepository(session).list_page(state=state)]
