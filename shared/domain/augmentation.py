"""Augmented variants of a track: what may be done to its sound, how much, and how the amount is drawn.

The amounts follow from `(seed, track, transform, copy)` alone, so the same request gives the same variants on every
machine. Ranges after what keeps music recognisable: Schlüter & Grill, *Exploring data augmentation for improved singing
voice detection* (2015); McFee, Humphrey & Bello, *A software framework for musical data augmentation* (2015).
"""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Self

from shared.json_objects import JsonObject

RANGES = MappingProxyType(
    {
        "time_stretch": {"rate": (0.8, 1.25)},
        "pitch_shift": {"semitones": (-2.0, 2.0)},
        "compression": {"threshold_db": (-36.0, -24.0), "ratio": (2.0, 6.0)},
        "background_noise": {"snr_db": (10.0, 30.0), "decay_db_per_octave": (-6.0, 0.0)},
    }
)
"""Transform → parameter → the range from which it is drawn. A rate above 1 is faster; the threshold is relative to
the loudest sample; noise falls by `decay_db_per_octave` (0 is white, -3 pink, -6 brown)."""

TRANSFORMS = tuple(RANGES)
MAX_COPIES = 10


@dataclass(frozen=True, kw_only=True)
class AugmentedVariant:
    """One transform with its amounts, and the seed of whatever else is random in it."""

    transform: str
    parameters: dict[str, float]
    seed: int
    """Of the request."""
    copy: int
    """From 0: which of the copies by this transform."""
    noise_seed: int
    """Of the samples that are drawn, if any."""


@dataclass(frozen=True, kw_only=True)
class AugmentRequest:
    """What a job of augmentation is asked for: `copies` of every track by each of the transforms."""

    variants: tuple[str, ...] = TRANSFORMS
    seed: int = 0
    copies: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError for an unknown transform, one named twice, or a number of copies that is none."""
        unknown = [name for name in self.variants if name not in RANGES]
        if unknown or not self.variants:
            raise ValueError(f"variants are some of {', '.join(TRANSFORMS)}, not {', '.join(unknown) or 'none'}")
        if len(set(self.variants)) < len(self.variants):
            raise ValueError("a variant is named twice: ask for copies instead")
        if not 1 <= self.copies <= MAX_COPIES:
            raise ValueError(f"copies are 1 to {MAX_COPIES}, not {self.copies}")

    def draw_variants(self, source: str) -> Iterator[AugmentedVariant]:
        """The variants of one source, named by its id."""
        for transform in self.variants:
            for copy in range(self.copies):
                yield draw_variant(source, transform, seed=self.seed, copy=copy)

    def to_params(self) -> JsonObject:
        """JSON-able form, as a job keeps it."""
        return {**asdict(self), "variants": list(self.variants)}

    @classmethod
    def from_params(cls, params: JsonObject) -> Self:
        """The request that `to_params` wrote."""
        return cls(**{**params, "variants": tuple(params["variants"])})


def draw_variant(source: str, transform: str, *, seed: int, copy: int) -> AugmentedVariant:
    """The variant that `(seed, source, transform, copy)` stands for."""
    chance = random.Random(f"{seed}/{source}/{transform}/{copy}")  # noqa: S311 - reproducible, not secret
    parameters = {name: round(chance.uniform(*limits), 4) for name, limits in RANGES[transform].items()}
    return AugmentedVariant(
        transform=transform, parameters=parameters, seed=seed, copy=copy, noise_seed=chance.getrandbits(63)
    )
