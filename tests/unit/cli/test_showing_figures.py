"""What a terminal shows beside the figures of a model."""

import io
from typing import Any

from rich.console import Console

from services.cli.views.figures import show_further_figures

CLASSES = ["calm", "sad"]


def shown(metrics: dict[str, Any], *, classes: list[str] = CLASSES, taxonomy: str = "mood4") -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    show_further_figures(console, metrics, classes, taxonomy=taxonomy)
    return console.export_text()


def judged(calm: float, sad: float) -> list[dict[str, Any]]:
    shares = {"calm": calm, "sad": sad}
    ends = {name: {"low": share - 0.05, "high": share + 0.05} for name, share in shares.items()}
    return [{"coverage": 0.9, "per_class": shares, "per_class_interval": ends}]


def test_calibration_stands_beside_what_perfect_calibration_would_show() -> None:
    said = shown(
        {
            "spec": "e46f5f39daa6",
            "ece": 0.057,
            "brier": 0.464,
            "brier_interval": {"low": 0.43, "high": 0.49},
            "ece_under_perfect_calibration": 0.045,
        }
    )
    assert "features e46f5f39daa6" in said
    assert "Brier score 0.464 (0.430–0.490), ECE 0.057, where perfect calibration would show 0.045" in said


def test_other_assignments_are_shown_as_a_range_or_said_to_be_not_computed() -> None:
    found = {"measure": "macro F1", "values": [0.66, 0.654, 0.684], "low": 0.654, "high": 0.684}
    assert "macro F1 is 0.654 to 0.684 under 3 assignments" in shown({"fold_assignments": found})
    reason = {"measure": "macro F1", "not_computed": "networks are fitted under one assignment only"}
    assert "not computed, networks" in shown({"fold_assignments": reason})


def test_sets_are_shown_by_class_and_sure_answers_by_word() -> None:
    precision = {"value": 0.96, "low": 0.9, "high": 0.99}
    by_answer = {
        "calm": {"precision": precision, "n_sure": 80, "n_answers": 150},
        "sad": {"precision": None, "n_sure": 0, "n_answers": 120},
    }
    sure = {"thresholds": {"calm": 0.8, "sad": None}, "by_answer": by_answer}
    said = shown({"conformal": {"judged": judged(0.95, 0.8), "by_class": {"judged": judged(0.9, 0.91)}, "sure": sure}})
    calm, sad = (next(line for line in said.splitlines() if word in line) for word in CLASSES)
    assert "0.95 (0.90–1.00)" in calm
    assert "0.96 (0.90–0.99), 80 of 150" in calm
    assert "0.91 (0.86–0.96)" in sad
    assert "never sure" in sad


def test_an_origin_below_the_figure_over_all_is_named() -> None:
    rows = [
        {
            "origin": "import: a.csv",
            "n_tracks": 90,
            "n_artists": 60,
            "value": 0.41,
            "low": 0.3,
            "high": 0.5,
            "below_pooled": True,
            "not_computed": None,
        },
        {
            "origin": "playlist: [b]",
            "n_tracks": 12,
            "n_artists": 9,
            "value": None,
            "low": None,
            "high": None,
            "below_pooled": None,
            "not_computed": "fewer than 50 tracks",
        },
    ]
    said = shown({"other_origins": {"measure": "macro F1", "pooled": 0.66, "n_origins": 2, "origins": rows}})
    assert "0.660 over all" in said
    assert "0.410 (0.300–0.500), below the figure over all" in said
    assert "playlist: [b]" in said
    assert "not computed: fewer than 50 tracks" in said


def test_of_an_old_card_nothing_of_this_is_shown() -> None:
    assert shown({"ece": 0.05, "brier": 0.4, "conformal": {"thresholds": {}, "judged": []}}) == ""


def test_quadrants_stand_in_the_table_of_sets_with_their_words() -> None:
    row = {"coverage": 0.9, "per_class": {"Q2": 0.9}, "per_class_interval": {"Q2": {"low": 0.8, "high": 1.0}}}
    by_answer = {"Q2": {"precision": None, "n_sure": 0, "n_answers": 9}}
    sure = {"thresholds": {"Q2": None}, "by_answer": by_answer}
    conformal = {"judged": [row], "by_class": {"judged": [row]}, "sure": sure}
    assert "Q2 tense" in shown({"conformal": conformal}, classes=["Q2"], taxonomy="quadrant4")
