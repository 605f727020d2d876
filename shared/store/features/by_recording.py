"""Rows of tracks read by recording: any of the tracks of one serves all of them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from shared.store.tables import Track


def select_by_recording(table: Any, track_ids: Iterable[UUID], *, first: Any = None) -> Select[Any, Any]:
    """`(track asked for, row of a track of its recording)`: after `first` the track's own, then by age."""
    wanted, track = aliased(Track), aliased(Track)
    own_first = (track.id != wanted.id, track.id)
    return (
        select(wanted.id, table)
        .join(track, track.survivor_id == wanted.survivor_id)
        .join(table, table.track_id == track.id)
        .where(wanted.id.in_(list(track_ids)))
        .order_by(wanted.id, *(own_first if first is None else (first, *own_first)))
    )


def first_by_track(rows: Iterable[Any]) -> dict[UUID, Any]:
    """The first row of each track that was asked for."""
    first_rows: dict[UUID, Any] = {}
    for track_id, row in rows:
        first_rows.setdefault(track_id, row)
    return first_rows
