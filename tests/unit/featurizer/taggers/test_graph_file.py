"""A tagger whose file is missing or holds something else is named, with what to do, and left out."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from services.featurizer.taggers.graph_file import (
    TaggerFileError,
    TaggerGraph,
    load_graph,
)
from services.featurizer.taggers.usable_taggers import split_usable
from shared.domain.taggers import BUILT_IN_TAGGERS, CHORDS, YAMNET
from shared.tagger_graphs import GRAPH_FOLDER, WEIGHTS_KEY


def test_the_files_that_make_builds_hold_the_weights_of_the_specs() -> None:
    usable, problems = split_usable(BUILT_IN_TAGGERS.values())
    assert usable == tuple(BUILT_IN_TAGGERS.values())
    assert problems == {}


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        TaggerFileError, match=r"chords has no file .*chords\.onnx: run `make taggers`, or leave it out"
    ):
        TaggerGraph(tmp_path / "chords.onnx", spec=CHORDS)


def test_a_file_with_other_weights_is_refused(tmp_path: Path) -> None:
    graph = onnx.load(str(GRAPH_FOLDER / "chords.onnx"))
    onnx.helper.set_model_props(graph, {WEIGHTS_KEY: "000000000000"})
    onnx.save(graph, str(tmp_path / "chords.onnx"))
    with pytest.raises(TaggerFileError, match=f"holds the weights 000000000000, .* needs {CHORDS.weights}"):
        TaggerGraph(tmp_path / "chords.onnx", spec=CHORDS)


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chords.onnx").write_bytes(b"half a download")
    with pytest.raises(TaggerFileError, match="cannot be read"):
        TaggerGraph(tmp_path / "chords.onnx", spec=CHORDS)


def test_the_other_taggers_are_used_without_one_that_cannot_be() -> None:
    later = replace(YAMNET, weights="of a later release")
    usable, problems = split_usable((later, CHORDS))
    assert usable == (CHORDS,)
    assert problems.keys() == {"yamnet"}
    assert "run `make taggers`" in problems["yamnet"].detail
    assert load_graph(CHORDS) is load_graph(CHORDS), "it is loaded once a process"
