"""Columns that were learned from labelled clips: computed from descriptors and the outputs of all audio taggers.

They are a stage of their own beside the spec (`shared.domain.stages`), like the taggers that they read: the fingerprint
follows from the weights, the taggers and the descriptors, so that the stage `catalogue` and the models that read it
stay as they are. Where a track has them they are shown in place of the proxies; delivered values are never replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.catalogue import COMPUTED, ValueStatus
from shared.domain.declaration_digest import digest_declaration
from shared.domain.taggers import CHORDS, MUSICNN, YAMNET, TaggerSpec, list_versions

LEARNED_STAGE = "learned_columns"

VALENCE_SPOTIFY_SCALE = "valence_spotify_scale"
"""Valence on a scale whose distribution is that of Spotify's column: matched in distribution, not in value."""

LEARNED_COLUMNS = ("valence", "energy", "speechiness", "instrumentalness", "acousticness", "danceability")
"""The catalogue columns that are learned, in the order in which they are kept."""

LEARNED_VALUES = (*LEARNED_COLUMNS, VALENCE_SPOTIFY_SCALE)
"""Everything that is kept of a track."""

_NO_MUSIC = "hardly any music is heard in it, or a sound that does not change"
LEARNED_NULL_REASONS = dict.fromkeys(
    ("valence", "instrumentalness", "acousticness", "danceability", VALENCE_SPOTIFY_SCALE), _NO_MUSIC
)
"""Why a learned column has no value; those that are not named always have one."""


@dataclass(frozen=True, kw_only=True)
class LearnedColumnsSpec:
    """What the columns are computed from."""

    weights: str
    """Twelve hexadecimal digits over the file of the weights."""
    taggers: tuple[TaggerSpec, ...]
    version: int = 2
    """Raised with every change of our code that changes a value."""

    @property
    def tagger_versions(self) -> dict[str, str]:
        """The fingerprint of each tagger, by its name, in the order in which their values are read."""
        return list_versions(self.taggers)

    def compute_fingerprint(self, *, descriptors: str) -> str:
        """Twelve hexadecimal digits over weights, taggers and the fingerprint of the stage `descriptors`."""
        declared = {
            "weights": self.weights,
            "taggers": self.tagger_versions,
            "descriptors": descriptors,
            "values": LEARNED_VALUES,
            "version": self.version,
        }
        return digest_declaration(declared)


LEARNED_SPEC = LearnedColumnsSpec(weights="ad84a0e8ff2e", taggers=(MUSICNN, YAMNET, CHORDS))
"""That of today. `python -m benchmarks learned_columns --train DIR --write` writes the weights and their digits."""


@dataclass(frozen=True, kw_only=True)
class ShownColumns:
    """The columns of one origin as people see them, each with what it is worth, and the reasons of those without."""

    values: Mapping[str, float | None]
    statuses: Mapping[str, str]
    reasons: Mapping[str, str]

    def replace_proxies(self, learned: Mapping[str, float | None] | None, *, origin: str) -> "ShownColumns":
        """With the learned columns in place of the computed ones; what somebody delivered stays as it is."""
        if learned is None or origin != COMPUTED:
            return self
        statuses = {
            name: (ValueStatus.NULL if value is None else ValueStatus.LEARNED).value for name, value in learned.items()
        }
        null_reasons = {name: LEARNED_NULL_REASONS[name] for name, value in learned.items() if value is None}
        kept_reasons = {name: reason for name, reason in self.reasons.items() if name not in learned}
        return ShownColumns(
            values={**self.values, **learned},
            statuses={**self.statuses, **statuses},
            reasons={**kept_reasons, **null_reasons},
        )
