"""A point on Russell's plane in the cells of a row: what people said of valence and arousal. Pure.

- `valence_label`, `arousal_label`: each in [-1, 1], as everywhere here;
- `valence_mean`, `arousal_mean` of DEAM, and `mean_valence`, `mean_arousal` of emoMusic: means of ratings from 1 to 9
  (Aljanaki et al. 2017; Soleymani et al. 2013), read as (rating − 5) / 4;
- `Valence(mean)`, `Arousal(mean)` of PMEmo: means in [0, 1] (Zhang et al. 2018), read as 2 × mean − 1.

A column that is called `valence` alone is Spotify's: computed, hence a feature and never an annotation.
"""

from collections.abc import Mapping

from services.crawler.text_cleaning import parse_number
from shared.errors import PermanentError, Reason

VALENCE_AROUSAL_COLUMNS = (
    "valence_label",
    "arousal_label",
    "valence_rating",
    "arousal_rating",
    "valence_unit",
    "arousal_unit",
)
_SCALES = {"label": (-1.0, 1.0), "rating": (1.0, 9.0), "unit": (0.0, 1.0)}


def parse_valence_arousal(cells: Mapping[str, str], *, line: int) -> tuple[float, float] | None:
    """Valence and arousal in [-1, 1]; None where the row does not say both.

    Raises PermanentError(`unknown_label`) for what is no number of its scale.
    """
    for scale in _SCALES:
        valence, arousal = (_scaled_number(cells, f"{name}_{scale}", scale, line) for name in ("valence", "arousal"))
        if valence is not None and arousal is not None:
            return valence, arousal
    return None


def _scaled_number(cells: Mapping[str, str], column: str, scale: str, line: int) -> float | None:
    low, high = _SCALES[scale]
    cell = cells.get(column, "")
    try:
        number = parse_number(cell)
    except ValueError:
        number = float("nan")
    if number is None:
        return None
    if not low <= number <= high:
        raise PermanentError(
            Reason.UNKNOWN_LABEL, f"line {line}: {column} is {cell[:60]!r}, which is no number from {low:g} to {high:g}"
        )
    return 2 * (number - low) / (high - low) - 1
