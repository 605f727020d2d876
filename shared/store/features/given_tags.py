"""The tags that tracks are given by what a tagger gave for them (`shared.domain.track_tags`)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from shared.arrays import Tensor
from shared.domain.taggers import MUSICNN
from shared.domain.track_tags import TAG_RULES
from shared.store.base_repository import BaseRepository
from shared.store.features.output_values import decode_values
from shared.store.tables import TaggerOutputRow, Track, TrackTagRow

TAG_VERSION = TAG_RULES.tagger_fingerprint
"""The version of the tagger whose tags are read."""


class GivenTagRepository(BaseRepository):
    """All SQL on the tags that a tagger gives."""

    def list_by_track(self, track_ids: Collection[UUID]) -> dict[UUID, dict[str, float]]:
        """The tags of surviving tracks with their standardised logits, the clearest first."""
        query = (
            select(Track.survivor_id, TrackTagRow.tag, TrackTagRow.score)
            .join(Track, Track.id == TrackTagRow.track_id)
            .where(
                Track.survivor_id.in_(list(track_ids)), TrackTagRow.fingerprint == TAG_VERSION, is_heard_first(Track)
            )
            .order_by(TrackTagRow.score.desc(), TrackTagRow.tag)
        )
        by_track: dict[UUID, dict[str, float]] = {}
        for track_id, tag, score in self._session.execute(query):
            by_track.setdefault(track_id, {})[tag] = float(score)
        return by_track

    def give_missing(self, *, limit: int) -> int:
        """Give tags to at most `limit` tracks whose stored values were not read by the rules of today; how many."""
        row = TaggerOutputRow
        query = (
            select(row.track_id, row.values)
            .where(
                row.tagger == MUSICNN.name,
                row.fingerprint == TAG_VERSION,
                # two ranges, not "is distinct": an index finds them
                or_(
                    row.tag_rules.is_(None),
                    row.tag_rules < TAG_RULES.fingerprint,
                    row.tag_rules > TAG_RULES.fingerprint,
                ),
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = self._session.execute(query).all()
        replace_tags(self._session, {track_id: decode_values(values) for track_id, values in rows})
        return len(rows)


def is_heard_first(track: Any) -> ColumnElement[bool]:
    """Whether the tags of a track are those of its recording: of the tracks that the tagger described the survivor
    itself, else the oldest.
    """
    other = aliased(Track)
    is_before = and_(
        other.survivor_id == track.survivor_id,
        other.id != track.id,
        or_(other.id == track.survivor_id, other.id < track.id),
    )
    has_outputs = and_(
        TaggerOutputRow.track_id == other.id,
        TaggerOutputRow.tagger == MUSICNN.name,
        TaggerOutputRow.fingerprint == TAG_VERSION,
    )
    # nearly every track stands for itself: nothing has to be looked up of it
    return or_(track.merged_into.is_(None), ~exists().where(is_before, has_outputs))


def replace_tags(session: Session, outputs: Mapping[UUID, Tensor]) -> None:
    """Give tracks the tags that follow from their values `(MUSICNN.n_values,)`, in place of those they had."""
    if not outputs:
        return
    mine = TrackTagRow.tagger == MUSICNN.name, TrackTagRow.fingerprint == TAG_VERSION
    session.execute(delete(TrackTagRow).where(TrackTagRow.track_id.in_(outputs.keys()), *mine))
    rows = list(_tag_rows(outputs.items()))
    if rows:
        session.execute(insert(TrackTagRow), rows)
    session.execute(
        update(TaggerOutputRow)
        .where(
            TaggerOutputRow.track_id.in_(outputs.keys()),
            TaggerOutputRow.tagger == MUSICNN.name,
            TaggerOutputRow.fingerprint == TAG_VERSION,
        )
        .values(tag_rules=TAG_RULES.fingerprint)
        .execution_options(synchronize_session=False)
    )


def _tag_rows(outputs: Iterable[tuple[UUID, Tensor]]) -> Iterable[dict[str, object]]:
    for track_id, values in outputs:
        for tag, score in TAG_RULES.give_tags(values.tolist()).items():
            yield {
                "track_id": track_id,
                "tagger": MUSICNN.name,
                "fingerprint": TAG_VERSION,
                "tag": tag,
                "score": score,
            }
