"""YAMNet (Google) as one ONNX graph in float32, from an export whose weights and activations were rounded to 8 bits.

The export rounds every activation between two layers. Those steps are left out; the weights are the rounded ones.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from services.featurizer.taggers.conversion.graph_builder import GraphBuilder
from shared.arrays import Tensor

N_FRAMES = 96
N_MELS = 64
_LAYERS = frozenset({"Conv", "Relu", "Gemm", "GlobalAveragePool"})


def build_yamnet_graph(export: onnx.ModelProto) -> onnx.ModelProto:
    """The graph of the export's weights.

    In: `log_mel` `(n, 96, 64)`. Out: `class_logits` `(n, 521)`, `embedding` `(n, 1024)`: the mean over the last maps.
    """
    weights = list_yamnet_weights(export)
    builder = GraphBuilder()
    tensor = builder.add_node("Unsqueeze", "log_mel", builder.add_shape(1))
    embedding = tensor
    for node in export.graph.node:
        if node.op_type not in _LAYERS:
            continue
        if node.op_type == "GlobalAveragePool":
            tensor = embedding = builder.add_node("Flatten", builder.add_node("GlobalAveragePool", tensor), axis=1)
            continue
        names = [builder.add_weight(weights[name]) for name in node.input[1:]]
        attributes = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
        tensor = builder.add_node(node.op_type, tensor, *names, **attributes)
    return builder.build_model(
        {"log_mel": ("n", N_FRAMES, N_MELS)},
        {"class_logits": (tensor, ("n", 521)), "embedding": (embedding, ("n", 1024))},
        name="yamnet",
    )


def list_yamnet_weights(export: onnx.ModelProto) -> dict[str, Tensor]:
    """The weights as the layers read them: kernels as they were rounded, and biases."""
    stored = {one.name: numpy_helper.to_array(one) for one in export.graph.initializer}
    rounded = _round_kernels(export, stored)
    names = [name for node in export.graph.node if node.op_type in _LAYERS for name in node.input[1:]]
    read = {name: rounded.get(name, stored.get(name)) for name in names}
    return {name: values for name, values in read.items() if values is not None and values.dtype == np.float32}


def _round_kernels(export: onnx.ModelProto, stored: Mapping[str, NDArray[Any]]) -> dict[str, Tensor]:
    """What the export's QuantizeLinear and DequantizeLinear make of each weight, by the name of the result."""
    quantized: dict[str, NDArray[np.float64]] = {}
    rounded: dict[str, Tensor] = {}
    for node in export.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] in stored:
            values, scale, zero_point = (stored[name] for name in node.input)
            shape = (-1, *[1] * (values.ndim - 1)) if scale.ndim else ()
            limits = np.iinfo(zero_point.dtype)
            steps = np.rint(values / scale.reshape(shape)) + zero_point.reshape(shape)
            quantized[node.output[0]] = np.clip(steps, limits.min, limits.max)
        elif node.op_type == "DequantizeLinear" and node.input[0] in quantized:
            scale, zero_point = (stored[name] for name in node.input[1:])
            steps = quantized[node.input[0]]
            shape = (-1, *[1] * (steps.ndim - 1)) if scale.ndim else ()
            rounded[node.output[0]] = ((steps - zero_point.reshape(shape)) * scale.reshape(shape)).astype(np.float32)
    return rounded
