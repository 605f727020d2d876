"""Spotify-style catalogue values that are computed from audio, each with what it is worth."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.track import CATALOGUE_COLUMNS

COMPUTED = "computed"
"""The origin of catalogue values that the featurizer made from audio; every other origin delivered its own."""


class Status(StrEnum):
    """What a value is worth."""

    MEASURED = "measured"
    """Its definition is public, and it was measured from the audio."""
    PROXY = "proxy"
    """Its definition is not public: our own formula, documented, of the same range and direction."""
    NULL = "null"
    """Nothing honest can be said of this clip."""


@dataclass(frozen=True, kw_only=True)
class CatalogueValue:
    """One column of one track. `value` is None exactly if `status` is `null`."""

    name: str
    value: float | None
    status: Status

    def __post_init__(self) -> None:
        if (self.value is None) != (self.status is Status.NULL):
            raise ValueError(f"{self.name}: a value of {self.value} cannot be {self.status}")


COMPUTED_COLUMNS = (*CATALOGUE_COLUMNS, "loudness_dbfs")
"""What the featurizer computes, in this order: the 13 columns (`loudness` in LUFS), then the same as RMS in dBFS."""

_UNITS = {
    "key": "pitch class", "loudness": "LUFS", "tempo": "BPM", "duration_ms": "ms", "time_signature": "beats a bar",
    "loudness_dbfs": "dBFS",
}  # fmt: skip
COMPUTED_UNITS = {name: _UNITS.get(name, "1") for name in COMPUTED_COLUMNS}
"""The unit of each computed column, in order; `1` for shares and for `mode`."""
