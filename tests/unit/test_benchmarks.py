"""The runner of the benchmarks: which there are, and what it says where their data is missing."""

import ast
from pathlib import Path

import pytest

from benchmarks.__main__ import list_benchmarks
from benchmarks.arguments import explain_missing_data

FOLDER = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize("name", list_benchmarks())
def test_a_benchmark_can_be_run_and_says_what_data_it_reads(name: str) -> None:
    package = FOLDER / name / "__init__.py"
    body = ast.parse((package if package.exists() else FOLDER / f"{name}.py").read_text()).body
    run = next(node for node in body if isinstance(node, ast.FunctionDef) and node.name == "run")
    names = {
        target.id
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    reads_data = any(argument.arg == "data" for argument in (*run.args.args, *run.args.kwonlyargs))
    assert reads_data == ("DATA_FILES" in names)


def test_a_folder_with_one_of_the_files_is_enough(tmp_path: Path) -> None:
    (tmp_path / "tracks.csv").touch()
    assert explain_missing_data(tmp_path, ("audio_4q/tracks.csv", "tracks.csv")) is None


@pytest.mark.parametrize("folder", [None, "absent", "."])
def test_what_is_missing_is_said(tmp_path: Path, folder: str | None) -> None:
    problem = explain_missing_data(None if folder is None else tmp_path / folder, ("audio_4q/tracks.csv", "tracks.csv"))
    assert problem is not None
    assert "audio_4q/tracks.csv or tracks.csv" in problem
