"""A fitted classifier as ONNX bytes.

Contract: input `features`, float32 `(n, n_features)`; one output `emotion_probabilities`, float32 `(n, k)`, in the
order of the taxonomy. That order is made inside the graph, by a product with a 0/1 matrix at its end, which puts every
class into its column and a 0 into the column of a class that was not seen; it is exact. The class names also stand in
the metadata of the file under `classes`, so that an artefact cannot be served beside the card of another taxonomy. A
head that is no taxonomy names its output `tag_probabilities` or `dimensions`, its outputs under `classes` too, and its
kind under `kind`.
"""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper

from services.trainer.fitting import Fitted
from services.trainer.graphs import OPSETS, Drawing, draw
from shared.domain.head import CLASSES, DIMENSIONS, TAGS

INPUT = "features"
OUTPUT = "emotion_probabilities"
_OUTPUTS = {CLASSES: OUTPUT, TAGS: "tag_probabilities", DIMENSIONS: "dimensions"}


def export(fitted: Fitted, *, kind: str = CLASSES) -> bytes:
    """The artefact of `fitted`. Check it with `registry.parity` before it is published.

    Raises `PermanentError(EXPORT_MISMATCH)` where there is no table of probabilities for the estimator.
    """
    drawing, output = Drawing(), _OUTPUTS[kind]
    seen = draw(fitted.classifier, drawing, INPUT, fitted.n_features)
    place = np.zeros((len(fitted.classifier.classes_), len(fitted.classes)), dtype=np.float32)
    place[np.arange(len(place)), fitted.classifier.classes_] = 1.0
    drawing.nodes.append(helper.make_node("MatMul", [seen, drawing.constant("place_of_class", place)], [output]))
    graph = helper.make_graph(
        drawing.nodes,
        "emotion",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, fitted.n_features])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, len(fitted.classes)])],
        drawing.initializers,
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    helper.set_model_props(model, {"classes": json.dumps(fitted.classes), "kind": kind})
    onnx.checker.check_model(model)
    artefact: bytes = model.SerializeToString()
    return artefact
