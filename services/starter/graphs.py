"""Graphs of the starter: those of the trainer, with one file for the rows that all of them compare a track with."""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from shared.arrays import Indices
from shared.domain.head import VALENCE_AROUSAL

ROWS = "starter_rows"
INPUT, OUTPUT, PLANE_OUTPUT = "features", "emotion_probabilities", "dimensions"
HIGH_SIDES = np.array([[1, 1], [0, 1], [0, 0], [1, 0]], dtype=np.float64)
"""`(4, 2)`: whether Q1 to Q4 are positive, and active."""
_SUPPORTS = "supports_"
_RAW = "raw_rows"


def share_rows(
    artefact: bytes, rounded: np.ndarray, *, rows: Indices, mean: np.ndarray, scale: np.ndarray
) -> onnx.ModelProto:
    """The graph of a kernel ridge regression whose supports are computed from `rows` of `rounded: (n, d)`.

    Restored rows go through a copy of the nodes that scale the features of a track, so that both are scaled by the same
    arithmetic. Raises ValueError where the graph is not of that form.
    """
    model = onnx.load_from_string(artefact)
    graph = model.graph
    supports = [tensor for tensor in graph.initializer if tensor.name.startswith(_SUPPORTS)]
    if len(supports) != 1:
        raise ValueError("the graph has no supports of one kernel")
    (support,) = supports
    graph.initializer.remove(support)
    _spell_out_scaling(graph)
    scaled = _find_scaled_features(graph)
    kept = list(graph.node)
    copied = _copy_nodes(graph, scaled)
    constants: dict[str, np.ndarray] = {
        "rows_read": rows.astype(np.int64),
        "rows_scale": scale.astype(np.float32),
        "rows_mean": mean.astype(np.float32),
        "rows_ones": np.ones((1, len(rows)), dtype=np.float32),
    }
    made = (
        [helper.make_node("Gather", [ROWS, "rows_read"], ["rows_rounded"], axis=0)] if len(rows) < len(rounded) else []
    )
    made += [
        helper.make_node("Cast", ["rows_rounded" if made else ROWS], ["rows_double"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["rows_scale"], ["rows_scale_double"], to=TensorProto.DOUBLE),
        helper.make_node("Cast", ["rows_mean"], ["rows_mean_double"], to=TensorProto.DOUBLE),
        helper.make_node("Mul", ["rows_double", "rows_scale_double"], ["rows_scaled"]),
        helper.make_node("Add", ["rows_scaled", "rows_mean_double"], ["rows_restored"]),
        helper.make_node("Cast", ["rows_restored"], [_RAW], to=TensorProto.FLOAT),
        *copied,
        helper.make_node("Cast", [f"rows/{scaled}"], ["rows_single"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["rows_single"], ["rows_turned"], perm=[1, 0]),
        helper.make_node("Concat", ["rows_turned", "rows_ones"], [support.name], axis=0),
    ]
    if len(rows) == len(rounded):
        del constants["rows_read"]
    del graph.node[:]
    graph.node.extend([*made, *kept])
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    graph.initializer.append(numpy_helper.from_array(rounded, ROWS))
    onnx.checker.check_model(model)
    return model


def as_plane(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph of quadrants as one of valence and arousal: 2p - 1, with p the probability of the positive quadrants,
    or of the active ones.
    """
    plane = onnx.ModelProto()
    plane.CopyFrom(model)
    graph = plane.graph
    for node in graph.node:
        node.output[:] = [f"{name}_of_quadrants" if name == OUTPUT else name for name in node.output]
    signs = (2 * HIGH_SIDES - 1).astype(np.float32)
    bounds = {"plane_low": np.float32(-1), "plane_high": np.float32(1)}
    graph.node.append(helper.make_node("MatMul", [f"{OUTPUT}_of_quadrants", "plane_signs"], ["plane_point"]))
    graph.node.append(helper.make_node("Clip", ["plane_point", *bounds], [PLANE_OUTPUT]))
    graph.initializer.append(numpy_helper.from_array(signs, "plane_signs"))
    graph.initializer.extend(numpy_helper.from_array(np.array(value), name) for name, value in bounds.items())
    del graph.output[:]
    n_outputs = len(VALENCE_AROUSAL.outputs)
    graph.output.append(helper.make_tensor_value_info(PLANE_OUTPUT, TensorProto.FLOAT, [None, n_outputs]))
    helper.set_model_props(plane, {"classes": json.dumps(VALENCE_AROUSAL.outputs), "kind": VALENCE_AROUSAL.kind})
    onnx.checker.check_model(plane)
    return plane


def externalise_rows(model: onnx.ModelProto, *, file: str) -> bytes:
    """The graph with its rows in a file beside it."""
    outside = onnx.ModelProto()
    outside.CopyFrom(model)
    (rows,) = (tensor for tensor in outside.graph.initializer if tensor.name == ROWS)
    size = len(rows.raw_data)
    rows.ClearField("raw_data")
    rows.data_location = TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", "0"), ("length", str(size))):
        entry = rows.external_data.add()
        entry.key, entry.value = key, value
    content: bytes = outside.SerializeToString(deterministic=True)
    return content


def _spell_out_scaling(graph: onnx.GraphProto) -> None:
    """Replace the operator that standardises by two that ONNX Runtime computes once where their inputs are constant."""
    nodes: list[onnx.NodeProto] = []
    for node in graph.node:
        if node.op_type != "Scaler":
            nodes.append(node)
            continue
        values = {one.name: np.array(one.floats, dtype=np.float32) for one in node.attribute}
        offset, scale, moved = (f"{node.output[0]}/{word}" for word in ("offset", "scale", "moved"))
        graph.initializer.append(numpy_helper.from_array(values["offset"], offset))
        graph.initializer.append(numpy_helper.from_array(values["scale"], scale))
        nodes.append(helper.make_node("Sub", [node.input[0], offset], [moved]))
        nodes.append(helper.make_node("Mul", [moved, scale], [node.output[0]]))
    del graph.node[:]
    graph.node.extend(nodes)


def _find_scaled_features(graph: onnx.GraphProto) -> str:
    """The tensor with the features as the kernel compares them."""
    for node in graph.node:
        if node.op_type == "Mul" and any(name.startswith("gammas_") for name in node.input):
            return str(node.input[0])
    raise ValueError("the graph has no kernel")


def _copy_nodes(graph: onnx.GraphProto, wanted: str) -> list[onnx.NodeProto]:
    """A copy of the nodes that make the tensor `wanted` of the features, which reads the raw rows instead."""
    maker = {name: node for node in graph.node for name in node.output}
    is_constant = {tensor.name for tensor in graph.initializer}
    copied: dict[str, onnx.NodeProto] = {}
    """By the first output of the node."""

    def rename(name: str) -> str:
        if name in is_constant or not name:
            return name
        return _RAW if name == INPUT else f"rows/{name}"

    def copy_maker(name: str) -> None:
        node = maker.get(name)
        if node is None or node.output[0] in copied:
            return
        for source in node.input:
            copy_maker(source)
        twin = onnx.NodeProto()
        twin.CopyFrom(node)
        twin.input[:] = [rename(source) for source in node.input]
        twin.output[:] = [rename(made) for made in node.output]
        twin.ClearField("name")
        copied[node.output[0]] = twin

    copy_maker(wanted)
    return list(copied.values())
