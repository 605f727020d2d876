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

from services.trainer.estimators.composition import Reweighted
from services.trainer.fitting.cross_validation import Features, Fitted
from services.trainer.fitting.fit_plan import Planned
from services.trainer.networks.excerpt_arrays import Stacks
from services.trainer.networks.late_fusion import Beside
from services.trainer.networks.network import Network
from services.trainer.networks.onnx_export import answered, export_network
from services.trainer.networks.paired_inputs import Sounds
from services.trainer.onnx.converters import OPSETS, Drawing, draw
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.registry.parity import enough_rows, require_close, require_parity

INPUT = "features"
OUTPUT = "emotion_probabilities"
_OUTPUTS = {CLASSES: OUTPUT, TAGS: "tag_probabilities", DIMENSIONS: "dimensions"}
_N_RECORDINGS = 100


def export(fitted: Fitted, *, kind: str = CLASSES) -> bytes:
    """The artefact of `fitted`. Check it with `registry.parity` before it is published.

    Raises `PermanentError(EXPORT_MISMATCH)` where there is no table of probabilities for the estimator.
    """
    inner, weights = _inner(fitted.classifier)
    if isinstance(inner, Network):
        return export_network(inner, fitted.classes, weights=weights)
    drawing, output = Drawing(), _OUTPUTS[kind]
    seen = draw(fitted.classifier, drawing, INPUT, fitted.n_features)
    place = np.zeros((len(fitted.classifier.classes_), len(fitted.classes)), dtype=np.float32)
    place[np.arange(len(place)), fitted.classifier.classes_] = 1.0
    drawing.nodes.append(helper.make_node("MatMul", [seen, drawing.constant("place_of_class", place)], [output]))
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


def checked_parity(artefact: bytes, fitted: Fitted, x: Features, *, seed: int) -> tuple[float, int]:
    """`(greatest difference, number of rows)` between the artefact and the fitted classifier, over all outputs; of an
    embedding, which has no bounds, as a share of its greatest value.

    Rows of a table are made up to a thousand; of recordings, of which each is a thousand times as large, the first
    hundred are compared, whole. Of rows beside recordings both: those that are made up stand beside one excerpt each.
    Raises `PermanentError(EXPORT_MISMATCH)`.
    """
    if isinstance(x, np.ndarray):
        rows = enough_rows(x, seed=seed)
        return require_parity(artefact, rows, fitted.probabilities(rows)), len(rows)
    some = x[np.random.default_rng(seed).permutation(len(x))[:_N_RECORDINGS]]
    network = _network_of(_inner(fitted.classifier)[0])
    said, meant = answers_of(artefact, fitted, some), network.answers(_stacks(some))
    meant[OUTPUT] = fitted.probabilities(some)
    greatest, n_rows = max(_difference(said[name], meant[name]) for name in said), len(some)
    if isinstance(some, Sounds):
        made = some.in_turn(enough_rows(some.table, seed=seed)[len(some) :])
        said_of_made = answers_of(artefact, fitted, made)[OUTPUT]
        greatest, n_rows = max(greatest, _difference(said_of_made, fitted.probabilities(made))), n_rows + len(made)
    return require_close(greatest), n_rows


def answers_of(artefact: bytes, fitted: Fitted, x: Features) -> dict[str, NDArray[np.float32]]:
    """What ONNX Runtime makes of `x` with the artefact of a network, or of one beside descriptors, by output."""
    network = _network_of(_inner(fitted.classifier)[0])
    return answered(artefact, network, _stacks(x), rows=x.table if isinstance(x, Sounds) else None)


def _difference(said: NDArray[np.floating], meant: NDArray[np.floating]) -> float:
    if said.shape != meant.shape or not np.isfinite(said).all():
        return float("inf")
    return float(np.abs(said - meant).max() / max(1.0, float(np.abs(meant).max())))


def _stacks(x: Features) -> Stacks | NDArray[np.float32]:
    return x.stacks if isinstance(x, Sounds) else x


def _network_of(inner: Any) -> Network:
    """The network itself."""
    network = inner.network_ if isinstance(inner, Beside) else inner
    assert isinstance(network, Network)
    return network


def _inner(classifier: Any) -> tuple[Any, NDArray[np.floating] | None]:
    """What is behind a plan and its thresholds, and the weights of those."""
    weights = None
    while isinstance(classifier, Planned | Reweighted):
        if isinstance(classifier, Reweighted):
            weights = classifier.weights
        classifier = classifier.classifier
    return classifier, weights
