"""A job as the API reports it."""

from typing import Any, cast

from shared.domain.job_progress import ItemTally, JobProgress


def item_tally(**counts: int) -> ItemTally:
    """The counts that are named; the others are 0."""
    names = ("requested", "queued", "running", "done", "failed", "skipped")
    return cast("ItemTally", {**dict.fromkeys(names, 0), **counts})


def job_progress(**changes: Any) -> JobProgress:
    """A crawl that is done, but for `changes`."""
    job = JobProgress(
        id="1",
        kind="crawl",
        state="done",
        params={},
        items=item_tally(),
        reasons={},
        ignored={},
        missing=0,
        returned=0,
        rate_per_s=None,
        time_left_s=None,
        parked=None,
        waits=None,
        note=None,
        reason=None,
        detail=None,
        created_at="2026-11-30T10:00:00+00:00",
        started_at=None,
        finished_at=None,
        href="/jobs/1",
    )
    return cast("JobProgress", {**job, **changes})
