"""The benchmark that trains on the talk's tables and asks about another origin's, on made-up tables of both."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cross_source import run
from benchmarks.mood_tables import MOODS
from shared.domain.track import CATALOGUE_COLUMNS
from tests.support.catalogue_values import value_in_range

_PLACE = {"calm": 0.2, "sad": 0.4, "energetic": 0.6, "happy": 0.8}


def write(path: Path, rows: list[tuple[str, str, str]], columns: list[str], *, shift: float = 0.0, seed: int) -> None:
    """`(id, artist, mood)` rows whose numbers lie at their mood's place, in the range of each column."""
    rng = np.random.default_rng(seed)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "artist_name", "emotion", *columns])
        for its_id, artist, mood in rows:
            values = _PLACE[mood] + shift + rng.normal(0, 0.02, len(columns))
            cells = [value_in_range(column, value) for column, value in zip(columns, values.tolist(), strict=True)]
            writer.writerow([its_id, artist, mood, *cells])


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    for seed, mood in enumerate(MOODS):
        rows = [(f"{mood}{n}", f"{mood} artist {n // 2}", mood) for n in range(24)]
        write(tmp_path / f"{mood}.csv", rows, list(CATALOGUE_COLUMNS), seed=seed)
    return tmp_path


def test_columns_are_matched_and_shared_tracks_are_taken_out_of_the_training(talk: Path, tmp_path: Path) -> None:
    fewer = [name for name in CATALOGUE_COLUMNS if name not in {"liveness", "mode", "duration_ms"}] + ["length"]
    others = [(f"other{n}", f"else {n}", MOODS[n % 4]) for n in range(32)]
    shared = [("calm0", "calm artist 0", "calm"), ("sad3", "sad artist 1", "sad")]
    write(tmp_path / "elsewhere.csv", [*others, *shared], fewer, shift=0.05, seed=9)
    found = run(talk, tmp_path / "elsewhere.csv", estimator="tree", imbalance="none")
    assert found["columns_missing"] == ["mode", "liveness"], "length is another name of duration_ms"
    assert (found["n_shared_ids_removed"], found["n_train"], found["n_test"]) == (2, 94, 34)
    assert found["n_artists_on_both_sides"] == 2
    assert found["macro_f1"]["value"] > 0.9
    assert all(shift > 0 for shift in found["shift"].values())
    assert found["shares"]["train"]["calm"] == pytest.approx(23 / 94)


def test_a_table_without_moods_is_refused_saying_what_is_needed(talk: Path, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_text("id,title\n1,Ode\n")
    with pytest.raises(SystemExit, match="name the columns"):
        run(talk, tmp_path / "plain.csv")
