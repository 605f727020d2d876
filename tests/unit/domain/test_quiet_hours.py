"""Quiet hours go by the clock on the wall, across midnight and across changed clocks."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shared.domain.quiet_hours import QuietHours

BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: Any, minute: int = 0, *, day: int = 10, month: Any = 6, zone: Any = BERLIN) -> Any:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


@pytest.mark.parametrize(
    ("hour", "minute", "is_quiet"),
    [(21, 59, False), (22, 0, True), (23, 59, True), (0, 0, True), (6, 59, True), (7, 0, False)],
)
def test_hours_may_cross_midnight_and_begin_inclusively(hour: int, minute: int, is_quiet: bool) -> None:
    assert QuietHours.parse("22:00-07:00").is_quiet(at(hour, minute), zone=BERLIN) is is_quiet


def test_a_moment_is_asked_in_the_zone_of_the_hours_and_not_in_its_own() -> None:
    hours = QuietHours.parse("22-7")
    assert hours.is_quiet(datetime(2026, 6, 10, 20, 30, tzinfo=UTC), zone=BERLIN)
    assert not hours.is_quiet(datetime(2026, 6, 10, 20, 30, tzinfo=UTC), zone=UTC)


def test_the_end_is_that_of_all_intervals_that_touch() -> None:
    hours = QuietHours.parse("22:00-24:00, 00:00-06:30,12:00-13:00")
    assert hours.end(at(23), zone=BERLIN) == at(6, 30, day=11)
    assert hours.end(at(12, 59, zone=BERLIN), zone=BERLIN) == at(13)
    assert hours.end(at(14), zone=BERLIN) is None


def test_an_end_that_the_clocks_skip_in_spring_comes_when_they_do() -> None:
    # on 29 March 2026 it is 3:00 after 1:59
    assert QuietHours.parse("22:00-02:30").end(at(1, day=29, month=3), zone=BERLIN) == at(3, 0, day=29, month=3)
    assert QuietHours.parse("22:00-07:00").end(at(1, day=29, month=3), zone=BERLIN) - at(
        1, day=29, month=3
    ) == timedelta(hours=5)


def test_an_hour_that_the_clocks_repeat_in_autumn_counts_twice() -> None:
    # on 25 October 2026 it is 2:00 again after 2:59
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert QuietHours.parse("02:00-03:00").end(first, zone=BERLIN) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


def test_without_a_zone_the_clock_of_this_machine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    local = datetime(2026, 6, 10, 12, 0).astimezone()
    hours = QuietHours.parse("12:00-12:01")
    assert hours.is_quiet(local.astimezone(timezone(timedelta(hours=9))))
    assert not hours.is_quiet(local + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("22:00", "22:00-07:00"),
        ("ten to seven", "22:00-07:00"),
        ("25:00-07:00", "no time 25:00"),
        ("22:61-07:00", "no time 22:61"),
        ("24:01-07:00", "no time 24:01"),
        ("07:00-07:00", "begin and end at one time"),
        ("00:00-24:00", "begin and end at one time"),
        ("00:00-12:00,12:00-24:00", "no minute of the day"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_how_it_is_written(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        QuietHours.parse(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [("22-7", "22:00-07:00"), (" 9:05 – 9:10 ", "09:05-09:10"), ("off", ""), ("22:00-24:00", "22:00-24:00")],
)
def test_one_way_of_writing_comes_of_many(text: str, normal: str) -> None:
    assert str(QuietHours.parse(text)) == normal
    assert QuietHours.parse(normal) == QuietHours.parse(text)
