from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from shared.domain.job import ItemCounts, JobPace, JobState, estimate_pace

START = datetime(2026, 1, 5, tzinfo=UTC)


def counts(*, done: int = 0, failed: int = 0, skipped: int = 0, queued: int = 0, running: int = 0) -> ItemCounts:
    requested = done + failed + skipped + queued + running
    return ItemCounts(requested=requested, queued=queued, running=running, done=done, failed=failed, skipped=skipped)


def pace_after(seconds: float, of: ItemCounts, *, listed: bool = True) -> JobPace:
    return estimate_pace(of, started_at=START, now=START + timedelta(seconds=seconds), listed=listed)


def test_the_rate_counts_all_that_ended_and_the_time_left_all_that_did_not() -> None:
    half = counts(done=20, failed=5, skipped=5, queued=50, running=10)
    assert pace_after(10, half) == JobPace(rate_per_s=3.0, time_left_s=20.0)


def test_no_time_is_left_when_all_is_done() -> None:
    assert pace_after(8, counts(done=4)) == JobPace(rate_per_s=0.5, time_left_s=0.0)


def test_the_time_left_is_unknown_while_the_source_is_still_listed() -> None:
    assert pace_after(10, counts(done=10, queued=10), listed=False) == JobPace(rate_per_s=1.0, time_left_s=None)


@pytest.mark.parametrize(
    ("of", "started_at", "now"),
    [
        (counts(queued=10, running=2), START, START + timedelta(seconds=5)),
        (counts(done=1), None, START),
        (counts(done=1), START, START),
        (counts(done=1), START, START - timedelta(seconds=1)),
        (counts(), START, START + timedelta(seconds=5)),
    ],
    ids=["nothing ended", "never started", "in the same instant", "a clock set back", "nothing to do"],
)
def test_without_anything_to_measure_there_is_no_pace(
    of: ItemCounts, started_at: datetime | None, now: datetime
) -> None:
    assert estimate_pace(of, started_at=started_at, now=now, listed=True) == JobPace(rate_per_s=None, time_left_s=None)


def test_what_ended_is_what_was_done_failed_or_skipped() -> None:
    for done, failed, skipped in product(range(3), repeat=3):
        assert counts(done=done, failed=failed, skipped=skipped, queued=7).n_finished == done + failed + skipped


def test_a_job_is_over_when_it_is_done_failed_or_cancelled() -> None:
    assert {state for state in JobState if state.is_final} == {"done", "failed", "cancelled"}
