"""Made-up catalogue values that rise with one number, each in the range of its column."""

_SCALES = {"tempo": (1.0, 100.0), "duration_ms": (1.0, 100_000.0), "length": (1.0, 100_000.0)}
"""Column → value at 0, and what 1 adds to it."""


def value_in_range(column: str, level: float) -> float:
    """A value of the column for a `level` in [0, 1.1)."""
    if column in {"key", "time_signature"}:
        return round(10 * level)
    if column == "mode":
        return int(level > 0.5)
    lowest, span = _SCALES.get(column, (0.0, 1 / 1.1))
    return round(lowest + span * level, 4)
