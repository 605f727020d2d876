"""A fitted classifier as ONNX bytes.

Contract: input `features`, float32 `(n, n_features)`; one output `emotion_probabilities`, float32 `(n, k)`, in the
order of the taxonomy. Where a network stands beside descriptors there are also an input `excerpts`, float32
`(n, e, n_mels, n_frames)` in dB, and an output `embedding`, float32 `(n, d)`. The order of the taxonomy is made inside
the graph, by a product with a 0/1 matrix at its end, which puts every class into its column and a 0 into the column of
a class that was not seen; it is exact. The class names also stand in the metadata of the file under `classes`, so that
an artefact cannot be served beside the card of another taxonomy. A head that is no taxonomy names its output
`tag_probabilities` or `dimensions`, its outputs under `classes` too, and its kind under `kind`.
"""

import json
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from services.trainer.estimators.composition import ThresholdedClassifier
from services.trainer.fitting.cross_validation import FeatureArrays, FittedModel
from services.trainer.fitting.fit_plan import TunedClassifier
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.networks.network import NetworkClassifier
from services.trainer.networks.onnx_export import export_network, run_exported
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.onnx.converters import OPSETS, OnnxGraphBuilder, add_estimator
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.registry.parity import pad_rows, require_close, require_parity

INPUT = "features"
OUTPUT = "emotion_probabilities"
_OUTPUTS = {CLASSES: OUTPUT, TAGS: "tag_probabilities", DIMENSIONS: "dimensions"}
_N_RECORDINGS = 100


def export_model(fitted: FittedModel, *, kind: str = CLASSES) -> bytes:
    """The artefact of `fitted`. Check it with `registry.parity` before it is published.

    Raises `PermanentError(EXPORT_MISMATCH)` where there is no table of probabilities for the estimator.
    """
    inner, weights = _unwrap_classifier(fitted.classifier)
    if isinstance(inner, NetworkClassifier):
        return export_network(inner, fitted.classes, weights=weights)
    drawing, output = OnnxGraphBuilder(), _OUTPUTS[kind]
    seen = add_estimator(fitted.classifier, drawing, INPUT, fitted.n_features)
    place = np.zeros((len(fitted.classifier.classes_), len(fitted.classes)), dtype=np.float32)
    place[np.arange(len(place)), fitted.classifier.classes_] = 1.0
    drawing.nodes.append(helper.make_node("MatMul", [seen, drawing.add_constant("place_of_class", place)], [output]))
    drawing.nodes += [helper.make_node("Identity", [tensor], [name]) for name, (tensor, _) in drawing.outputs.items()]
    read = {INPUT: [None, fitted.n_features], **drawing.inputs}
    given = {output: len(fitted.classes), **{name: width for name, (_, width) in drawing.outputs.items()}}
    graph = helper.make_graph(
        drawing.nodes,
        "emotion",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in read.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width]) for name, width in given.items()],
        drawing.initializers,
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    helper.set_model_props(model, {"classes": json.dumps(fitted.classes), "kind": kind})
    onnx.checker.check_model(model)
    artefact: bytes = model.SerializeToString()
    return artefact


def check_parity(artefact: bytes, fitted: FittedModel, x: FeatureArrays, *, seed: int) -> tuple[float, int]:
    """`(greatest difference, number of rows)` between the artefact and the fitted classifier, over all outputs; of an
    embedding, which has no bounds, as a share of its greatest value.

    Rows of a table are made up to a thousand; of recordings, of which each is a thousand times as large, the first
    hundred are compared, whole. Of rows beside recordings both: those that are made up stand beside one excerpt each.
    Raises `PermanentError(EXPORT_MISMATCH)`.
    """
    if isinstance(x, np.ndarray):
        rows = pad_rows(x, seed=seed)
        return require_parity(artefact, rows, fitted.probabilities(rows)), len(rows)
    some = x[np.random.default_rng(seed).permutation(len(x))[:_N_RECORDINGS]]
    network = _unwrap_network(_unwrap_classifier(fitted.classifier)[0])
    exported, expected = predict_with_artefact(artefact, fitted, some), network.predict_outputs(_take_excerpts(some))
    expected[OUTPUT] = fitted.probabilities(some)
    greatest, n_rows = max(_greatest_difference(exported[name], expected[name]) for name in exported), len(some)
    if isinstance(some, DescriptorsAndExcerpts):
        made = some.pair_in_turn(pad_rows(some.table, seed=seed)[len(some) :])
        exported_made = predict_with_artefact(artefact, fitted, made)[OUTPUT]
        greatest, n_rows = (
            max(greatest, _greatest_difference(exported_made, fitted.probabilities(made))),
            n_rows + len(made),
        )
    return require_close(greatest), n_rows


def predict_with_artefact(artefact: bytes, fitted: FittedModel, x: FeatureArrays) -> dict[str, NDArray[np.float32]]:
    """What ONNX Runtime makes of `x` with the artefact of a network, or of one beside descriptors, by output."""
    network = _unwrap_network(_unwrap_classifier(fitted.classifier)[0])
    return run_exported(
        artefact, network, _take_excerpts(x), rows=x.table if isinstance(x, DescriptorsAndExcerpts) else None
    )


def _greatest_difference(exported: NDArray[np.floating], expected: NDArray[np.floating]) -> float:
    if exported.shape != expected.shape or not np.isfinite(exported).all():
        return float("inf")
    return float(np.abs(exported - expected).max() / max(1.0, float(np.abs(expected).max())))


def _take_excerpts(x: FeatureArrays) -> ExcerptArrays | NDArray[np.float32]:
    return x.stacks if isinstance(x, DescriptorsAndExcerpts) else x


def _unwrap_network(inner: Any) -> NetworkClassifier:
    """The network itself."""
    network = inner.network_ if isinstance(inner, LateFusion) else inner
    assert isinstance(network, NetworkClassifier)
    return network


def _unwrap_classifier(classifier: Any) -> tuple[Any, NDArray[np.floating] | None]:
    """What is behind a plan and its thresholds, and the weights of those."""
    weights = None
    while isinstance(classifier, TunedClassifier | ThresholdedClassifier):
        if isinstance(classifier, ThresholdedClassifier):
            weights = classifier.weights
        classifier = classifier.classifier
    return classifier, weights
