"""Names the tests of a run that took longer than `SLOW_S` and do not say so.

`slow`: more than a second or two, part of `make test` and not of `make quick`; a run names those without it from
`SLOW_S` on. `long`: part of `make test-long` alone.
"""

from collections.abc import Iterable

import pytest

SLOW_S = 5.0
MARKERS = {"slow", "long"}


def name_unmarked(reports: Iterable[pytest.TestReport]) -> list[str]:
    """A line for each test without a marker whose own part took longer, the slowest first.

    What its fixtures took does not count: a server that is started once is set up by whichever test comes first.
    """
    slow = [
        (report.duration, report.nodeid)
        for report in reports
        if report.when == "call" and report.duration > SLOW_S and not MARKERS & set(report.keywords)
    ]
    return [f"{duration:6.1f} s {nodeid}" for duration, nodeid in sorted(slow, reverse=True)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = (report for found in terminalreporter.stats.values() for report in found)
    lines = name_unmarked(report for report in reports if isinstance(report, pytest.TestReport))
    if lines:
        terminalreporter.section(f"longer than {SLOW_S:.0f} s without the marker `slow`")
        for line in lines:
            terminalreporter.write_line(line)
