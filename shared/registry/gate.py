"""Whether a candidate may become the champion. Pure.

What makes a model untrustworthy (a leak, an export that answers something else) is never overruled. What makes it no
better than what there is (the majority, the champion) or badly calibrated, a person may overrule with `force`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.domain.head import CLASSES
from shared.domain.leaks import LeakState, leak_state, unknown_artists
from shared.registry.comparing import Comparison
from shared.registry.parity import TOLERANCE
from shared.registry.yardsticks import YARDSTICKS, Yardstick

MAX_ECE = 0.10
"""The expected calibration error that a model with very many rows may have; few rows are allowed 1/√n more, because
that much is chance. Where rare classes were given weight on purpose, the error after that is taken back is meant."""

PRACTICAL = "POST /models/<id>/promote with force overrules this"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether to promote, and why, in words for the model's history."""

    promote: bool
    why: str
    may_be_forced: bool = True
    comparison: Comparison | None = None


def judge(
    *, metrics: Mapping[str, Any], leak_report: Mapping[str, Any], has_champion: bool, comparison: Comparison | None,
    yardstick: Yardstick = YARDSTICKS[CLASSES], lost: Sequence[str] = (),
) -> Verdict:  # fmt: skip
    """The verdict on a candidate with these out-of-fold `metrics` and this `leak_report`.

    `yardstick` is that of its head, `lost` what the champion answers and the candidate does not.

    `comparison` is with the champion of its slot on the rows that both were judged on; None where there is no champion,
    or no such row. A tie keeps the champion.
    """
    if refused := _untrustworthy(metrics, leak_report):
        return Verdict(promote=False, may_be_forced=False, why=refused, comparison=comparison)
    if refused := _of_unknown_artists(leak_report):
        return Verdict(promote=False, why=refused, comparison=comparison)
    if refused := _not_good_enough(metrics, yardstick) or _says_less(lost):
        return Verdict(promote=False, why=f"{refused}; {PRACTICAL}", comparison=comparison)
    if not has_champion:
        mine, floor = yardstick.of(metrics), yardstick.of(metrics["baseline"])
        return Verdict(promote=True, why=f"the first to beat {yardstick.floor} ({mine:.3f} over {floor:.3f})")
    if comparison is None:
        none = "the champion was judged on none of these tracks in the same artist group"
        why = f"{none}, so the two cannot be compared; {PRACTICAL}"
        return Verdict(promote=False, why=why)
    return _against_the_champion(comparison)


def max_ece(n_items: int) -> float:
    """The calibration error up to which a model counts as calibrated, judged on `n_items` rows."""
    return MAX_ECE + 1 / math.sqrt(max(n_items, 1))


def _untrustworthy(metrics: Mapping[str, Any], leak_report: Mapping[str, Any]) -> str | None:
    if leak_state(leak_report) is LeakState.LEAK:
        return "its training set was not clean: tracks, artists or audio stand in two folds"
    difference = metrics.get("export_max_difference", math.inf)
    if not difference <= TOLERANCE:
        return f"its export differs from the fitted estimator by {difference:.1e} (allowed: {TOLERANCE:.0e})"
    return None


def _of_unknown_artists(leak_report: Mapping[str, Any]) -> str | None:
    if leak_state(leak_report) is not LeakState.UNKNOWN:
        return None
    return f"{unknown_artists(leak_report)}: tag them, or promote with force"


def _says_less(lost: Sequence[str]) -> str | None:
    return f"it no longer answers {', '.join(lost)}, which the champion does" if lost else None


def _not_good_enough(metrics: Mapping[str, Any], yardstick: Yardstick) -> str | None:
    mine, floor = yardstick.of(metrics), yardstick.of(metrics.get("baseline", {}))
    if not mine > floor:  # also where one of them is missing
        return f"{yardstick.name} {mine:.3f} is not above {yardstick.floor} of {floor:.3f}"
    if not yardstick.is_of_probabilities:
        return None
    allowed = max_ece(metrics["n_items"])
    found = metrics.get("ece_unweighted", metrics["ece"])
    if not found <= allowed:
        how = "also without the weight given to rare classes " if "ece_unweighted" in metrics else ""
        return f"it is not calibrated, {how}by an expected calibration error of {found:.3f} (allowed: {allowed:.3f})"
    return None


def _against_the_champion(found: Comparison) -> Verdict:
    said = (
        f"{found.measure} {found.mine:.3f} against the champion's {found.theirs:.3f} on {found.n_tracks} shared "
        f"tracks, difference {found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    )
    if found.n_left_out:
        said += f", {found.n_left_out} tracks left out because their artist groups differ"
    if found.is_better:
        return Verdict(promote=True, why=said, comparison=found)
    return Verdict(promote=False, why=f"{said}: not better beyond chance; {PRACTICAL}", comparison=found)
