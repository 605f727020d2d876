"""The server-sent events of a job, read from a list of its states."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from uuid import UUID

from services.api.jobs.events import END_ID, stream_events
from services.api.schemas.job import ItemCountsResponse, JobResponse
from shared.errors import RetryableError

COUNTS = ItemCountsResponse(requested=4, queued=4, running=0, done=0, failed=0, skipped=0)


def build_job(state: str, note: str | None = None) -> JobResponse:
    return JobResponse(
        id=UUID(int=1),
        kind="crawl",
        state=state,
        params={},
        items=COUNTS,
        rate_per_s=None,
        time_left_s=None,
        note=note,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        started_at=None,
        finished_at=None,
        href="/jobs/1",
    )


def collect(*jobs: JobResponse, last_event_id: str | None = None) -> list[str]:
    """The events while the job is read so; after the last one the database is away."""
    remaining: Iterator[JobResponse] = iter(jobs)

    async def read_job() -> JobResponse:
        job = next(remaining, None)
        if job is None:
            raise RetryableError("the database is away")
        return job

    async def gather(events: AsyncIterator[str]) -> list[str]:
        return [event async for event in events]

    stream = stream_events(read_job, last_event_id=last_event_id, poll_interval_s=0.001, heartbeat_interval_s=0.003)
    return asyncio.run(gather(stream))


def test_each_change_is_one_event_with_an_id_and_the_end_follows() -> None:
    events = collect(build_job("queued"), build_job("running"), build_job("running"), build_job("done"))
    assert [event.count("event: job\n") for event in events] == [1, 1, 1, 0]
    ids = [event.partition("id: ")[2].partition("\n")[0] for event in events]
    assert len(set(ids)) == 4
    assert ids[-1] == END_ID
    assert "event: end\n" in events[-1]
    assert "\nretry: 2000\n" in events[0]
    assert sum("retry:" in event for event in events) == 1


def test_while_nothing_changes_comments_keep_the_connection() -> None:
    events = collect(*[build_job("running")] * 8, build_job("running", note="training svm"))
    comments = [event for event in events if event.startswith(": ")]
    assert len(comments) == 2
    assert "training svm" in events[-1]


def test_whoever_comes_back_gets_only_what_is_new() -> None:
    (first,) = collect(build_job("running"))
    seen = first.partition("id: ")[2].partition("\n")[0]
    (event,) = collect(build_job("running"), build_job("running", note="training svm"), last_event_id=seen)
    assert "training svm" in event
    assert "\nretry: " in event


def test_a_database_that_goes_away_ends_the_stream_without_the_end() -> None:
    assert not any("event: end" in event for event in collect(build_job("running")))
