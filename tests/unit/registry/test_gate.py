from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shared.domain.dataset import assign_fold
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.metrics.comparison import ModelComparison
from shared.metrics.out_of_fold import OutOfFold
from shared.registry.gate import (
    OVER_CHAMPION,
    OVER_CHANCE,
    CandidateFigures,
    StarterTrial,
    compare_with_chance,
    decide_promotion,
)

CLEAN = {"clean": True}
CALIBRATED = 0.7
MOODS = ("calm", "sad", "energetic", "happy")


def answered(
    *, n: int = 400, n_artists: int = 200, right: float = 0.7, sure: float = CALIBRATED, seed: int = 0
) -> OutOfFold:
    """Four classes, of which the answer is right in the share `right`, with the probability `sure`."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 4)
    said = np.where(rng.random(n) < right, y, (y + rng.integers(1, 4, size=n)) % 4)
    artist = np.arange(n) % n_artists
    predictions = np.full((n, 4), (1 - sure) / 3)
    predictions[np.arange(n), said] = sure
    return OutOfFold(
        predictions=predictions, targets=np.eye(4)[y], folds=artist % 5, groups=[f"artist {a:03}" for a in artist]
    )


def unsure(rows: OutOfFold, *, by: float) -> OutOfFold:
    """The same answers, less sure by so much than they are right."""
    right = rows.predictions.argmax(axis=1) == rows.targets.argmax(axis=1)
    sure = right.mean() - by
    chosen = rows.predictions == rows.predictions.max(axis=1, keepdims=True)
    return replace(rows, predictions=np.where(chosen, sure, (1 - sure) / 3))


GOOD = answered()


def candidate(rows: OutOfFold | None = GOOD, **changed: Any) -> CandidateFigures:
    given = {
        "kind": CLASSES,
        "outputs": MOODS,
        "metrics": {"export_max_difference": 5e-7},
        "leak_report": CLEAN,
        "rows": rows,
    }
    return CandidateFigures(**{**given, **changed})


def difference(low: float, *, n_groups: int = 200) -> ModelComparison:
    return ModelComparison(
        n_tracks=400,
        n_groups=n_groups,
        mine=0.7,
        theirs=0.68,
        difference=0.02,
        low=low,
        high=0.04,
        share_better=0.97,
        confidence=0.9,
        n_resamples=10_000,
    )


def test_the_levels_are_99_percent_over_chance_and_90_over_the_champion_of_10_000_resamples() -> None:
    assert (OVER_CHANCE.error, OVER_CHANCE.n_resamples) == (0.01, 10_000)
    assert (OVER_CHAMPION.error, OVER_CHAMPION.n_resamples) == (0.10, 10_000)


@pytest.mark.slow
def test_the_first_model_that_beats_chance_is_promoted() -> None:
    verdict = decide_promotion(candidate(), has_champion=False, comparison=None)
    assert verdict.promote
    assert "better than chance: macro F1" in verdict.why
    assert "ROC AUC" in verdict.why
    assert "99 % intervals over 200 artists" in verdict.why


@pytest.mark.slow
def test_a_model_without_skill_is_not_promoted_though_it_stands_above_the_majority() -> None:
    """It guesses evenly: a macro F1 of .25, where that of always saying one class is .1."""
    verdict = decide_promotion(candidate(answered(right=0.25, sure=0.3)), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "not above chance" in verdict.why


def test_a_model_that_is_right_but_ranks_no_better_than_a_coin_is_not_promoted() -> None:
    """Its 70 % right answers are barely beyond .5 and its wrong ones are certain: .49 of all pairs are in order."""
    rng = np.random.default_rng(0)
    y, is_right = np.arange(400) % 2, rng.random(400) < 0.7
    sad = np.where(is_right, np.where(y == 1, 0.51, 0.49), np.where(y == 1, 0.01, 0.99))
    rows = OutOfFold(
        predictions=np.stack([1 - sad, sad], axis=1),
        targets=np.eye(2)[y],
        folds=np.arange(400) // 2 % 5,
        groups=[f"artist {i // 2:03}" for i in range(400)],
    )
    better, why = compare_with_chance(candidate(rows, outputs=("calm", "sad")))
    assert not better
    assert "not better than chance: ROC AUC is not above 0.5 by" in why


def test_a_ranking_that_luck_explains_is_not_promoted_though_it_is_above_a_half() -> None:
    """Two tracks an artist, right or wrong together, and wrong always in the same way: 40 % are right."""
    y = np.arange(160) % 4
    said = np.where(np.arange(160) < 64, y, (y + 1) % 4)
    predictions = np.where(np.arange(4) == said[:, np.newaxis], 0.4, 0.2)
    groups = [f"artist {n // 2}" for n in range(160)]
    rows = OutOfFold(
        predictions=predictions,
        targets=np.eye(4)[y],
        folds=np.array([assign_fold(group, 5) for group in groups]),
        groups=groups,
    )
    better, why = compare_with_chance(candidate(rows))
    assert not better
    assert "not better than chance: ROC AUC is not above 0.5 by" in why
    assert float(why.split("ROC AUC ")[2][:5]) > 0.55


@pytest.mark.slow
def test_an_f1_that_luck_explains_is_not_promoted_though_it_is_above_chance() -> None:
    """It ranks well and is much too fond of the rare class."""
    rng = np.random.default_rng(0)
    p = np.clip(rng.beta(0.3, 2, size=1200), 0.01, 0.99)
    y, raised = (rng.random(1200) < p).astype(int), 30 * p / (30 * p + 1 - p)
    rows = OutOfFold(
        predictions=np.stack([1 - raised, raised], axis=1),
        targets=np.eye(2)[y],
        folds=np.arange(1200) // 2 % 5,
        groups=[f"artist {i // 2:03}" for i in range(1200)],
    )
    better, why = compare_with_chance(candidate(rows, outputs=("calm", "sad")))
    assert not better
    assert "not better than chance: macro F1 is not above chance by" in why
    assert "difference +0.0" in why


def test_a_challenger_has_to_beat_the_champion_and_a_tie_keeps_it() -> None:
    better = decide_promotion(candidate(), has_champion=True, comparison=difference(0.001))
    tie = decide_promotion(candidate(), has_champion=True, comparison=difference(0.0))
    assert (better.promote, tie.promote, tie.may_be_forced) == (True, False, True)
    assert "better than chance" in better.why
    assert "not better beyond chance" in tie.why


def test_a_challenger_that_beats_the_champion_but_not_chance_is_not_promoted() -> None:
    """The champion may be worse than chance on these tracks."""
    verdict = decide_promotion(candidate(answered(right=0.25, sure=0.3)), has_champion=True, comparison=difference(0.1))
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "not above chance" in verdict.why


def test_without_shared_tracks_the_champion_stays() -> None:
    verdict = decide_promotion(candidate(), has_champion=True, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "cannot be compared" in verdict.why


@pytest.mark.slow
def test_a_comparison_on_too_few_artists_keeps_the_champion() -> None:
    verdict = decide_promotion(candidate(), has_champion=True, comparison=difference(0.01, n_groups=29))
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "these tracks have 29 of the 30" in verdict.why


@pytest.mark.parametrize(("n_artists", "passes"), [(12, False), (29, False), (30, True), (59, True), (60, True)])
def test_a_promotion_takes_30_artists_and_says_how_many_are_missing(n_artists: int, *, passes: bool) -> None:
    verdict = decide_promotion(
        candidate(answered(n_artists=n_artists, right=0.9, sure=0.9)), has_champion=False, comparison=None
    )
    assert (verdict.promote, verdict.may_be_forced) == (passes, True)
    missing = 30 - n_artists
    assert (
        passes
        or f"{n_artists} of the 30 that a promotion takes, {missing} {'is' if missing == 1 else 'are'}" in verdict.why
    )


@pytest.mark.parametrize(("n_artists_of_a_class", "passes"), [(7, False), (8, True), (0, True)])
def test_a_class_takes_8_artists_unless_nobody_labelled_it(n_artists_of_a_class: int, *, passes: bool) -> None:
    y = np.arange(390) % 3
    y[:n_artists_of_a_class] = 3
    predictions = np.full((390, 4), 0.05)
    predictions[np.arange(390), y] = 0.85
    predictions[::6] = predictions[::6, ::-1]
    rows = OutOfFold(
        predictions=predictions,
        targets=np.eye(4)[y],
        folds=np.arange(390) % 5,
        groups=[f"artist {i:03}" for i in range(390)],
    )
    verdict = decide_promotion(candidate(rows), has_champion=False, comparison=None)
    assert verdict.promote == passes
    assert passes or "happy has 7 of the 8 that a promotion takes, 1 is missing" in verdict.why


def test_a_tag_takes_8_artists() -> None:
    has = np.zeros((300, 2), bool)
    has[:7, 0], has[::2, 1] = True, True
    rng = np.random.default_rng(0)
    rows = OutOfFold(
        predictions=np.clip(has * 0.6 + rng.random((300, 2)) * 0.4, 0, 1),
        targets=has.astype(float),
        folds=np.arange(300) % 5,
        groups=[f"artist {i:03}" for i in range(300)],
    )
    verdict = decide_promotion(
        candidate(rows, kind=TAGS, outputs=("rare", "dark")), has_champion=False, comparison=None
    )
    assert not verdict.promote
    assert "rare has 7 of the 8" in verdict.why


@pytest.mark.parametrize(("quality", "passes"), [((0.7, 0.7), True), ((0.8, 0.0), False), ((0.0, 0.8), False)])
def test_both_numbers_have_to_be_predicted(quality: Sequence[float], *, passes: bool) -> None:
    rng = np.random.default_rng(0)
    true = rng.uniform(-0.8, 0.8, (300, 2))
    predictions = true * quality + rng.normal(scale=0.05, size=true.shape)
    rows = OutOfFold(
        predictions=predictions,
        targets=true,
        folds=np.arange(300) % 5,
        groups=[f"artist {i:03}" for i in range(300)],
    )
    verdict = decide_promotion(
        candidate(rows, kind=DIMENSIONS, outputs=("valence", "arousal")), has_champion=False, comparison=None
    )
    assert verdict.promote == passes
    assert passes or f"R2 of {('valence', 'arousal')[quality.index(0.0)]} is not above 0" in verdict.why


def test_the_more_were_tried_the_more_a_candidate_has_to_show() -> None:
    rows = answered(n=240, n_artists=120, right=0.36, sure=0.36, seed=3)
    alone = decide_promotion(candidate(rows), has_champion=False, comparison=None)
    many = decide_promotion(candidate(rows, n_tried=500), has_champion=False, comparison=None)
    assert (alone.promote, many.promote) == (True, False)
    assert "99.998 % intervals, because 500 candidates were tried" in many.why
    assert many.n_tried == 500


def test_calibration_is_judged_by_what_exceeds_that_of_perfect_probabilities() -> None:
    """An error of .12, of which perfect probabilities show .04 on 120 tracks and .01 on 4,000."""
    few, many = (unsure(answered(n=n, n_artists=n // 2), by=0.12) for n in (120, 4000))
    assert decide_promotion(candidate(few), has_champion=False, comparison=None).promote
    verdict = decide_promotion(candidate(many), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "more than perfect calibration would show" in verdict.why


@pytest.mark.slow
def test_a_model_whose_rare_classes_were_raised_on_purpose_is_asked_for_its_calibration_without_that() -> None:
    """Probabilities of mostly calm tracks, with sad ones counted 25 times."""
    rng = np.random.default_rng(0)
    p = np.clip(rng.beta(0.5, 2.5, size=1200), 0.01, 0.99)
    y = (rng.random(1200) < p).astype(int)
    raised = 25 * p / (25 * p + 1 - p)
    rows = OutOfFold(
        predictions=np.stack([1 - raised, raised], axis=1),
        targets=np.eye(2)[y],
        folds=np.arange(1200) % 5,
        groups=[f"artist {i // 2:03}" for i in range(1200)],
    )
    two = {"outputs": ("calm", "sad")}
    plain = decide_promotion(candidate(rows, **two), has_champion=False, comparison=None)
    assert "not calibrated" in plain.why
    weighted = {"export_max_difference": 0.0, "ece_unweighted": 0.03}
    without = decide_promotion(candidate(rows, metrics=weighted, **two), has_champion=False, comparison=None)
    assert "not calibrated" not in without.why


@pytest.mark.parametrize("report", [{"clean": False}, {}, {"clean": False, "state": "leak"}])
def test_a_leak_is_never_overruled(report: dict[str, Any]) -> None:
    verdict = decide_promotion(candidate(leak_report=report), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, False)


def test_a_training_set_of_unknown_artists_may_be_forced_and_says_what_to_do() -> None:
    report = {"clean": False, "state": "unknown", "n_unknown": 40, "n_items": 598}
    verdict = decide_promotion(candidate(leak_report=report), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert verdict.why == "40 of 598 tracks have no artist: tag them, or promote with force"
    metrics = {"export_max_difference": 1.0}
    differs = decide_promotion(candidate(leak_report=report, metrics=metrics), has_champion=False, comparison=None)
    assert not differs.may_be_forced, "the export is asked for first"


def test_tracks_that_were_left_out_of_the_comparison_are_counted() -> None:
    found = replace(difference(0.001), n_left_out=12)
    verdict = decide_promotion(candidate(), has_champion=True, comparison=found)
    assert "12 tracks left out because their artist groups differ" in verdict.why


def test_a_model_that_no_longer_answers_what_the_champion_does_may_be_forced() -> None:
    verdict = decide_promotion(candidate(), has_champion=True, comparison=difference(0.01), lost=["angry"])
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "no longer answers angry" in verdict.why


def test_a_model_whose_tracks_are_gone_may_be_forced() -> None:
    verdict = decide_promotion(candidate(rows=None), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)


@pytest.mark.parametrize("off", [2e-5, float("nan"), float("inf")])
def test_an_export_that_answers_something_else_is_never_overruled(off: float) -> None:
    verdict = decide_promotion(candidate(metrics={"export_max_difference": off}), has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, False)


def trial(comparison: ModelComparison | None, *, n_readable: int = 400, n_known: int = 0) -> StarterTrial:
    return StarterTrial(n_readable=n_readable, n_known=n_known, comparison=comparison)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("against_starter", "passes", "said"),
    [
        (trial(difference(0.001)), True, "against the starter's 0.680 on 400 labelled tracks"),
        (trial(difference(0.0)), False, "not better beyond chance"),
        (
            trial(difference(0.001, n_groups=29), n_known=9),
            False,
            "or on their artists: too few artists: these tracks have 29 of the 30 that a promotion takes, 1 is missing",
        ),
        (trial(None, n_known=400), False, "there is nothing to compare it with the starter on: 400 tracks left out"),
        (trial(None, n_readable=0), True, "the starter answers none of these tracks"),
    ],
)
def test_a_model_takes_the_place_of_the_starter_only_if_it_is_better_on_enough_artists(
    against_starter: StarterTrial, said: str, *, passes: bool
) -> None:
    verdict = decide_promotion(candidate(), has_champion=False, comparison=None, trial=against_starter)
    assert (verdict.promote, verdict.may_be_forced) == (passes, True)
    assert said in verdict.why
    assert passes or "with force overrules this" in verdict.why


def test_a_champion_that_is_not_beaten_stays_whatever_the_starter_says() -> None:
    verdict = decide_promotion(
        candidate(), has_champion=True, comparison=difference(0.0), trial=trial(difference(0.001))
    )
    assert not verdict.promote
    assert "against the champion's" in verdict.why
