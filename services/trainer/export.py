"""A fitted classifier as ONNX bytes.

Contract: input `features`, float32 `(n, n_features)`; one output `emotion_probabilities`, float32 `(n, k)`, in the
order of the taxonomy. That order is made inside the graph, by a product with a 0/1 matrix at its end, which puts every
class into its column and a 0 into the column of a class that was not seen; it is exact. The class names also stand in
the metadata of the file under `classes`, so that an artefact cannot be served beside the card of another taxonomy.
"""

import json
import warnings

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.dummy import DummyClassifier

from services.trainer.fitting import Fitted
from shared.errors import PermanentError, Reason

INPUT = "features"
OUTPUT = "emotion_probabilities"
"""Not "probabilities", which is skl2onnx's own name for the columns of the classes seen."""
_OPSETS = {"": 18, "ai.onnx.ml": 3}


def export(fitted: Fitted) -> bytes:
    """The artefact of `fitted`. Check it with `registry.parity` before it is published.

    Raises `PermanentError(EXPORT_MISMATCH)` where skl2onnx gives no table of probabilities for the estimator.
    """
    classifier = fitted.classifier
    # skl2onnx 1.20 knows no DummyClassifier
    model = _constant(fitted) if isinstance(classifier, DummyClassifier) else _converted(fitted)
    place = np.zeros((len(classifier.classes_), len(fitted.classes)), dtype=np.float32)
    place[np.arange(len(place)), classifier.classes_] = 1.0
    graph = model.graph
    seen = graph.output[-1].name
    del graph.output[:]
    graph.initializer.append(numpy_helper.from_array(place, "place_of_class"))
    graph.node.append(helper.make_node("MatMul", [seen, "place_of_class"], [OUTPUT]))
    graph.output.append(helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, len(fitted.classes)]))
    helper.set_model_props(model, {"classes": json.dumps(fitted.classes)})
    onnx.checker.check_model(model)
    artefact: bytes = model.SerializeToString()
    return artefact


def _converted(fitted: Fitted) -> onnx.ModelProto:
    refusal = PermanentError(
        Reason.EXPORT_MISMATCH, "this estimator does not export to a table of probabilities: choose another one"
    )
    try:
        with warnings.catch_warnings():
            # skl2onnx 1.20 reads attributes of SVC that scikit-learn 1.9 renamed; both names hold the same
            warnings.simplefilter("ignore", FutureWarning)
            model: onnx.ModelProto = to_onnx(
                fitted.classifier,
                initial_types=[(INPUT, FloatTensorType([None, fitted.n_features]))],
                options={"zipmap": False},
                target_opset=_OPSETS,
            )
    # NameError is how skl2onnx says that there is no such option, because the estimator is no classifier
    except (MissingShapeCalculator, MissingConverter, NameError) as error:
        raise refusal from error
    if len(model.graph.output) != 2 or model.graph.output[-1].type.tensor_type.elem_type != TensorProto.FLOAT:  # noqa: PLR2004
        raise refusal
    return model


def _constant(fitted: Fitted) -> onnx.ModelProto:
    """A graph that answers the training shares, whatever the features are."""
    shares = np.asarray(fitted.classifier.class_prior_, dtype=np.float32)  # type: ignore[attr-defined]
    nodes = [
        helper.make_node("Shape", [INPUT], ["n_rows"], start=0, end=1),
        helper.make_node("Concat", ["n_rows", "n_seen"], ["shape"], axis=0),
        helper.make_node("Expand", ["shares", "shape"], ["seen"]),
    ]
    graph = helper.make_graph(
        nodes,
        "majority",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, fitted.n_features])],
        [helper.make_tensor_value_info("seen", TensorProto.FLOAT, [None, len(shares)])],
        [numpy_helper.from_array(shares, "shares"), numpy_helper.from_array(np.array([len(shares)]), "n_seen")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSETS[""])], ir_version=9)
