"""An answer in the words of lists: how certain it is, and which moods it may be."""

from collections.abc import Mapping, Sequence

from shared.metrics.prediction_sets import LEAST_UNSURE

EITHER, UNSURE = "either", "unsure"


def describe_certainty(
    emotion: str | None,
    *,
    decided_by: str | None,
    annotator: str | None,
    prediction_set: Sequence[str] | None,
    in_ten: Mapping[str, int | None],
) -> str | None:
    """`7 in 10`, `either` of two, `unsure`; the name of the person who decided; `playlist` or `import`. None where
    nothing was measured. `in_ten`: of ten answers of each emotion, so many were right.
    """
    if emotion is None or decided_by is None:
        return None
    if decided_by != "model":
        return annotator or decided_by
    if prediction_set is not None and len(prediction_set) > 1:
        return UNSURE if len(prediction_set) >= LEAST_UNSURE else EITHER
    right = in_ten.get(emotion)
    return None if right is None else f"{right} in 10"


def join_moods(names: Sequence[str]) -> str:
    """`sad or calm`."""
    return " or ".join(names)
