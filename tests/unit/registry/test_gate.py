from dataclasses import replace
from typing import Any

import pytest

from shared.registry.comparing import Comparison
from shared.registry.gate import judge, max_ece

CLEAN = {"clean": True}


def metrics(**changed: Any) -> dict[str, Any]:
    good = {
        "n_items": 400, "macro_f1": {"value": 0.7, "low": 0.65, "high": 0.75}, "ece": 0.05,
        "baseline": {"macro_f1": {"value": 0.2}}, "export_max_difference": 5e-7,
    }  # fmt: skip
    return {**good, **changed}


def difference(low: float) -> Comparison:
    return Comparison(
        n_tracks=400, n_groups=200, mine=0.7, theirs=0.68, difference=0.02, low=low, high=0.04, share_better=0.97
    )


def test_the_first_model_that_beats_the_majority_is_promoted() -> None:
    verdict = judge(metrics=metrics(), leak_report=CLEAN, has_champion=False, comparison=None)
    assert verdict.promote
    assert "majority" in verdict.why


def test_a_model_whose_rare_classes_were_raised_on_purpose_is_asked_for_its_calibration_without_that() -> None:
    raised = metrics(ece=0.3, ece_unweighted=0.05)
    assert judge(metrics=raised, leak_report=CLEAN, has_champion=False, comparison=None).promote


def test_a_better_model_replaces_the_champion_and_a_tie_keeps_it() -> None:
    better = judge(metrics=metrics(), leak_report=CLEAN, has_champion=True, comparison=difference(0.001))
    tie = judge(metrics=metrics(), leak_report=CLEAN, has_champion=True, comparison=difference(0.0))
    assert (better.promote, tie.promote, tie.may_be_forced) == (True, False, True)
    assert "not better beyond chance" in tie.why


def test_without_shared_tracks_the_champion_stays() -> None:
    verdict = judge(metrics=metrics(), leak_report=CLEAN, has_champion=True, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "cannot be compared" in verdict.why


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"macro_f1": {"value": 0.2}}, "not above the majority"),
        ({"macro_f1": {"value": float("nan")}}, "not above the majority"),
        ({"ece": 0.16}, "not calibrated"),
        ({"ece": 0.3, "ece_unweighted": 0.16}, "also without the weight given to rare classes"),
    ],
)
def test_what_is_no_good_may_be_forced(changed: dict[str, Any], said: str) -> None:
    verdict = judge(metrics=metrics(**changed), leak_report=CLEAN, has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert said in verdict.why


@pytest.mark.parametrize("report", [{"clean": False}, {}])
def test_a_leak_is_never_overruled(report: dict[str, Any]) -> None:
    verdict = judge(metrics=metrics(), leak_report=report, has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, False)


def test_a_model_of_unknown_artists_is_promoted_by_force_only() -> None:
    report = {"state": "unknown", "clean": False, "n_unknown": 40, "n_items": 598}
    verdict = judge(metrics=metrics(), leak_report=report, has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert verdict.why == "40 of 598 tracks have no artist: tag them, or promote with force"
    differs = judge(metrics=metrics(export_max_difference=1.0), leak_report=report, has_champion=False, comparison=None)
    assert not differs.may_be_forced, "the export is asked for first"


def test_tracks_that_were_left_out_of_the_comparison_are_counted() -> None:
    found = replace(difference(0.001), n_left_out=12)
    verdict = judge(metrics=metrics(), leak_report=CLEAN, has_champion=True, comparison=found)
    assert "12 tracks left out because their artist groups differ" in verdict.why


@pytest.mark.parametrize("off", [2e-5, float("nan"), float("inf")])
def test_an_export_that_answers_something_else_is_never_overruled(off: float) -> None:
    changed = metrics(export_max_difference=off)
    verdict = judge(metrics=changed, leak_report=CLEAN, has_champion=False, comparison=None)
    assert (verdict.promote, verdict.may_be_forced) == (False, False)


def test_few_rows_are_allowed_the_calibration_error_that_chance_makes() -> None:
    assert max_ece(25) == pytest.approx(0.3)
    assert max_ece(10_000) == pytest.approx(0.11)
