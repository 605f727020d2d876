"""Spotify-style catalogue values that are computed from audio, each with its status: measured, proxy or null.

Values that a table or a web source delivered are `delivered`.

Learned ones, which are shown in place of proxies where a track has them, are in `shared.domain.learned_columns`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.track import CATALOGUE_COLUMNS

COMPUTED = "computed"
"""The origin of catalogue values that the featurizer made from audio; every other origin delivered its own."""


class ValueStatus(StrEnum):
    """What a value is worth."""

    MEASURED = "measured"
    """Its definition is public, and it was measured from the audio."""
    PROXY = "proxy"
    """Its definition is not public: our own formula, documented, of the same range and direction."""
    LEARNED = "learned"
    """Learned from labelled clips: computed from descriptors and the outputs of audio taggers."""
    DELIVERED = "delivered"
    """From a table or a web source: how it was measured is not known here."""
    NULL = "null"
    """Nothing honest can be said of this clip."""


@dataclass(frozen=True, kw_only=True)
class CatalogueValue:
    """One column of one track. `value` is None exactly if `status` is `null`."""

    name: str
    value: float | None
    status: ValueStatus

    def __post_init__(self) -> None:
        if (self.value is None) != (self.status is ValueStatus.NULL):
            raise ValueError(f"{self.name}: a value of {self.value} cannot be {self.status}")


COMPUTED_COLUMNS = (*CATALOGUE_COLUMNS, "loudness_dbfs")
"""What the featurizer computes, in this order: the 13 columns (`loudness` in LUFS), then the same as RMS in dBFS."""

WITHOUT_FORMULA = {
    "speechiness": "no formula of ours tells speech from music",
    "liveness": "no formula of ours tells a concert from a studio",
}
"""Columns that are never computed, each with the reason."""

_UNCLEAR = {
    "tempo": "no pulse is clear",
    "time_signature": "neither three nor four beats a bar are clear",
    "key": "no key is clear",
    "mode": "no key is clear",
    "loudness": "nothing is loud or long enough to be measured",
    "energy": "nothing is loud or long enough to be measured",
    "loudness_dbfs": "digital silence",
}
NULL_REASONS = {**WITHOUT_FORMULA, **_UNCLEAR}
"""Why a computed column has no value; the columns that are not named always have one."""

COMPUTED_INPUTS = (
    "danceability",
    "energy",
    "loudness",
    "acousticness",
    "instrumentalness",
    "valence",
    "duration_ms",
)
"""The columns that a model of computed values reads: those that every clip has which is loud enough to be measured.

A column that is null for many tracks would have to be filled in, which gained nothing where it was tried (see decision
82), or would cost those tracks their answer.
"""

_UNITS = {
    "key": "pitch class",
    "loudness": "LUFS",
    "tempo": "BPM",
    "duration_ms": "ms",
    "time_signature": "beats a bar",
    "loudness_dbfs": "dBFS",
}
COMPUTED_UNITS = {name: _UNITS.get(name, "1") for name in COMPUTED_COLUMNS}
"""The unit of each computed column, in order; `1` for shares and for `mode`."""


def list_input_columns(origin: str) -> tuple[str, ...]:
    """The catalogue columns that a model reads of tracks whose values come from `origin`; it reads no row without them.

    Delivered tables have all thirteen; what is computed has fewer.
    """
    return COMPUTED_INPUTS if origin == COMPUTED else CATALOGUE_COLUMNS


def list_columns_read(feature_names: Sequence[str]) -> tuple[str, ...]:
    """The catalogue columns at the end of a model's `feature_names`: all of them, or those behind its descriptors.

    Empty for a model that reads none. Cards of models that were trained when computed values had other columns name
    those.
    """
    tail: list[str] = []
    places = {name: place for place, name in enumerate(CATALOGUE_COLUMNS)}
    for name in reversed(feature_names):
        if name not in places or (tail and places[name] >= places[tail[0]]):
            break
        tail.insert(0, name)
    return tuple(tail)
