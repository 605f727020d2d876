"""Quiet hours: times of the day in which no bulk work starts, by the clock on the wall.

`22:00-07:00` crosses midnight; several are separated by commas. The beginning belongs to them, the end does not. By the
wall clock means: an hour that the clocks skip in spring is not there, one that they repeat in autumn counts twice.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

MINUTES_A_DAY = 24 * 60
_INTERVAL = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")
_NONE = frozenset({"", "none", "off", "no", "never"})
_LONGEST_WAIT = timedelta(hours=49)
"""A day that is all quiet cannot be written, so two days and the changed clocks of one are enough to look at."""


@dataclass(frozen=True)
class QuietHours:
    """Intervals in minutes after midnight, `start` inclusive and `end` exclusive; none at all: work any time."""

    intervals: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """`22:00-07:00`, `22-7`, `12:00-13:30,22:00-07:00`, or `off`. Raises ValueError with what is wrong."""
        if text.strip().casefold() in _NONE:
            return cls()
        hours = cls(tuple(_interval(part) for part in text.split(",")))
        if all(hours.holds(minute) for minute in range(MINUTES_A_DAY)):
            raise ValueError(f"quiet hours {text!r} leave no minute of the day in which work may start")
        return hours

    def holds(self, minute: int) -> bool:
        """Whether a minute of the day is quiet."""
        return any(
            start <= minute < end if start < end else minute >= start or minute < end for start, end in self.intervals
        )

    def is_quiet(self, moment: datetime, *, zone: tzinfo | None = None) -> bool:
        """Whether `moment` (aware) is quiet in `zone`; None: the zone of this machine."""
        local = moment.astimezone(zone)
        return self.holds(60 * local.hour + local.minute)

    def end(self, moment: datetime, *, zone: tzinfo | None = None) -> datetime | None:
        """When the quiet time that `moment` lies in ends, in UTC; None where it lies in none."""
        if not self.is_quiet(moment, zone=zone):
            return None
        # Minute by minute, because a day with changed clocks has no simpler arithmetic that is right.
        later = moment.astimezone(UTC).replace(second=0, microsecond=0)
        last = later + _LONGEST_WAIT
        while later < last and self.is_quiet(later, zone=zone):
            later += timedelta(minutes=1)
        return later

    def __str__(self) -> str:
        """As `parse` reads it; empty where there are none."""
        return ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in self.intervals)


def _interval(text: str) -> tuple[int, int]:
    match = _INTERVAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"quiet hours are written like 22:00-07:00 (several with commas) or off, not {text.strip()!r}")
    start, end = _minute(match[1], match[2]), _minute(match[3], match[4])
    if start % MINUTES_A_DAY == end % MINUTES_A_DAY:
        raise ValueError(f"quiet hours {text.strip()!r} begin and end at one time: is it none of the day, or all?")
    return start % MINUTES_A_DAY, end


def _minute(hour: str, minute: str | None) -> int:
    minute_of_day = 60 * int(hour) + int(minute or 0)
    if int(minute or 0) > 59 or minute_of_day > MINUTES_A_DAY:  # noqa: PLR2004 (minutes an hour)
        raise ValueError(f"there is no time {hour}:{minute or '00'}: hours go from 00:00 to 24:00")
    return minute_of_day


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
