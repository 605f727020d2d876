"""The range of each catalogue value: what lies outside is no value of that column.

Source: Spotify's reference of its audio features (0 to 1 for the seven measures, pitch classes 0 to 11, mode 0 or 1,
loudness "typically between -60 and 0 dB"), widened where real catalogues go beyond: loud masters reach +1.3 dB, and
time signatures of 0 and 1 occur.
"""

from collections.abc import Mapping
from types import MappingProxyType

UNIT_COLUMNS = (
    "danceability",
    "energy",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
)
"""Measures from 0 to 1, which some tables write as 0 to 100."""

CATALOGUE_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        **dict.fromkeys(UNIT_COLUMNS, (0.0, 1.0)),
        "key": (0.0, 11.0),
        "loudness": (-70.0, 10.0),
        "mode": (0.0, 1.0),
        "tempo": (1.0, 400.0),
        "duration_ms": (1.0, 86_400_000.0),
        "time_signature": (0.0, 32.0),
    }
)
"""Column → lowest and highest value, both included. Loudness in dB, tempo in beats a minute, at most a day of music."""

_WHOLE = frozenset({"key", "mode", "time_signature"})
_NOT_FOUND = MappingProxyType({"key": -1.0, "tempo": 0.0, "duration_ms": 0.0})
"""What catalogues write where they found no value."""


def is_in_range(column: str, value: float) -> bool:
    """Whether the column can have this value."""
    low, high = CATALOGUE_RANGES[column]
    return low <= value <= high and (column not in _WHOLE or value == int(value))


def is_placeholder(column: str, value: float) -> bool:
    """Whether a catalogue writes this value where it found none: key -1, tempo 0, length 0."""
    return _NOT_FOUND.get(column) == value


def describe_range(column: str) -> str:
    """The range as a person reads it: `0 to 1`."""
    low, high = CATALOGUE_RANGES[column]
    return f"{low:g} to {high:,.15g}" + (", whole numbers" if column in _WHOLE else "")
