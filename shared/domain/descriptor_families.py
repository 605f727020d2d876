"""Which neighbouring descriptors are of one kind: estimators that read blocks let each family weigh the same."""

from collections.abc import Mapping
from types import MappingProxyType

DESCRIPTOR_FAMILIES: Mapping[str, int] = MappingProxyType(
    {
        "frames": 840,
        "harmony_series": 112,
        "rhythm": 61,
        "melody": 53,
        "tonality": 40,
        "timbre": 190,
        "modulation": 137,
    }
)
"""Family → number of descriptors, in the order of the columns: statistics of frames, statistics of the harmonic series,
dynamics and rhythm, melody, key and chords, spectral shape, modulation spectrum.
"""


def family_widths(n_descriptors: int) -> tuple[int, ...]:
    """The widths of the families that make `n_descriptors` columns; one block for descriptors of another version."""
    widths = tuple(DESCRIPTOR_FAMILIES.values())
    return widths if sum(widths) == n_descriptors else (n_descriptors,)
