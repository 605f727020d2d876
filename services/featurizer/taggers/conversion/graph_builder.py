"""Writes ONNX graphs node by node: names of tensors in, names of tensors out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from shared.arrays import Tensor

OPSET = 17
IR_VERSION = 8
"""Of the file format that ONNX Runtime has read since 2022."""
BATCH_NORM_EPSILON = 1e-3


class GraphBuilder:
    """Collects the nodes and weights of one graph. Each method adds a node and returns the name of what it gives."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def add_weight(self, values: Tensor) -> str:
        """The name of a constant tensor."""
        name = f"weight_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype=np.float32), name))
        return name

    def add_shape(self, *sizes: int) -> str:
        """The name of a constant vector of int64."""
        name = f"weight_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(np.asarray(sizes, dtype=np.int64), name))
        return name

    def add_node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """The name of the only output of a node."""
        name = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def scale_shift(self, tensor: str, scale: Tensor, shift: Tensor) -> str:
        """`tensor * scale + shift`, broadcast as NumPy does."""
        return self.add_node("Add", self.add_node("Mul", tensor, self.add_weight(scale)), self.add_weight(shift))

    def build_model(
        self,
        inputs: dict[str, Sequence[int | str]],
        outputs: dict[str, tuple[str, Sequence[int | str]]],
        *,
        name: str,
    ) -> onnx.ModelProto:
        """The model; `outputs` gives by name the tensor and its shape.

        Raises:
            onnx.checker.ValidationError: a node does not fit.

        """
        for output, (tensor, _) in outputs.items():
            self._nodes.append(helper.make_node("Identity", [tensor], [output]))
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(one, TensorProto.FLOAT, list(shape)) for one, shape in inputs.items()],
            [helper.make_tensor_value_info(one, TensorProto.FLOAT, list(shape)) for one, (_, shape) in outputs.items()],
            self._weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="mer")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        return model


def normalisation_factors(gamma: Tensor, beta: Tensor, mean: Tensor, variance: Tensor) -> tuple[Tensor, Tensor]:
    """`(scale, shift)` of a trained batch normalisation, computed in float64 and rounded once."""
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + BATCH_NORM_EPSILON)
    shift = beta - mean.astype(np.float64) * scale
    return scale.astype(np.float32), shift.astype(np.float32)
