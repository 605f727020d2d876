"""Fitted classifiers as ONNX: each kind has its drawing, and what is made of parts is drawn of its parts."""

import warnings
from collections.abc import Sequence
from functools import singledispatch
from typing import Any

import numpy as np
import onnx
from imblearn.pipeline import Pipeline
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XgboostFloats
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.svm import SVC
from xgboost import XGBRegressor

from services.trainer.estimators.boosting import Boosted
from services.trainer.estimators.composition import Averaged, Columns, Engineered, Reweighted, Scaled, Stacked
from services.trainer.estimators.multi_output import OneForEach
from services.trainer.estimators.regressors import Valued
from services.trainer.estimators.svm import CalibratedMachines
from services.trainer.fitting.fit_plan import Planned
from services.trainer.model_selection.resampling import Weighted
from services.trainer.networks.heads import ANSWER, EMBEDDING
from services.trainer.networks.late_fusion import Beside
from services.trainer.networks.onnx_export import converted
from shared.errors import PermanentError, Reason
from shared.inference.predictor import STACKS

OPSETS = {"": 18, "ai.onnx.ml": 3}
_REFUSAL = "this estimator does not export to a table of probabilities: choose another one"


class Drawing:
    """A graph in the making. Tensors are known by name; every part gets names of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: dict[str, list[int | None]] = {}
        """What is read beside the table, with its shape."""
        self.outputs: dict[str, tuple[str, int]] = {}
        """What is given beside the answer, `(n, width)` each: the tensor, and the width."""
        self._n_parts = 0

    def name(self, word: str) -> str:
        """A name that no other part has."""
        self._n_parts += 1
        return f"{word}_{self._n_parts}"

    def constant(self, word: str, value: NDArray[Any]) -> str:
        """The name of a constant tensor."""
        name = self.name(word)
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output; its name."""
        output = self.name(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def part(self, model: onnx.ModelProto, source: str) -> str:
        """Add a whole model behind the tensor `source`; the name of its last output."""
        return list(self.parts(model, source).values())[-1]

    def parts(self, model: onnx.ModelProto, source: str) -> dict[str, str]:
        """Add a whole model behind the tensor `source`; the names of its outputs, by what it calls them itself."""
        prefix = f"{self.name('part')}/"
        prefixed = onnx.compose.add_prefix(model, prefix).graph
        entry = prefixed.input[0].name
        for node in prefixed.node:
            node.input[:] = [source if name == entry else name for name in node.input]
        self.nodes.extend(prefixed.node)
        self.initializers.extend(prefixed.initializer)
        return {output.name.removeprefix(prefix): output.name for output in prefixed.output}


@singledispatch
def draw(classifier: Any, on: Drawing, x: str, n_features: int) -> str:
    """Draw a fitted classifier that reads the tensor `x` `(n, n_features)`; the name of its `(n, k)` probabilities.

    Raises `PermanentError(EXPORT_MISMATCH)` for one that ONNX has no form of.
    """
    model = _converted(classifier, n_features)
    if len(model.graph.output) != 2 or model.graph.output[-1].type.tensor_type.elem_type != TensorProto.FLOAT:  # noqa: PLR2004
        raise PermanentError(Reason.EXPORT_MISMATCH, _REFUSAL)
    return on.part(model, x)


@draw.register
def _(classifier: DummyClassifier, on: Drawing, x: str, n_features: int) -> str:  # noqa: ARG001 - skl2onnx has none
    shares = np.asarray(classifier.class_prior_, dtype=np.float32)
    rows = on.node("Shape", x, start=0, end=1)
    shape = on.node("Concat", rows, on.constant("n_seen", np.array([len(shares)])), axis=0)
    return on.node("Expand", on.constant("shares", shares), shape)


@draw.register
def _(classifier: Boosted, on: Drawing, x: str, n_features: int) -> str:
    types = [("features", XgboostFloats([None, n_features]))]
    return on.part(convert_xgboost(classifier.booster_, initial_types=types, target_opset=15), x)


@draw.register
def _(classifier: Planned, on: Drawing, x: str, n_features: int) -> str:
    return draw(classifier.classifier, on, x, n_features)


@draw.register
def _(classifier: Weighted, on: Drawing, x: str, n_features: int) -> str:
    return draw(classifier.classifier, on, x, n_features)


@draw.register
def _(classifier: Pipeline, on: Drawing, x: str, n_features: int) -> str:
    return draw(classifier[-1], on, x, n_features)


@draw.register
def _(classifier: CalibratedMachines, on: Drawing, x: str, n_features: int) -> str:
    scaler, calibrated = classifier.pipeline_[0], classifier.pipeline_[-1].calibrated_classifiers_[0]
    scaled = on.node("Cast", on.part(_converted(scaler, n_features), x), to=TensorProto.DOUBLE)
    decisions = _decisions(calibrated.estimator.estimators_, on, scaled)
    slopes = on.constant("slopes", np.array([sigmoid.a_ for sigmoid in calibrated.calibrators]))
    offsets = on.constant("offsets", np.array([sigmoid.b_ for sigmoid in calibrated.calibrators]))
    odds = on.node("Exp", on.node("Add", on.node("Mul", decisions, slopes), offsets))
    one = on.constant("one", np.array([1.0]))
    said = on.node("Reciprocal", on.node("Add", odds, one))
    if len(calibrated.calibrators) == 1:
        said = on.node("Concat", on.node("Sub", one, said), said, axis=1)
    total = on.node("ReduceSum", said, on.constant("axis", np.array([1])), keepdims=1)
    return on.node("Cast", on.node("Div", said, total), to=TensorProto.FLOAT)


def _decisions(machines: Sequence[SVC], on: Drawing, x: str) -> str:
    """What machines with one Gaussian kernel decide of `x: (n, n_features)`, float64: `(n, len(machines))`.

    One product and one exponential for all of them: the exponent -γ|x - s|² is the product of (2γx, -γ|x|²) and (s, 1),
    less γ|s|². ONNX's own operator goes through the supports of each machine row by row, many times slower. In
    float64, because three large numbers here make a small one.
    """
    rows = np.concatenate([machine.support_ for machine in machines])
    union, first = np.unique(rows, return_index=True)
    supports = np.concatenate([machine.support_vectors_ for machine in machines])[first]
    weights = np.zeros((len(union), len(machines)))
    for column, machine in enumerate(machines):
        weights[np.searchsorted(union, machine.support_), column] = machine.dual_coef_[0]
    gamma = machines[0]._gamma  # noqa: SLF001 - the number that `scale` came to stands nowhere else
    lengths = (supports**2).sum(axis=1)
    right = np.vstack([supports.T, np.ones_like(lengths)])
    length = on.node("ReduceSumSquare", x, on.constant("axis", np.array([1])), keepdims=1)
    length = on.node("Mul", length, on.constant("minus_gamma", np.array([-gamma])))
    left = on.node("Concat", on.node("Mul", x, on.constant("gammas", np.array([2 * gamma]))), length, axis=1)
    exponent = on.node(
        "Add", on.node("MatMul", left, on.constant("supports", right)), on.constant("lengths", -gamma * lengths)
    )
    kernel = on.node("Exp", exponent)
    decided = on.node("MatMul", kernel, on.constant("weights", weights))
    return on.node("Add", decided, on.constant("intercepts", np.array([m.intercept_[0] for m in machines])))


@draw.register
def _(classifier: Scaled, on: Drawing, x: str, n_features: int) -> str:
    scaled = on.part(_converted(classifier.scaler, n_features), x)
    return draw(classifier.classifier, on, scaled, n_features)


@draw.register
def _(classifier: Columns, on: Drawing, x: str, n_features: int) -> str:  # noqa: ARG001 - it knows its own
    bounds = [on.constant("bound", np.array([b])) for b in (classifier.start, classifier.stop, 1)]
    return draw(classifier.classifier, on, on.node("Slice", x, *bounds), classifier.stop - classifier.start)


@draw.register
def _(classifier: Engineered, on: Drawing, x: str, n_features: int) -> str:
    made = classifier.engineering
    sides = [
        on.node("Add", on.node("MatMul", x, on.constant("signs", matrix)), on.constant("bias", bias))
        for matrix, bias in ((made.left, made.left_bias), (made.right, made.right_bias))
    ]
    upper, lower = (
        on.node("Gather", x, on.constant("column", np.array([column])), axis=1) for column in (made.upper, made.lower)
    )
    ratio = on.node("Div", upper, on.node("Add", lower, on.constant("bias", np.array([made.lower_bias]))))
    wide = on.node("Concat", x, on.node("Mul", *sides), ratio, axis=1)
    return draw(classifier.classifier, on, wide, n_features + made.n_new)


@draw.register
def _(classifier: Averaged, on: Drawing, x: str, n_features: int) -> str:
    total = sum(classifier.weights)
    parts = [
        on.node("Mul", draw(member, on, x, n_features), on.constant("share", np.array([w / total], np.float32)))
        for member, w in zip(classifier.members, classifier.weights, strict=True)
    ]
    return on.node("Sum", *parts)


@draw.register
def _(classifier: Beside, on: Drawing, x: str, n_features: int) -> str:
    network = classifier.network_
    on.inputs[STACKS] = [None, None, *network.graph.excerpt]
    heard = on.parts(converted(network, np.eye(len(network.classes_), dtype=np.float32)), STACKS)
    on.outputs[EMBEDDING] = heard[EMBEDDING], network.graph.width
    parts = [
        on.node("Mul", said, on.constant("share", np.array([share], np.float32)))
        for said, share in (
            (heard[ANSWER], classifier.weight),
            (draw(classifier.described_, on, x, n_features), 1 - classifier.weight),
        )
    ]
    return on.node("Sum", *parts)


@draw.register
def _(classifier: Stacked, on: Drawing, x: str, n_features: int) -> str:
    heard = [draw(member, on, x, n_features) for member in classifier.members_]
    return draw(classifier.reader_, on, on.node("Concat", *heard, axis=1), len(heard) * len(classifier.classes_))


@draw.register
def _(classifier: Reweighted, on: Drawing, x: str, n_features: int) -> str:
    weights = on.constant("weights", classifier.weights.astype(np.float32))
    raised = on.node("Mul", draw(classifier.classifier, on, x, n_features), weights)
    total = on.node("ReduceSum", raised, on.constant("axis", np.array([1])), keepdims=1)
    return on.node("Div", raised, total)


@draw.register
def _(classifier: OneForEach, on: Drawing, x: str, n_features: int) -> str:
    last = on.constant("last", np.array([-1]))
    columns = [on.node("Gather", draw(part, on, x, n_features), last, axis=1) for part in classifier.parts.values()]
    low, high = (on.constant("bound", np.array(bound, np.float32)) for bound in classifier.bounds)
    return on.node("Clip", on.node("Concat", *columns, axis=1), low, high)


@draw.register
def _(classifier: Valued, on: Drawing, x: str, n_features: int) -> str:
    regressor = classifier.regressor
    if isinstance(regressor, DummyRegressor):
        mean = np.reshape(np.asarray(regressor.constant_, np.float32), 1)
        rows = on.node("Shape", x, start=0, end=1)
        shape = on.node("Concat", rows, on.constant("n_numbers", np.array([1])), axis=0)
        return on.node("Expand", on.constant("mean", mean), shape)
    if isinstance(regressor, XGBRegressor):
        types = [("features", XgboostFloats([None, n_features]))]
        return on.part(convert_xgboost(regressor, initial_types=types, target_opset=15), x)
    return on.part(_converted(regressor, n_features), x)


def _converted(estimator: Any, n_features: int) -> onnx.ModelProto:
    """What skl2onnx makes of an estimator of scikit-learn."""
    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else None
    try:
        with warnings.catch_warnings():
            # skl2onnx 1.20 reads attributes of SVC that scikit-learn 1.9 renamed; both names hold the same
            warnings.simplefilter("ignore", FutureWarning)
            model: onnx.ModelProto = to_onnx(
                estimator,
                initial_types=[("features", FloatTensorType([None, n_features]))],
                options=options,
                target_opset=OPSETS,
            )
    # NameError is how skl2onnx says that there is no such option, because the estimator is no classifier
    except (MissingShapeCalculator, MissingConverter, NameError) as error:
        raise PermanentError(Reason.EXPORT_MISMATCH, _REFUSAL) from error
    return model
