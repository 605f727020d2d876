"""A large library is counted beside requests, and never twice at once."""

import threading
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from services.api.models.starter_record import StarterRecords
from services.api.summary import service
from services.api.summary.schemas import SummaryResponse
from services.api.summary.service import QUICK_S, LibrarySummaries
from shared.store import Store
from shared.store.tracks.decisions import AnsweringModel
from tests.support.library_summaries import make_summary


class _SteppedCount:
    """Counts that take as long as the test says, on a clock of its own."""

    def __init__(self) -> None:
        self.now, self.took_s, self.n_counts = 0.0, 0.0, 0
        self.may_end = threading.Event()
        self.may_end.set()

    def read_clock(self) -> float:
        return self.now

    def count(self, *_: Any, **__: Any) -> SummaryResponse:
        self.may_end.wait(10)
        self.n_counts += 1
        self.now += self.took_s
        return make_summary(n_analysed=self.n_counts, counted_at=datetime.now(UTC))


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> _SteppedCount:
    stepped = _SteppedCount()
    monkeypatch.setattr(service, "count_library", stepped.count)
    return stepped


@pytest.fixture
def summaries(counts: _SteppedCount) -> LibrarySummaries:
    return LibrarySummaries(clock=counts.read_clock)


def ask(summaries: LibrarySummaries) -> int:
    summary = summaries.get_summary(
        cast("Store", None),
        AnsweringModel("mood4", None),
        synthetic=False,
        spec="spec",
        coverage=0.9,
        records=StarterRecords(),
    )
    return summary.n_analysed


def test_a_small_library_is_counted_for_every_request(summaries: LibrarySummaries) -> None:
    assert [ask(summaries) for _ in range(3)] == [1, 2, 3]


def test_a_large_library_is_counted_for_a_twentieth_of_the_time(
    summaries: LibrarySummaries, counts: _SteppedCount
) -> None:
    counts.took_s = 2.0
    assert ask(summaries) == 1
    counts.now = 39.0
    assert ask(summaries) == 1, "forty seconds after its start the next count is due"
    assert counts.n_counts == 1


def test_nobody_waits_for_the_next_count_of_a_large_library(summaries: LibrarySummaries, counts: _SteppedCount) -> None:
    counts.took_s = 2.0
    assert ask(summaries) == 1
    counts.now, counts.took_s = 100.0, 2 * QUICK_S
    counts.may_end.clear()
    assert [ask(summaries) for _ in range(3)] == [1, 1, 1]
    counts.may_end.set()
    summaries._threads.shutdown(wait=True)
    assert (ask(summaries), counts.n_counts) == (2, 2), "the three requests started one count"


def test_a_count_that_breaks_is_told_and_tried_again(
    summaries: LibrarySummaries, counts: _SteppedCount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(service, "count_library", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ask(summaries)
    assert ask(summaries) == 1
