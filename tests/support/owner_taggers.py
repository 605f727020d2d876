"""Small networks of an owner's, made here, and their spec files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from services.featurizer.taggers.graph_digest import digest_graph
from shared.arrays import Tensor
from shared.domain.taggers import TaggerSpec
from shared.tagger_files import read_tagger_file

N_FRAMES, N_BANDS, N_TAGS, N_EMBEDDING = 20, 8, 3, 4
MEL = {
    "n_fft": 512,
    "hop_length": 256,
    "n_mels": N_BANDS,
    "fmax": 4000.0,
    "log": "log10",
    "log_factor": 10_000.0,
    "log_offset": 1.0,
}
WEIGHTS: Tensor = np.random.default_rng(3).normal(size=(N_BANDS, N_TAGS + N_EMBEDDING)).astype(np.float32)


def mel_graph(
    weights: Tensor = WEIGHTS, *, prefix: str = "", batch: str | int = "n", raw: bool = True
) -> onnx.ModelProto:
    """In: `log_mel` `(n, 20, 8)`. Out: `tags` `(n, 3)` and `embedding` `(n, 4)`, linear in the mean over the frames."""
    dense = numpy_helper.from_array(weights, f"{prefix}dense")
    if not raw:
        dense = helper.make_tensor(f"{prefix}dense", TensorProto.FLOAT, weights.shape, weights.ravel().tolist())
    nodes = [
        helper.make_node("ReduceMean", ["log_mel"], [f"{prefix}mean"], axes=[1], keepdims=0),
        helper.make_node("MatMul", [f"{prefix}mean", f"{prefix}dense"], [f"{prefix}both"], name=f"{prefix}product"),
        helper.make_node("Split", [f"{prefix}both", f"{prefix}sizes"], ["tags", "embedding"], axis=1),
    ]
    sizes = numpy_helper.from_array(np.array([N_TAGS, N_EMBEDDING], dtype=np.int64), f"{prefix}sizes")
    return _model(
        nodes,
        {"log_mel": [batch, N_FRAMES, N_BANDS]},
        {"tags": [batch, N_TAGS], "embedding": [batch, N_EMBEDDING]},
        [dense, sizes],
    )


def waveform_graph() -> onnx.ModelProto:
    """In: `wave` `(1, 1600)`. Out: `loudness` `(1, 1)`: log of the mean square, minus infinity for silence."""
    nodes = [
        helper.make_node("Mul", ["wave", "wave"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Log", ["mean"], ["loudness"]),
    ]
    return _model(nodes, {"wave": [1, 1600]}, {"loudness": [1, 1]}, [])


def write_tagger(
    folder: Path, stem: str = "mine", *, graph_model: onnx.ModelProto | None = None, **changes: Any
) -> Path:
    """A spec file in `folder`, with its graph beside it; `changes` replace fields, and None takes one away."""
    onnx.save(mel_graph() if graph_model is None else graph_model, str(folder / f"{stem}.onnx"))
    content = {
        "name": stem,
        "graph": f"{stem}.onnx",
        "weights": digest_graph(folder / f"{stem}.onnx"),
        "sr": 16_000,
        "input": {"name": "log_mel", "axes": ["patches", "frames", "bands"], "mel": MEL},
        "patch_length": N_FRAMES,
        "max_patches": 4,
        "outputs": [
            {
                "name": "tags",
                "block": "tag",
                "size": N_TAGS,
                "unit": "logit",
                "pooling": ["mean"],
                "value_names": ["calm", "loud", "odd"],
            },
            {"name": "embedding", "block": "embedding", "size": N_EMBEDDING, "pooling": ["mean", "std"]},
        ],
        "cost_s": 0.02,
        "licence": "CC0-1.0",
        "citation": "made by a test",
        "trained_on": "nothing",
    } | changes
    path = folder / f"{stem}.json"
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))
    return path


def waveform_fields() -> dict[str, Any]:
    """What `write_tagger` changes for `waveform_graph`."""
    return {
        "input": {"name": "wave", "axes": ["patches", "samples"]},
        "patch_length": 1600,
        "outputs": [{"name": "loudness", "block": "loudness", "size": 1, "pooling": ["mean", "std"]}],
    }


def owner_tagger(folder: Path, stem: str = "mine", **changes: Any) -> TaggerSpec:
    """The tagger of `write_tagger`."""
    return read_tagger_file(write_tagger(folder, stem, **changes))


def _model(
    nodes: Sequence[onnx.NodeProto],
    inputs: Mapping[str, Sequence[int | str]],
    outputs: Mapping[str, Sequence[int | str]],
    weights: Sequence[onnx.TensorProto],
) -> onnx.ModelProto:
    graph = helper.make_graph(
        list(nodes),
        "small",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in outputs.items()],
        list(weights),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="a test")
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    return model
