"""Write the ONNX files of the built-in taggers.

    python -m services.featurizer.taggers.conversion [--wheels DIR] [--out DIR]

Wheels that are not in the folder are downloaded into it by the hashes of `requirements-taggers.lock`; without
`--wheels` into a temporary one.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import onnx

from services.featurizer.taggers.conversion.chords_graph import build_chords_graph
from services.featurizer.taggers.conversion.musicnn_graph import build_musicnn_graph
from services.featurizer.taggers.conversion.source_weights import (
    digest_weights,
    read_chord_weights,
    read_musicnn_weights,
    read_yamnet_export,
)
from services.featurizer.taggers.conversion.wheels import download_wheels, list_missing_wheels
from services.featurizer.taggers.conversion.yamnet_graph import build_yamnet_graph, list_yamnet_weights
from shared.arrays import Tensor
from shared.domain.taggers import BUILT_IN_TAGGERS
from shared.tagger_graphs import GRAPH_FOLDER, WEIGHTS_KEY


def convert_taggers(wheels: Path, out: Path) -> None:
    """Write `musicnn.onnx`, `yamnet.onnx` and `chords.onnx` into `out`.

    Raises:
        ValueError: weights are not those that the spec names.

    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mer-taggers-") as folder:
        musicnn = read_musicnn_weights(wheels, Path(folder))
        write_graph(build_musicnn_graph(musicnn), musicnn, name="musicnn", out=out)
        yamnet = read_yamnet_export(wheels, Path(folder))
        write_graph(build_yamnet_graph(yamnet), list_yamnet_weights(yamnet), name="yamnet", out=out)
        chords = read_chord_weights(wheels, Path(folder))
        write_graph(build_chords_graph(chords), chords, name="chords", out=out)


def write_graph(graph: onnx.ModelProto, weights: Mapping[str, Tensor], *, name: str, out: Path) -> None:
    """Write one file, whole or not at all, that states the digest of its weights. Raises ValueError."""
    digest = digest_weights(weights)
    if digest != BUILT_IN_TAGGERS[name].weights:
        raise ValueError(f"the weights of {name} are {digest}, and its spec names {BUILT_IN_TAGGERS[name].weights}")
    onnx.helper.set_model_props(graph, {WEIGHTS_KEY: digest})
    partial = out / f".{name}.onnx.part"
    onnx.save(graph, str(partial))
    partial.rename(out / f"{name}.onnx")


def main() -> int:
    """Run the command."""
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}  # what it would tell concerns nobody here
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, help="a folder in which the wheels are kept")
    parser.add_argument("--out", type=Path, default=GRAPH_FOLDER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mer-wheels-") as folder:
        wheels = arguments.wheels or Path(folder)
        if list_missing_wheels(wheels):
            download_wheels(wheels)
        convert_taggers(wheels, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
