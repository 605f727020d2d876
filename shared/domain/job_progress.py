"""How far a job is, as JSON: the shape that the API answers with and that its clients read.

Times are ISO 8601 with their offset from UTC, durations in seconds.
"""

from typing import Any, TypedDict


class ItemTally(TypedDict):
    """The items of a job by state: requested = done + failed + skipped at the end."""

    requested: int
    queued: int
    running: int
    done: int
    failed: int
    skipped: int


class ParkedItems(TypedDict):
    """Items that wait for a source."""

    n_items: int
    """0 where the listing itself waits."""
    wake_at: str
    reason: str
    detail: str


class RestingItems(TypedDict):
    """Items that wait for the end of the quiet hours."""

    reason: str
    until: str
    time_left_s: float
    n_items: int
    detail: str


class JobProgress(TypedDict):
    """A job and how far it is."""

    id: str
    kind: str
    """A `JobKind`."""
    state: str
    """A `JobState`."""
    params: dict[str, Any]
    """Those of its kind."""
    items: ItemTally
    reasons: dict[str, int]
    """Items that failed or were skipped, by reason."""
    ignored: dict[str, int]
    """What the source holds and was passed over, by kind."""
    missing: int
    returned: int
    rate_per_s: float | None
    """Items a second."""
    time_left_s: float | None
    parked: ParkedItems | None
    waits: RestingItems | None
    note: str | None
    """What is being done just now."""
    reason: str | None
    detail: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    href: str
