"""What a training is asked for."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from shared.domain.dataset import INPUTS
from shared.domain.emotion import TAXONOMIES

ESTIMATORS = ("svm", "majority")
"""Names that a request may use; the trainer has the classes."""

LIBRARIES = ("real", "synthetic")


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """Candidates to fit: every estimator on every input, all on one snapshot."""

    estimators: tuple[str, ...] = ("svm",)
    inputs: tuple[str, ...] = ("descriptors",)
    taxonomy: str = "mood4"
    library: str = "real"
    """Real tracks, or the synthetic ones of the demo: never both."""
    exclude_sources: tuple[str, ...] = ()
    """Tracks that come from any of these are left out."""
    licences: tuple[str, ...] = ()
    """Only tracks with one of these licences, by its beginning; empty: all."""
    n_folds: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse names that do not exist. Raises ValueError, saying which there are."""
        _require("estimators", self.estimators, ESTIMATORS)
        _require("inputs", self.inputs, INPUTS)
        _require("taxonomy", (self.taxonomy,), tuple(TAXONOMIES))
        _require("library", (self.library,), LIBRARIES)

    @property
    def synthetic(self) -> bool:
        """Whether this trains on the demo library."""
        return self.library == "synthetic"

    def candidates(self) -> list[tuple[str, str]]:
        """`(estimator, input)` pairs, in the order asked for."""
        return [(estimator, read) for estimator in self.estimators for read in self.inputs]

    def to_params(self) -> dict[str, Any]:
        """JSON-able form, as a job keeps it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_params(cls, params: dict[str, Any]) -> Self:
        """The request that `to_params` wrote."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in params.items()
        }
        return cls(**values)


def _require(field: str, asked: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in asked if name not in known]
    if unknown or not asked:
        said = ", ".join(map(repr, unknown)) or "nothing"
        raise ValueError(f"{field}: {said} is not known; use {', '.join(known)}")
