"""Two models of tags, or of valence and arousal, side by side: what comes, goes or moves if one answers for the other.

Only tracks count that both have scored and that are not missing. What a person said of a track stands over every model
there, so it is held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Result, text
from sqlalchemy.orm import Session

from shared.domain.targets import ValenceArousal
from shared.store.base_repository import BaseRepository
from shared.store.tables import Model
from shared.store.tracks.missing_tracks import is_shown
from shared.store.tracks.standing_annotations import STANDING


@dataclass(frozen=True, kw_only=True)
class FlipCounts:
    """How many tracks both models have scored, of how many the answer would change, and of how many further ones it
    differs where a person decided.
    """

    compared: int
    changed: int
    held: int


@dataclass(frozen=True, kw_only=True)
class TagFlip:
    """A track with the tags that it would get and those that it would lose, each sorted."""

    track_id: UUID
    title: str | None
    artist: str | None
    came: tuple[str, ...]
    went: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HeadChange:
    """A track with both of its points."""

    track_id: UUID
    title: str | None
    artist: str | None
    before: ValenceArousal
    after: ValenceArousal
    distance: float
    """Straight, on a plane whose sides are 2."""


class TagFlips(BaseRepository):
    """All SQL on what two models of tags say of the same tracks."""

    def __init__(self, session: Session, *, model: Model, against: Model) -> None:
        super().__init__(session)
        self._given = {"model": model.id, "against": against.id, **_align_tags(model, against)}

    def count_flips(self) -> FlipCounts:
        """How many tracks would get or lose a tag."""
        row = self._run_query(_N_TURNED).one()
        return FlipCounts(compared=row.compared, changed=row.changed, held=row.held)

    def count_by_tag(self) -> dict[str, tuple[int, int]]:
        """How many tracks would get each tag and how many would lose it, the most frequent change first."""
        return {row.tag: (row.came, row.went) for row in self._run_query(_BY_TAG)}

    def list_page(self, *, after: UUID | None, limit: int) -> Sequence[TagFlip]:
        """Tracks that would get or lose a tag, in the order of their ids."""
        return [
            TagFlip(
                track_id=row.track_id, title=row.title, artist=row.artist, came=tuple(row.came), went=tuple(row.went)
            )
            for row in self._run_query(_TURNED_TRACKS, after=after, limit=limit)
        ]

    def _run_query(self, what: str, **given: Any) -> Result[Any]:
        return self._session.execute(text(_BOTH + _HELD + _BY_TAGS + _TURNED + what), self._given | given)


class HeadChanges(BaseRepository):
    """All SQL on what two models of valence and arousal say of the same tracks."""

    def __init__(self, session: Session, *, model: Model, against: Model, at_least: float) -> None:
        """`at_least`: the distance from which on a track is said to move."""
        super().__init__(session)
        self._given = {"model": model.id, "against": against.id, "at_least": at_least}

    def count_flips(self) -> FlipCounts:
        """How many tracks would move."""
        row = self._run_query(_N_MOVED).one()
        return FlipCounts(compared=row.compared, changed=row.changed, held=row.held)

    def count_crossings(self) -> dict[tuple[str, str], int]:
        """(from, to) → tracks whose quadrant would be another, however far they move, the most frequent first."""
        return {(row.word_before, row.word_now): row.n_tracks for row in self._run_query(_CROSSED)}

    def list_page(self, *, after: UUID | None, limit: int) -> Sequence[HeadChange]:
        """Tracks that would move, the farthest first, on after the track `after` of this list."""
        return [
            HeadChange(
                track_id=row.track_id,
                title=row.title,
                artist=row.artist,
                before=(row.v0, row.a0),
                after=(row.v1, row.a1),
                distance=row.distance,
            )
            for row in self._run_query(_FARTHEST, after=after, limit=limit)
        ]

    def _run_query(self, what: str, **given: Any) -> Result[Any]:
        return self._session.execute(text(_BOTH + _HELD + _BY_VALENCE_AROUSAL + _MOVED + what), self._given | given)


def _align_tags(model: Model, against: Model) -> dict[str, list[Any]]:
    """The tags of both; the place and the threshold of each in either model, null where that does not answer it."""
    ours, theirs = (_index_tags(one) for one in (model, against))
    tags = list(dict.fromkeys([*ours, *theirs]))
    given: dict[str, list[Any]] = {"tags": tags}
    for whose, answered in (("our", ours), ("their", theirs)):
        outputs = [answered.get(tag, (None, None)) for tag in tags]
        given |= {f"{whose}_at": [at for at, _ in outputs], f"{whose}_from": [limit for _, limit in outputs]}
    return given


def _index_tags(model: Model) -> Mapping[str, tuple[int, float]]:
    limits = model.metrics["thresholds"]
    return {tag: (at, limits[tag]) for at, tag in enumerate(model.card["classes"], start=1)}


_BOTH = f"""
    with said as (
        select ours.track_id, ours.probabilities as now, theirs.probabilities as before,
            ours.emotion as word_now, theirs.emotion as word_before
        from predictions ours join predictions theirs on theirs.track_id = ours.track_id
            join tracks on tracks.id = ours.track_id
        where ours.model_id = :model and theirs.model_id = :against and {is_shown()}
    )
"""  # noqa: S608 - our own words
_PEOPLES = """
    , held as (
        select tracks.survivor_id as track_id from annotations
        join annotators on annotators.id = annotations.annotator_id
        join tracks on tracks.id = annotations.track_id
        where annotators.kind = 'person' and
"""
_HELD = f"{_PEOPLES} {STANDING} and "
_BY_TAGS = "annotations.tags is not null)"
_BY_VALENCE_AROUSAL = "annotations.valence is not null and annotations.arousal is not null)"

_TURNED = """
    , turned as (
        select track_id, tag, coalesce(now[our_at] >= our_from, false) as comes
        from said cross join unnest(
            cast(:tags as text[]), cast(:our_at as int[]), cast(:our_from as real[]),
            cast(:their_at as int[]), cast(:their_from as real[])
        ) as each (tag, our_at, our_from, their_at, their_from)
        where coalesce(now[our_at] >= our_from, false) <> coalesce(before[their_at] >= their_from, false)
    ), flipped as (
        select track_id, track_id in (select track_id from held) as is_held,
            array_remove(array_agg(case when comes then tag end order by tag), null) as came,
            array_remove(array_agg(case when comes then null else tag end order by tag), null) as went
        from turned group by track_id
    )
"""
"""Thresholds are compared as `real`, in which predictions are kept: what is shown as equal is equal."""
_N_TURNED = """
    select (select count(*) from said) as compared, count(*) filter (where not is_held) as changed,
        count(*) filter (where is_held) as held
    from flipped
"""
_BY_TAG = """
    select tag, count(*) filter (where comes) as came, count(*) filter (where not comes) as went
    from turned join flipped on flipped.track_id = turned.track_id
    where not is_held group by tag order by count(*) desc, tag
"""
_TURNED_TRACKS = """
    select flipped.track_id, title, artist, came, went from flipped join tracks on tracks.id = flipped.track_id
    where not is_held and (cast(:after as uuid) is null or flipped.track_id > :after)
    order by flipped.track_id limit :limit
"""

_MOVED = """
    , moved as (
        select track_id, before[1] as v0, before[2] as a0, now[1] as v1, now[2] as a1, word_before, word_now,
            sqrt((now[1] - before[1]) ^ 2 + (now[2] - before[2]) ^ 2) as distance,
            track_id in (select track_id from held) as is_held
        from said
    )
"""
_N_MOVED = """
    select count(*) as compared, count(*) filter (where distance >= :at_least and not is_held) as changed,
        count(*) filter (where distance >= :at_least and is_held) as held
    from moved
"""
_CROSSED = """
    select word_before, word_now, count(*) as n_tracks from moved
    where not is_held and word_before <> word_now group by 1, 2 order by 3 desc, 1, 2
"""
_FARTHEST = """
    , last as (select distance from moved where track_id = :after)
    select moved.*, title, artist from moved join tracks on tracks.id = moved.track_id
    where not is_held and distance >= :at_least and (
        cast(:after as uuid) is null
        or distance < (select distance from last)
        or (distance = (select distance from last) and moved.track_id > :after)
    )
    order by distance desc, moved.track_id limit :limit
"""
