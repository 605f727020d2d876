"""The curve head that ships with the starter."""

from pathlib import Path

import numpy as np
import pytest

from services.starter import curve as curve_command
from services.starter.training_sets import prepare_clips
from shared.curve.head import CurveHead
from shared.domain.emotion import QUADRANT4
from shared.domain.taggers import MUSICNN, list_versions
from shared.domain.windows import WINDOW_TAGGERS, WINDOW_WIDTHS
from shared.starter.curve import CURVE_FILE, load_starter_curve, write_starter_curve
from shared.starter.rows import DATA
from tests.support.made_up_clips import draw_clips

MOST_BYTES = 500_000


@pytest.mark.skipif(not (DATA / CURVE_FILE).is_file(), reason="the starter is left out")
def test_the_shipped_head_reads_the_taggers_of_today_and_keeps_the_rule_of_single_clips() -> None:
    shipped = load_starter_curve()
    assert shipped is not None
    head, figures = shipped
    assert dict(head.versions) == list_versions(WINDOW_TAGGERS.values())
    assert head.outputs == QUADRANT4.emotions
    assert figures["single_tracks_cut"] <= 0.1
    assert figures["track_macro_f1"] > 0.65
    assert (DATA / CURVE_FILE).stat().st_size < MOST_BYTES


def test_where_the_starter_is_left_out_there_is_no_head(tmp_path: Path) -> None:
    assert load_starter_curve(tmp_path) is None


def test_the_same_clips_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows are made up here: the networks are tested elsewhere."""
    prepared = prepare_clips(draw_clips(48))
    rng = np.random.default_rng(0)
    windows = [rng.normal(size=(13, sum(WINDOW_WIDTHS["musicnn"]))).astype(np.float32) for _ in prepared.clips]
    monkeypatch.setattr(curve_command, "_TAGGERS", (MUSICNN,))
    monkeypatch.setattr(curve_command, "read_windows", lambda *_, **__: windows)
    for name in ("one", "two"):
        head, figures = curve_command.build_starter_curve(prepared, seed=0)
        write_starter_curve(head, figures, tmp_path / name)
    kept = [(tmp_path / name / CURVE_FILE).read_bytes() for name in ("one", "two")]
    assert kept[0] == kept[1]
    read = load_starter_curve(tmp_path / "one")
    assert read is not None
    assert isinstance(read[0], CurveHead)
    assert read[1]["n_labelled"] == len(prepared.clips)
