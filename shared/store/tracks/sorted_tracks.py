"""Lists of tracks in another order than that in which they came, read by key; and what a whole list amounts to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import REAL, ColumnElement, Float, Select, Text, Uuid, and_, cast, false, func, or_, select, tuple_

from shared.store.base_repository import BaseRepository
from shared.store.tables import Prediction, Track
from shared.store.tracks.decisions import TrackDecisions
from shared.store.tracks.repository import TrackFilters, select_listed


class SortKey(StrEnum):
    """What a list is sorted by."""

    ADDED = "added"
    TITLE = "title"
    ARTIST = "artist"
    DURATION = "duration"
    CERTAINTY = "certainty"
    """The probability of what the answering model answers."""


@dataclass(frozen=True)
class TrackOrder:
    """A sort key and a direction. Tracks that lack the key come last in both; equal ones go by their ids."""

    key: SortKey
    descending: bool = False


@dataclass(frozen=True)
class TrackPosition:
    """Where a track stands in an order."""

    value: str | float | None
    """Of the key; None where the track lacks it, and of `SortKey.ADDED`, whose key is the id."""
    track_id: UUID


@dataclass(frozen=True)
class ListTotals:
    """A whole list."""

    n_tracks: int
    duration_s: float
    """Of the tracks whose duration is known."""


@dataclass(frozen=True, eq=False)
class _SortedQuery:
    """A query of tracks, and the column by which it is sorted; None: by the id alone."""

    tracks: Select[Track]
    value: Any
    id: Any
    """The id beside the value: of the table that has both in one index."""


class SortedTrackRepository(BaseRepository):
    """All SQL on sorted lists of surviving tracks. `decisions` name the models of `SortKey.CERTAINTY`."""

    def list_page(
        self,
        order: TrackOrder,
        decisions: Iterable[TrackDecisions],
        *,
        after: TrackPosition | None = None,
        limit: int,
        **filters: Unpack[TrackFilters],
    ) -> list[tuple[Track, TrackPosition]]:
        """The first `limit` tracks after a position, each with its own."""
        listed = _select_sorted(order, decisions, **filters)
        rows: list[tuple[Track, TrackPosition]] = []
        for part in _list_parts(listed, order, after):
            query = part.limit(limit - len(rows))
            columns = query.add_columns(listed.value) if listed.value is not None else query
            for track, *value in self._session.execute(columns):
                rows.append((track, TrackPosition(value[0] if value else None, track.id)))
            if len(rows) == limit:
                break
        return rows

    def count_totals(self, **filters: Unpack[TrackFilters]) -> ListTotals:
        """How many tracks a list has, and how long they are together."""
        n_tracks, duration_s = self._session.execute(
            select_listed(**filters).with_only_columns(
                func.count(), func.coalesce(func.sum(Track.duration_s), 0.0), maintain_column_froms=True
            )
        ).one()
        return ListTotals(n_tracks, float(duration_s or 0.0))

    def list_page_ends(
        self,
        order: TrackOrder,
        decisions: Iterable[TrackDecisions],
        *,
        size: int,
        **filters: Unpack[TrackFilters],
    ) -> list[TrackPosition]:
        """The positions of every `size`-th track."""
        listed = _select_sorted(order, decisions, **filters)
        columns = _turn((Track.id,), order)
        if listed.value is not None:
            columns = (_turn((listed.value,), order)[0].nulls_last(), *columns)
        value = [listed.value.label("value")] if listed.value is not None else []
        numbered = (
            listed.tracks.with_only_columns(
                Track.id.label("id"),
                *value,
                func.row_number().over(order_by=columns).label("number"),
                maintain_column_froms=True,
            )
        ).subquery()
        wanted = [numbered.c.id, *([numbered.c.value] if value else [])]
        query = select(*wanted).where(numbered.c.number % size == 0).order_by(numbered.c.number)
        return [TrackPosition(row[1] if value else None, row[0]) for row in self._session.execute(query)]


def _select_sorted(
    order: TrackOrder, decisions: Iterable[TrackDecisions], **filters: Unpack[TrackFilters]
) -> _SortedQuery:
    listed = select_listed(**filters)
    if order.key is SortKey.CERTAINTY:
        answers = or_(
            false(),
            *(
                and_(Track.synthetic == of_library.synthetic, Prediction.model_id == of_library.answering.model.id)
                for of_library in decisions
                if of_library.answering.model is not None
            ),
        )
        return _SortedQuery(
            listed.outerjoin(Prediction, and_(Prediction.track_id == Track.id, answers)),
            Prediction.highest,
            Prediction.track_id,
        )
    columns = {SortKey.TITLE: Track.title_key, SortKey.ARTIST: Track.artist_key, SortKey.DURATION: Track.duration_s}
    return _SortedQuery(listed, columns.get(order.key), Track.id)


def _turn(columns: tuple[Any, ...], order: TrackOrder) -> tuple[Any, ...]:
    return tuple(column.desc() if order.descending else column.asc() for column in columns)


def _list_parts(listed: _SortedQuery, order: TrackOrder, after: TrackPosition | None) -> list[Select[Any]]:
    """What is left of the list after a position: first the tracks that have the key, then those that lack it. Each is
    in the order of an index.
    """
    by_id = (Track.id,)
    if listed.value is None:
        rest = listed.tracks if after is None else listed.tracks.where(_is_after(by_id, (after.track_id,), order))
        return [rest.order_by(*_turn(by_id, order))]
    by_value = (listed.value, listed.id)
    having = listed.tracks.where(listed.value.is_not(None)).order_by(*_turn(by_value, order))
    lacking = listed.tracks.where(listed.value.is_(None)).order_by(*_turn(by_id, order))
    if after is None:
        return [having, lacking]
    if after.value is None:
        return [lacking.where(_is_after(by_id, (after.track_id,), order))]
    value = cast(after.value, _value_type(order.key))
    return [having.where(_is_after(by_value, (value, after.track_id), order)), lacking]


def _value_type(key: SortKey) -> Any:
    """As in the table: a probability of another width would not be found again."""
    if key is SortKey.CERTAINTY:
        return REAL
    return Float(53) if key is SortKey.DURATION else Text


def _is_after(columns: tuple[Any, ...], values: tuple[Any, ...], order: TrackOrder) -> ColumnElement[bool]:
    left, right = tuple_(*columns), tuple_(*values[:-1], cast(values[-1], Uuid))
    after: ColumnElement[bool] = left < right if order.descending else left > right
    return after
