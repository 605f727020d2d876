"""What a graph computes, as digits: equal for two files of the same weights and nodes, whatever wrote them."""

import hashlib
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # protobuf has no types
from onnx import numpy_helper

_N_DIGITS = 12


def digest_graph(path: Path) -> str:
    """Twelve hexadecimal digits over the inputs, outputs, nodes and weights of an ONNX file.

    The names of inputs and outputs count, because a spec names them; those of nodes and of all tensors between do not,
    nor do texts, metadata, the producer, or how a weight is written.

    Raises:
        ValueError: the file is no ONNX.

    """
    try:
        model = onnx.load(str(path))
    except DecodeError as error:
        raise ValueError(str(error)) from error
    digest = _GraphDigest()
    digest.add(*sorted(f"{one.domain or 'ai.onnx'} {one.version}" for one in model.opset_import))
    functions = {(one.domain, one.name): one for one in model.functions}
    for key in sorted(functions):
        digest.add(*key, functions[key].SerializeToString(deterministic=True).hex())
    digest.add_graph(model.graph)
    return digest.hexdigits


class _GraphDigest:
    """Takes in graphs, the names of their tensors replaced by what gives them."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._n_tensors = 0

    @property
    def hexdigits(self) -> str:
        return self._hash.hexdigest()[:_N_DIGITS]

    def add(self, *words: str) -> None:
        """Take in words, each with its length, so that no two lists of words give the same."""
        for word in words:
            content = word.encode()
            self._hash.update(f"{len(content)}:".encode() + content)

    def add_graph(self, graph: onnx.GraphProto, *, outer: dict[str, str] | None = None) -> None:
        """Take in a graph. `outer` are the tensors that a graph within a node sees of those around it, by name."""
        given = dict(outer or {})
        weights = {one.name: one for one in graph.initializer}
        for name, weight in weights.items():
            given[name] = _digest_weight(weight)
        for sparse in graph.sparse_initializer:
            given[sparse.values.name] = f"sparse {_digest_weight(sparse.values)} {_digest_weight(sparse.indices)}"
        for entry in graph.input:
            if entry.name not in weights:  # older files list their weights among the inputs
                given[entry.name] = f"input {entry.name}"
                self.add(entry.name, entry.type.SerializeToString(deterministic=True).hex() if outer is None else "")
        for node in graph.node:
            self._add_node(node, given)
        for entry in graph.output:
            self.add(entry.name if outer is None else "", given.get(entry.name, ""))

    def _add_node(self, node: onnx.NodeProto, given: dict[str, str]) -> None:
        self.add(node.op_type, node.domain, *(given.get(name, "") for name in node.input))
        for attribute in sorted(node.attribute, key=lambda one: one.name):
            self._add_attribute(attribute, given)
        for name in node.output:
            if name:
                given[name] = f"tensor {self._n_tensors}"
            self._n_tensors += 1
        self.add(str(len(node.output)))

    def _add_attribute(self, attribute: onnx.AttributeProto, given: dict[str, str]) -> None:
        self.add(attribute.name, str(attribute.type))
        value = onnx.helper.get_attribute_value(attribute)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, onnx.GraphProto):
                self.add_graph(one, outer=given)
            elif isinstance(one, onnx.TensorProto):
                self.add(_digest_weight(one))
            else:
                self.add(repr(one))


def _digest_weight(tensor: onnx.TensorProto) -> str:
    values = numpy_helper.to_array(tensor)
    content = repr(values.tolist()).encode() if values.dtype.kind == "O" else values.tobytes()
    return f"weight {values.dtype} {values.shape} {hashlib.sha256(content).hexdigest()}"
