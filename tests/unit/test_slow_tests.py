"""Every run names the tests that take long and do not say so."""

from typing import Literal

import pytest

from tests.support.slow_tests import SLOW_S, name_unmarked


def report(
    name: str, duration_s: float, *markers: str, when: Literal["setup", "call", "teardown"] = "call"
) -> pytest.TestReport:
    keywords: dict[str, Literal[1]] = {marker: 1 for marker in markers}  # noqa: C420 - `fromkeys` makes it an int
    return pytest.TestReport(
        nodeid=name,
        location=("", 0, ""),
        keywords=keywords,
        outcome="passed",
        longrepr=None,
        when=when,
        duration=duration_s,
    )


def test_slow_tests_without_a_marker_are_named_the_slowest_first() -> None:
    reports = [report("a", SLOW_S + 1), report("b", SLOW_S + 2), report("quick", SLOW_S)]
    assert name_unmarked(reports) == ["   7.0 s b", "   6.0 s a"]


def test_marked_tests_and_what_fixtures_take_are_not_named() -> None:
    reports = [report("a", 60, "slow"), report("b", 60, "long"), report("c", 60, when="setup")]
    assert name_unmarked(reports) == []
