"""`mer emotion --curve` as text."""

import pytest
from rich.console import Console

from services.cli.views.curves import draw_blocks, format_time, show_curve


def curve(**other: object) -> dict[str, object]:
    windows = [
        {
            "start_s": 1.5 * i,
            "end_s": 1.5 * i + 3,
            "probabilities": {"Q1": p, "Q3": 1 - p},
            "valence": 2 * p - 1,
            "arousal": None,
        }
        for i, p in enumerate([1.0] * 8 + [0.0] * 8)
    ]
    segments = [
        {"start_s": 0.0, "end_s": 12.0, "emotion": "Q1", "probabilities": {"Q1": 0.9}},
        {"start_s": 12.0, "end_s": 75.5, "emotion": "Q3", "probabilities": {"Q3": 0.8}},
    ]
    return {
        "taxonomy": "quadrant4",
        "windows": windows,
        "segments": segments,
        "excerpt": {"start_s": 15.0, "end_s": 24.0, "emotion": "Q3", "probability": 0.6, "probability_without": 0.4},
        "is_cut_off": False,
        "head": {"note": "another head"},
        **other,
    }


def test_a_curve_is_drawn_with_its_segments(capsys: pytest.CaptureFixture[str]) -> None:
    show_curve(Console(width=120), curve())
    shown = capsys.readouterr().out
    assert "Q1 happy ████████        " in shown
    assert "Q3 sad           ████████" in shown
    assert "valence  ████████" in shown
    assert "arousal" not in shown
    assert "0:12 to 1:15: Q3 sad (0.80)" in shown
    assert "most of Q3 sad comes from 0:15 to 0:24: 0.60 with it, 0.40 without" in shown
    assert "another head" in shown
    assert "five minutes" not in shown


def test_a_long_curve_is_averaged_to_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert draw_blocks([0.0] * 100 + [1.0] * 100) == " " * 36 + "█" * 36
    assert draw_blocks([0.5]) == "▄"
    assert (format_time(0), format_time(65.9), format_time(299)) == ("0:00", "1:05", "4:59")
    show_curve(Console(width=120), curve(is_cut_off=True, excerpt=None))
    assert "a curve ends at five minutes" in capsys.readouterr().out
