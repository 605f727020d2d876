"""The dense layer of MusiCNN with its batch normalisation, as weights to begin with."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import onnx
from onnx import numpy_helper

from shared.arrays import Tensor
from shared.domain.taggers import MUSICNN
from shared.errors import PermanentError, Reason
from shared.tagger_graphs import GRAPH_FOLDER, WEIGHTS_KEY

N_POOLED, N_HIDDEN = 1506, 200


@dataclass(frozen=True, eq=False)
class DenseLayer:
    """`ReLU((x * scale + shift) @ kernel + bias)`."""

    scale: Tensor
    """`(n_inputs,)`"""
    shift: Tensor
    """`(n_inputs,)`"""
    kernel: Tensor
    """`(n_inputs, n_hidden)`"""
    bias: Tensor
    """`(n_hidden,)`"""


@cache
def read_pretrained_layer() -> DenseLayer:
    """The layer of the graph that the featurizer runs, read once a process.

    Raises PermanentError: `not_found`, or `tagger_mismatch` where the file holds other weights.
    """
    path = GRAPH_FOLDER / f"{MUSICNN.name}.onnx"
    if not path.is_file():
        raise PermanentError(Reason.NOT_FOUND, f"the tagger {MUSICNN.name} has no file {path}: run `make taggers`")
    model = onnx.load(str(path))
    digest = {entry.key: entry.value for entry in model.metadata_props}.get(WEIGHTS_KEY)
    if digest != MUSICNN.weights:
        detail = f"{path} holds the weights {digest}, and {MUSICNN.weights} are needed: run `make taggers`"
        raise PermanentError(Reason.TAGGER_MISMATCH, detail)
    weights = {one.name: one for one in model.graph.initializer}
    giver = {name: node for node in model.graph.node for name in node.output}
    [dense] = [
        node
        for node in model.graph.node
        if node.op_type == "Gemm" and tuple(weights[node.input[1]].dims) == (N_POOLED, N_HIDDEN)
    ]
    shifted = giver[dense.input[0]]
    scaled = giver[shifted.input[0]]
    names = (scaled.input[1], shifted.input[1], dense.input[1], dense.input[2])
    return DenseLayer(*(numpy_helper.to_array(weights[name]) for name in names))


def draw_layer(x: Tensor, *, n_hidden: int, rng: np.random.Generator) -> DenseLayer:
    """A layer at random for rows like `x` `(n, n_inputs)`, which it standardises."""
    scale = (1 / np.maximum(x.std(axis=0), 1e-6)).astype(np.float32)
    kernel = rng.normal(0, np.sqrt(2 / x.shape[1]), (x.shape[1], n_hidden)).astype(np.float32)
    return DenseLayer(scale, -x.mean(axis=0) * scale, kernel, np.zeros(n_hidden, dtype=np.float32))
