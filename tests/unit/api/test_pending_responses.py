"""Waiting for a result that a worker makes."""

import asyncio
from collections.abc import Iterator

from services.api.pending_responses import wait_for_result


def answers_of(values: list[object]) -> Iterator[object]:
    yield from values
    while True:
        yield values[-1]


def test_the_result_is_asked_for_when_it_is_ready_and_not_before() -> None:
    is_ready, asked = answers_of([False, False, True]), []

    def poll() -> str | None:
        asked.append("asked")
        return "the result" if len(asked) > 1 else None

    found = asyncio.run(wait_for_result(5, poll, is_ready=lambda: bool(next(is_ready))))
    assert (found, len(asked)) == ("the result", 2), "once at first, and once when it was ready"


def test_a_result_that_is_there_is_given_without_waiting() -> None:
    assert asyncio.run(wait_for_result(0, lambda: 7, is_ready=lambda: False)) == 7


def test_nobody_waits_for_longer_than_asked() -> None:
    assert asyncio.run(wait_for_result(0.05, lambda: None)) is None
