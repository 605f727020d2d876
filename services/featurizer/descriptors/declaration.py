"""What a descriptor says of itself before it is computed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Descriptor:
    """One column of the descriptor vector."""

    name: str
    unit: str
    """`1` for ratios, correlations and coefficients without a unit."""
    source: str
    """The paper that describes it."""
    per_db: float = 0.0
    """How much the value grows for each dB of gain; 0 for all that a gain does not move."""


def declare_descriptors(names: Iterable[str], *, unit: str, source: str, per_db: float = 0.0) -> tuple[Descriptor, ...]:
    """Descriptors of one kind."""
    return tuple(Descriptor(name=name, unit=unit, source=source, per_db=per_db) for name in names)


def numbered_names(stem: str, n: int) -> tuple[str, ...]:
    """`stem_01` to `stem_n`."""
    return tuple(f"{stem}_{i:02}" for i in range(1, n + 1))
