"""The file of the weights, `weights.json`: made by `python -m benchmarks learned_columns --train DIR --write`.

Weights are kept by block, so that they can be compared with what the taggers declare.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np

from shared.arrays import Floats, Tensor
from shared.domain.descriptor_families import DESCRIPTOR_FAMILIES
from shared.domain.learned_columns import LEARNED_SPEC
from shared.domain.taggers import TaggerSpec

WEIGHTS_PATH = Path(__file__).with_name("weights.json")

_DESCRIPTORS = "descriptors"
DESCRIPTOR_BLOCKS = tuple(f"{_DESCRIPTORS}.{family}" for family in DESCRIPTOR_FAMILIES)
BLOCKS_READ = (
    *DESCRIPTOR_BLOCKS,
    "musicnn.tag_mean",
    "musicnn.embedding_mean",
    "musicnn.embedding_std",
    "yamnet.embedding_mean",
    "yamnet.embedding_std",
    "chords.chord",
)
"""The blocks that valence and energy are learned from: values are standardised, and each block of a track is scaled to
the same length. The deviations of the tags and the means of the AudioSet classes took from valence in cross-validation.
"""
_FAMILY_LENGTH = 0.5
"""Of a family of descriptors; other blocks have the length 1. There are seven families."""
_LEAST_NORM = 1e-9
LARGEST_Z = 5.0
"""Standardised values are cut here: one that is far beyond all clips that were learned from must not decide alone."""
AXES = {"valence": ("Q1", "Q4"), "energy": ("Q1", "Q2")}
"""By column the quadrants at its upper end."""
QUADRANTS = ("Q1", "Q2", "Q3", "Q4")

BlockWeights = Mapping[str, Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class LinearScore:
    """A weighted sum of standardised values."""

    intercept: float
    weights: BlockWeights
    """By block."""


@dataclass(frozen=True, kw_only=True)
class NamedInput:
    """One value that a column is learned from, by the name that a tagger declares.

    Values with one weight count by their mean: `scale` is that of the mean times their number.
    """

    name: str
    mean: float
    scale: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class NamedScore:
    """A weighted sum of a few values: the log odds of the upper end of a column."""

    intercept: float
    inputs: Sequence[NamedInput]


@dataclass(frozen=True, kw_only=True)
class ColumnWeights:
    """Everything that was learned."""

    means: BlockWeights
    scales: BlockWeights
    scores: Mapping[str, LinearScore]
    """One for each of `AXES`, and one for each of `QUADRANTS`."""
    calibration: Mapping[str, Sequence[float]]
    """By column the slope and the intercept that make a probability of its score."""
    spotify_knots: Sequence[Sequence[float]]
    """Rising pairs of a probability of positive valence and the place on Spotify's scale."""
    named_scores: Mapping[str, NamedScore]
    """By column that is learned from a few values."""
    made_from: Mapping[str, object]
    """What the clips were, and the versions of taggers and descriptors."""

    def to_json(self) -> str:
        """As the file holds it."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, content: str) -> "ColumnWeights":
        """What `to_json` gave."""
        stored = json.loads(content)
        stored["scores"] = {name: LinearScore(**score) for name, score in stored["scores"].items()}
        stored["named_scores"] = {
            name: NamedScore(intercept=score["intercept"], inputs=[NamedInput(**one) for one in score["inputs"]])
            for name, score in stored["named_scores"].items()
        }
        return cls(**stored)


@dataclass(frozen=True, eq=False)
class StackedWeights:
    """The scores as matrices over the joined blocks."""

    mean: Floats
    scale: Floats
    matrix: Floats
    """`(n_scores, n_values)`, of values as `standardise_values` gives them."""
    intercepts: Floats
    names: tuple[str, ...]

    @classmethod
    def from_scores(
        cls, scores: Mapping[str, LinearScore], *, means: BlockWeights, scales: BlockWeights
    ) -> "StackedWeights":
        """Of the blocks in the order of `BLOCKS_READ`."""
        return cls(
            mean=_join_blocks(means),
            scale=_join_blocks(scales),
            matrix=np.stack([_join_blocks(score.weights) for score in scores.values()]),
            intercepts=np.array([score.intercept for score in scores.values()]),
            names=tuple(scores),
        )

    @classmethod
    def from_weights(cls, weights: ColumnWeights) -> "StackedWeights":
        """Of everything that was learned."""
        return cls.from_scores(weights.scores, means=weights.means, scales=weights.scales)

    def compute_scores(self, values: Floats) -> dict[str, float]:
        """By name, for the joined values `(n_values,)` of one track."""
        scores = self.matrix @ standardise_values(values, mean=self.mean, scale=self.scale) + self.intercepts
        return dict(zip(self.names, scores.tolist(), strict=True))


def standardise_values(values: Floats, *, mean: Floats, scale: Floats) -> Floats:
    """Joined values `(..., n_values)`, standardised, each block of a track scaled to the length that it counts with."""
    z = np.clip((values - mean) / scale, -LARGEST_Z, LARGEST_Z)
    sizes = list_block_sizes()
    starts = np.cumsum([0, *sizes.values()])[:-1]
    norms = np.sqrt(np.add.reduceat(z**2, starts, axis=-1))
    lengths = np.array([_FAMILY_LENGTH if block in DESCRIPTOR_BLOCKS else 1.0 for block in sizes])
    standardised: Floats = z * np.repeat(lengths / np.maximum(norms, _LEAST_NORM), list(sizes.values()), axis=-1)
    return standardised


def list_block_sizes() -> dict[str, int]:
    """The sizes of the blocks that are read, by what descriptors and taggers declare today."""
    by_name = {spec.name: spec for spec in LEARNED_SPEC.taggers}
    return {block: _size_of(block, by_name) for block in BLOCKS_READ}


def join_values(descriptors: Tensor, outputs: Mapping[str, Tensor]) -> Floats:
    """`(n_values,)`: what is read of one track, of its descriptors and the values of each tagger."""
    parts = [descriptors]  # the families are neighbours, in order
    by_name = {spec.name: spec for spec in LEARNED_SPEC.taggers}
    for block in BLOCKS_READ[len(DESCRIPTOR_BLOCKS) :]:
        tagger, name = block.split(".")
        parts.append(outputs[tagger][by_name[tagger].block_slice(name)])
    return np.concatenate(parts).astype(np.float64)


@cache
def load_weights() -> ColumnWeights:
    """Those that are shipped. Raises ValueError where the file is not the one that the spec names."""
    content = WEIGHTS_PATH.read_bytes()
    if digest_of(content) != LEARNED_SPEC.weights:
        raise ValueError(f"{WEIGHTS_PATH} is {digest_of(content)}, not {LEARNED_SPEC.weights} as the spec says")
    return ColumnWeights.from_json(content.decode())


@cache
def load_stacked_weights() -> StackedWeights:
    """Those that are shipped, as matrices."""
    return StackedWeights.from_weights(load_weights())


def digest_of(content: bytes) -> str:
    """Twelve hexadecimal digits over a file of weights."""
    return hashlib.sha256(content).hexdigest()[:12]


def _size_of(block: str, by_name: Mapping[str, TaggerSpec]) -> int:
    part, name = block.split(".")
    if part == _DESCRIPTORS:
        return DESCRIPTOR_FAMILIES[name]
    return next(one.size for one in by_name[part].blocks if one.name == name)


def _join_blocks(by_block: BlockWeights) -> Floats:
    return np.concatenate([np.asarray(by_block[block], dtype=np.float64) for block in BLOCKS_READ])
