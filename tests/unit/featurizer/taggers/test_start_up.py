"""A featurizer at its start: what it says of taggers that it cannot run."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def run_code(code: str, *, taggers: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MER_TAGGERS": taggers},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_featurizer_does_not_start_with_an_unknown_tagger() -> None:
    ended = run_code("import services.featurizer.worker", taggers="vggish")
    assert ended.returncode != 0
    assert "no such tagger: vggish; there are musicnn, yamnet, chords" in ended.stderr


def test_a_featurizer_names_a_tagger_without_its_file_and_goes_on_with_the_others() -> None:
    code = """
from pathlib import Path
from services.featurizer.taggers import graph_file
from shared.domain.taggers import CHORDS
graph_file.load_graph(CHORDS)
graph_file.GRAPH_FOLDER = Path("nowhere")
from services.featurizer import tasks
tasks._warm_parent()
print("usable:", [tagger.name for tagger in tasks._taggers()])
"""
    ended = run_code(code, taggers="yamnet,chords")
    assert ended.returncode == 0, ended.stderr
    assert "usable: ['chords']" in ended.stdout
    assert "tagger.not_usable" in ended.stdout
    assert "the tagger yamnet has no file nowhere/yamnet.onnx: run `make taggers`, or leave it out" in ended.stdout
