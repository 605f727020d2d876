"""Cursors of sorted lists: `title:<track id>:<value>`. In the order in which tracks were added it is the id alone."""

import math
from uuid import UUID

from services.api.errors import invalid_cursor
from shared.store.tracks.sorted_tracks import SortKey, TrackOrder, TrackPosition


def format_cursor(order: TrackOrder, position: TrackPosition) -> str:
    """The cursor of what comes after a position; without a value where the track lacks the key."""
    if order.key is SortKey.ADDED:
        return str(position.track_id)
    value = "" if position.value is None else f":{position.value}"
    return f"{order.key.value}:{position.track_id}{value}"


def parse_sorted_cursor(order: TrackOrder, cursor: str | None) -> TrackPosition | None:
    """The position that `format_cursor` gave. Raises ProblemError (422) for a cursor of another list."""
    if cursor is None:
        return None
    parts = [order.key.value, cursor] if order.key is SortKey.ADDED else cursor.split(":", 2)
    if len(parts) < 2 or parts[0] != order.key.value or "\0" in cursor:  # noqa: PLR2004 (a key and an id)
        raise invalid_cursor(cursor)
    try:
        track_id = UUID(parts[1])
        value: str | float | None = parts[2] if len(parts) > 2 else None  # noqa: PLR2004
        if value is not None and order.key in {SortKey.DURATION, SortKey.CERTAINTY}:
            value = float(value)
            if not math.isfinite(value):
                raise invalid_cursor(cursor)
    except ValueError:
        raise invalid_cursor(cursor) from None
    return TrackPosition(value, track_id)
