"""A network of the owner's: what its graph reads, and which of its outputs are kept.

`shared.tagger_files` reads it from a spec file; only the featurizer loads the graph.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PATCHES, FRAMES, BANDS, SAMPLES = "patches", "frames", "bands", "samples"
"""The names of axes of a graph's input. All others are of length 1."""


@dataclass(frozen=True, kw_only=True)
class MelInput:
    """A mel spectrogram: Hann window, and per value `log_multiplier * log(log_factor * mel + log_offset)`."""

    n_fft: int
    win_length: int
    """Samples of the window, which stands in the middle of the `n_fft`."""
    hop_length: int
    n_mels: int
    fmin: float
    """Hz."""
    fmax: float
    """Hz."""
    scale: str
    """Of the bands: `slaney` or `htk`."""
    norm: str
    """`slaney`: bands of equal area; `none`: of equal height."""
    power: int
    """1: magnitude, 2: power."""
    is_centred: bool
    """Whether the ends are padded with zeros by half of `n_fft`."""
    log: str
    """`natural`, `log10`, or `none`: then the other three are not used."""
    log_factor: float
    log_offset: float
    log_multiplier: float


@dataclass(frozen=True, kw_only=True)
class GraphInput:
    """The only input of a graph."""

    name: str
    axes: tuple[str | int, ...]
    """In order; without `patches` the graph reads one patch at a time."""
    mel: MelInput | None
    """None where it reads samples."""


@dataclass(frozen=True, kw_only=True)
class PooledOutput:
    """An output `(…, size)` of a graph, of which statistics over all axes but the last are kept."""

    name: str
    size: int
    statistics: tuple[str, ...]
    """Some of `STATISTICS`; each gives a block of values."""


STATISTICS = ("mean", "std")


@dataclass(frozen=True, kw_only=True)
class OwnerGraph:
    """How an ONNX file of the owner's is run."""

    path: Path
    input: GraphInput
    patch_length: int
    """Frames of the spectrogram, or samples, that the graph reads at once."""
    outputs: tuple[PooledOutput, ...]

    def declare(self) -> dict[str, Any]:
        """What decides its values, beside the weights: not where the file is."""
        return {name: value for name, value in asdict(self).items() if name != "path"}
