"""Quiet hours that hold while a test runs."""

from datetime import UTC, datetime, timedelta


def hours_around_now() -> str:
    """From an hour ago to two hours from now, as `MER_QUIET_HOURS` is written, in UTC."""
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=2):%H:%M}"
