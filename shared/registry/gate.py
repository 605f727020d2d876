"""Whether a candidate may become the champion. Pure.

What makes a model untrustworthy (a leak, an export that answers something else) is never overruled. What makes it no
better than chance or the champion, badly calibrated, or judged on too few artists, a person may overrule with `force`.

The error levels of every comparison stand here, and nowhere else.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.domain.leaks import LeakReportCard, LeakState, leak_state, unknown_artists
from shared.metrics.calibration import ece_under_perfect_calibration, expected_calibration_error
from shared.metrics.chance import ROC_AUC
from shared.metrics.comparison import ModelComparison
from shared.metrics.group_bootstrap import ConfidenceInterval, ConfidenceLevel, PairedDifference, bootstrap_intervals
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS, PrimaryMetric, r2_figures, roc_auc_figure
from shared.metrics.prior_correction import correct_priors
from shared.registry.parity import TOLERANCE

OVER_CHANCE = ConfidenceLevel(error=0.01)
"""Of the interval over chance, and of the ROC AUC: 99 %, two-sided, of one candidate."""
OVER_CHAMPION = ConfidenceLevel(error=0.10)
"""Of the interval over the champion: 90 %, two-sided, of one candidate."""
LEAST_GROUPS = 30
"""Artist groups. A bootstrap of fewer rejects too often (Cameron, Gelbach & Miller 2008)."""
LEAST_GROUPS_OF_A_CLASS = 8
MAX_EXCESS_ECE = 0.10
"""By how much the expected calibration error may exceed what perfect calibration would show on the same rows. Where
rare classes were given weight on purpose, the error after that is taken back is meant."""

PRACTICAL = "POST /models/<id>/promote with force overrules this"


@dataclass(frozen=True, kw_only=True, eq=False)
class CandidateFigures:
    """What the gate is shown of a model."""

    kind: str
    """Of its head."""
    outputs: Sequence[str]
    metrics: Mapping[str, Any]
    leak_report: LeakReportCard
    rows: OutOfFold | None
    """None where none of its out-of-fold predictions is left."""
    n_tried: int = 1
    """Candidates, seeds and searched settings that were tried for the same place, this one included."""

    @property
    def primary_metric(self) -> PrimaryMetric:
        """That of its head."""
        return PRIMARY_METRICS[self.kind]


@dataclass(frozen=True, kw_only=True)
class PromotionDecision:
    """Whether to promote, and why, in words for the model's history."""

    promote: bool
    why: str
    may_be_forced: bool = True
    comparison: ModelComparison | None = None
    n_tried: int = 1


@dataclass(frozen=True, kw_only=True)
class StarterTrial:
    """How a candidate did against the starter."""

    n_readable: int
    """Labelled tracks of the candidate that the starter can answer."""
    n_known: int
    """Of these, tracks that the starter was trained on or whose artist it knows."""
    comparison: ModelComparison | None
    """On the others; None where there are none."""
    is_weighted: bool = False
    """Whether tracks that were drawn for review count by how likely that was."""


def decide_promotion(
    candidate: CandidateFigures,
    *,
    has_champion: bool,
    comparison: ModelComparison | None,
    lost: Sequence[str] = (),
    trial: StarterTrial | None = None,
) -> PromotionDecision:
    """The verdict on a candidate.

    `comparison` is with the champion of its slot on the rows of both, at `level_over_champion` of so many
    candidates; None where there is no champion, or no such row. A tie keeps the champion. `lost` is what the champion
    answers and the candidate does not. `trial` is with the starter, at the same level, where the starter answers the
    taxonomy and is not to be replaced by whatever beats chance.
    """
    n_tried = candidate.n_tried
    if refused := _explain_distrust(candidate):
        return PromotionDecision(
            promote=False, may_be_forced=False, why=refused, comparison=comparison, n_tried=n_tried
        )
    if refused := _explain_unknown_artists(candidate.leak_report):
        return PromotionDecision(promote=False, why=refused, comparison=comparison, n_tried=n_tried)
    refused = _explain_missing_evidence(candidate) or _explain_lost_outputs(lost) or _explain_miscalibration(candidate)
    is_better, over_chance = (False, "") if refused else compare_with_chance(candidate)
    if refused or not is_better:
        return PromotionDecision(
            promote=False, why=f"{refused or over_chance}; {PRACTICAL}", comparison=comparison, n_tried=n_tried
        )
    verdict = PromotionDecision(promote=True, why=f"better than chance: {over_chance}", n_tried=n_tried)
    if has_champion:
        verdict = _judge_against_champion(comparison, over_chance, n_tried=n_tried)
    if trial is None or not verdict.promote:
        return verdict
    return _judge_against_starter(trial, over_chance, n_tried=n_tried)


def level_over_champion(n_tried: int) -> ConfidenceLevel:
    """The level of a comparison with the champion, where `n_tried` candidates share the error."""
    return replace(OVER_CHAMPION, n_tried=n_tried)


def compare_with_chance(candidate: CandidateFigures) -> tuple[bool, str]:
    """Whether the candidate is better than chance, and the figures in words."""
    assert candidate.rows is not None
    primary_metric, rows = candidate.primary_metric, candidate.rows
    level = replace(OVER_CHANCE, n_tried=candidate.n_tried)
    mine, chance = primary_metric.figure(rows), primary_metric.chance(rows)
    figures = {"difference": PairedDifference(mine, chance)} | _other_figures(candidate, rows)
    intervals = bootstrap_intervals(figures, n_groups=rows.n_groups, level=level)
    difference = intervals.pop("difference")
    once = np.ones((1, rows.n_groups))
    floor = 0.0 if candidate.kind == DIMENSIONS else ROC_AUC
    of_measure = (
        f"{primary_metric.name} {mine.compute_values(once)[0]:.3f}, chance {chance.compute_values(once)[0]:.3f}, "
        f"difference {_in_words(difference, signed=True)}"
    )
    sentences = [of_measure, *(f"{name} {_in_words(interval)}" for name, interval in intervals.items())]
    failed = [f"{name} is not above {floor:g}" for name, interval in intervals.items() if not interval.low > floor]
    if not difference.low > 0:
        failed.insert(0, f"{primary_metric.name} is not above chance")
    words = f"{', '.join(sentences)} ({_level_in_words(level)} over {rows.n_groups} artists)"
    if not failed:
        return True, words
    return False, f"not better than chance: {' and '.join(failed)} by the lower end of its interval: {words}"


def _other_figures(candidate: CandidateFigures, rows: OutOfFold) -> dict[str, Any]:
    if candidate.kind == DIMENSIONS:
        return {f"R2 of {name}": figure for name, figure in zip(candidate.outputs, r2_figures(rows), strict=True)}
    return {"ROC AUC": roc_auc_figure(rows)}


def _in_words(interval: ConfidenceInterval, *, signed: bool = False) -> str:
    value, low, high = (f"{x:+.3f}" if signed else f"{x:.3f}" for x in (interval.value, interval.low, interval.high))
    return f"{value} ({low} to {high})"


def _level_in_words(level: ConfidenceLevel) -> str:
    share = f"{100 * (1 - 2 * level.error_per_side):.6g} % intervals"
    return share if level.n_tried == 1 else f"{share}, because {level.n_tried} candidates were tried,"


def _explain_distrust(candidate: CandidateFigures) -> str | None:
    if leak_state(candidate.leak_report) is LeakState.LEAK:
        return "its training set was not clean: tracks, artists or audio stand in two folds"
    difference = candidate.metrics.get("export_max_difference", math.inf)
    if not difference <= TOLERANCE:
        return f"its export differs from the fitted estimator by {difference:.1e} (allowed: {TOLERANCE:.0e})"
    return None


def _explain_unknown_artists(leak_report: LeakReportCard) -> str | None:
    if leak_state(leak_report) is not LeakState.UNKNOWN:
        return None
    return f"{unknown_artists(leak_report)}: tag them, or promote with force"


def _explain_missing_evidence(candidate: CandidateFigures) -> str | None:
    """What the figures of a candidate cannot be trusted for, as far as a person may know better."""
    if candidate.rows is None:
        return "none of the tracks that it was judged on is left"
    return _explain_too_few_artists(candidate, candidate.rows)


def _explain_too_few_artists(candidate: CandidateFigures, rows: OutOfFold) -> str | None:
    missing = []
    if rows.n_groups < LEAST_GROUPS:
        missing.append(_describe_shortfall("the training set has", rows.n_groups, LEAST_GROUPS))
    if candidate.kind != DIMENSIONS:
        missing += [
            _describe_shortfall(f"{name} has", int(n), LEAST_GROUPS_OF_A_CLASS)
            for name, n in zip(candidate.outputs, rows.count_groups_with(), strict=True)
            if 0 < n < LEAST_GROUPS_OF_A_CLASS  # a class without any is never answered, as its card says
        ]
    return f"too few artists: {'; '.join(missing)}" if missing else None


def _describe_shortfall(whose: str, n: int, least: int) -> str:
    return f"{whose} {n} of the {least} that a promotion takes, {least - n} {'is' if least - n == 1 else 'are'} missing"


def _explain_lost_outputs(lost: Sequence[str]) -> str | None:
    return f"it no longer answers {', '.join(lost)}, which the champion does" if lost else None


def _explain_miscalibration(candidate: CandidateFigures) -> str | None:
    if candidate.rows is None or not candidate.primary_metric.is_of_probabilities:
        return None
    is_weighted = "ece_unweighted" in candidate.metrics
    error, perfect = _calibration_errors(candidate.kind, candidate.rows, is_weighted=is_weighted)
    if error - perfect <= MAX_EXCESS_ECE:
        return None
    how = "also without the weight given to rare classes " if is_weighted else ""
    return (
        f"it is not calibrated, {how}by an expected calibration error of {error:.3f}, {error - perfect:.3f} more than "
        f"perfect calibration would show on these tracks ({perfect:.3f}; allowed: {MAX_EXCESS_ECE:.2f} more)"
    )


def _calibration_errors(kind: str, rows: OutOfFold, *, is_weighted: bool) -> tuple[float, float]:
    """The expected calibration error, and that under perfect calibration, both of tags the mean of the tags."""
    if kind == TAGS:
        columns = list(zip(rows.predictions.T, rows.targets.T > 0, strict=True))
    else:
        assert kind == CLASSES
        probabilities = correct_priors(rows.predictions, rows.y, rows.folds) if is_weighted else rows.predictions
        columns = [(probabilities.max(axis=1), probabilities.argmax(axis=1) == rows.y)]
    errors = [expected_calibration_error(confidence, came_true) for confidence, came_true in columns]
    perfect = [ece_under_perfect_calibration(confidence) for confidence, _ in columns]
    return float(np.mean(errors)), float(np.mean(perfect))


def _judge_against_champion(comparison: ModelComparison | None, over_chance: str, *, n_tried: int) -> PromotionDecision:
    if comparison is None:
        none = "the champion was judged on none of these tracks in the same artist group"
        why = f"{none}, so the two cannot be compared; {PRACTICAL}"
        return PromotionDecision(promote=False, why=why, n_tried=n_tried)
    sentence = _compare_in_words(comparison, whose="the champion's", which="shared tracks")
    if comparison.n_left_out:
        sentence += f", {comparison.n_left_out} tracks left out because their artist groups differ"
    return _judge_comparison(comparison, sentence, over_chance, n_tried=n_tried)


def _judge_against_starter(trial: StarterTrial, over_chance: str, *, n_tried: int) -> PromotionDecision:
    if not trial.n_readable:
        # nothing is lost: of these tracks the starter says nothing
        why = f"better than chance: {over_chance}; the starter answers none of these tracks"
        return PromotionDecision(promote=True, why=why, n_tried=n_tried)
    tracks, them = ("track", "it or on its artist") if trial.n_known == 1 else ("tracks", "them or on their artists")
    known = f"{trial.n_known} {tracks} left out because the starter was trained on {them}"
    if trial.comparison is None:
        why = f"there is nothing to compare it with the starter on: {known}; {PRACTICAL}"
        return PromotionDecision(promote=False, why=why, n_tried=n_tried)
    sentence = _compare_in_words(trial.comparison, whose="the starter's", which="labelled tracks")
    if trial.n_known:
        sentence += f", {known}"
    if trial.is_weighted:
        sentence += ", each track counted by how likely its review was"
    return _judge_comparison(trial.comparison, sentence, over_chance, n_tried=n_tried)


def _compare_in_words(comparison: ModelComparison, *, whose: str, which: str) -> str:
    return (
        f"{comparison.measure} {comparison.mine:.3f} against {whose} {comparison.theirs:.3f} "
        f"on {comparison.n_tracks} {which}, difference {comparison.difference:+.3f} "
        f"({comparison.low:+.3f} to {comparison.high:+.3f})"
    )


def _judge_comparison(
    comparison: ModelComparison, sentence: str, over_chance: str, *, n_tried: int
) -> PromotionDecision:
    if comparison.n_groups < LEAST_GROUPS:
        shortfall = _describe_shortfall("these tracks have", comparison.n_groups, LEAST_GROUPS)
        why = f"{sentence}: too few artists: {shortfall}; {PRACTICAL}"
        return PromotionDecision(promote=False, why=why, comparison=comparison, n_tried=n_tried)
    if comparison.is_better:
        why = f"{sentence}; better than chance: {over_chance}"
        return PromotionDecision(promote=True, why=why, comparison=comparison, n_tried=n_tried)
    why = f"{sentence}: not better beyond chance; {PRACTICAL}"
    return PromotionDecision(promote=False, why=why, comparison=comparison, n_tried=n_tried)
