"""Fitted classifiers as ONNX: each kind has a converter, and one that is made of parts is converted part by part."""

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

from services.trainer.estimators.block_scaling import LEAST_SQUARED_LENGTH, BlockScaler, UnitBlockScaler
from services.trainer.estimators.boosting import BoostedTrees
from services.trainer.estimators.composition import (
    AveragedClassifier,
    ColumnSelector,
    EngineeredClassifier,
    ScaledClassifier,
    StackedClassifier,
    ThresholdedClassifier,
)
from services.trainer.estimators.finetuned_tagger import FinetunedClassifier
from services.trainer.estimators.kernel_ridge import SCORE_SCALE, KernelRidgeClassifier
from services.trainer.estimators.multi_output import MultiOutputEstimator
from services.trainer.estimators.regressors import RegressorAdapter
from services.trainer.estimators.svm import CalibratedSvm
from services.trainer.fitting.fit_plan import TunedClassifier
from services.trainer.model_selection.resampling import SampleWeights
from services.trainer.networks.heads import ANSWER, EMBEDDING
from services.trainer.networks.late_fusion import LateFusion
from services.trainer.networks.onnx_export import convert_network
from shared.arrays import Floats32
from shared.errors import PermanentError, Reason
from shared.inference.predictor import STACKS

OPSETS = {"": 18, "ai.onnx.ml": 3}
_REFUSAL = "this estimator does not export to a table of probabilities: choose another one"


class OnnxGraphBuilder:
    """A graph in the making. Tensors are known by name; every part gets names of its own."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: dict[str, list[int | None]] = {}
        """What is read beside the table, with its shape."""
        self.outputs: dict[str, tuple[str, int]] = {}
        """What is given beside the answer, `(n, width)` each: the tensor, and the width."""
        self._n_parts = 0

    def unique_name(self, word: str) -> str:
        """A name that no other part has."""
        self._n_parts += 1
        return f"{word}_{self._n_parts}"

    def add_constant(self, word: str, value: NDArray[Any]) -> str:
        """The name of a constant tensor."""
        name = self.unique_name(word)
        self.initializers.append(numpy_helper.from_array(value, name))
        return name

    def add_node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output; its name."""
        output = self.unique_name(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def add_model(self, model: onnx.ModelProto, source: str) -> str:
        """Add a whole model behind the tensor `source`; the name of its last output."""
        return list(self.add_model_outputs(model, source).values())[-1]

    def add_model_outputs(self, model: onnx.ModelProto, source: str) -> dict[str, str]:
        """Add a whole model behind the tensor `source`; the names of its outputs, by what it calls them itself."""
        prefix = f"{self.unique_name('part')}/"
        prefixed = onnx.compose.add_prefix(model, prefix).graph
        entry = prefixed.input[0].name
        for node in prefixed.node:
            node.input[:] = [source if name == entry else name for name in node.input]
        self.nodes.extend(prefixed.node)
        self.initializers.extend(prefixed.initializer)
        return {output.name.removeprefix(prefix): output.name for output in prefixed.output}


@singledispatch
def add_estimator(classifier: Any, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    """Draw a fitted classifier that reads the tensor `x` `(n, n_features)`; the name of its `(n, k)` probabilities.

    Raises `PermanentError(EXPORT_MISMATCH)` for one that ONNX has no form of.
    """
    model = _convert_estimator(classifier, n_features)
    if len(model.graph.output) != 2 or model.graph.output[-1].type.tensor_type.elem_type != TensorProto.FLOAT:  # noqa: PLR2004
        raise PermanentError(Reason.EXPORT_MISMATCH, _REFUSAL)
    return on.add_model(model, x)


@add_estimator.register
def _add_dummy_classifier(classifier: DummyClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:  # noqa: ARG001 - skl2onnx has none
    shares = np.asarray(classifier.class_prior_, dtype=np.float32)
    rows = on.add_node("Shape", x, start=0, end=1)
    shape = on.add_node("Concat", rows, on.add_constant("n_seen", np.array([len(shares)])), axis=0)
    return on.add_node("Expand", on.add_constant("shares", shares), shape)


@add_estimator.register
def _add_boosted_trees(classifier: BoostedTrees, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    types = [("features", XgboostFloats([None, n_features]))]
    return on.add_model(convert_xgboost(classifier.booster_, initial_types=types, target_opset=15), x)


@add_estimator.register
def _add_tuned_classifier(classifier: TunedClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    return add_estimator(classifier.classifier, on, x, n_features)


@add_estimator.register
def _add_sample_weights(classifier: SampleWeights, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    return add_estimator(classifier.classifier, on, x, n_features)


@add_estimator.register
def _add_pipeline(classifier: Pipeline, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    return add_estimator(classifier[-1], on, x, n_features)


@add_estimator.register
def _add_calibrated_svm(classifier: CalibratedSvm, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    scaler, calibrated = classifier.pipeline_[0], classifier.pipeline_[-1].calibrated_classifiers_[0]
    scaled = on.add_node("Cast", on.add_model(_convert_scaler(scaler, n_features), x), to=TensorProto.DOUBLE)
    decisions = _add_kernel_decisions(calibrated.estimator.estimators_, on, scaled)
    slopes = on.add_constant("slopes", np.array([sigmoid.a_ for sigmoid in calibrated.calibrators]))
    offsets = on.add_constant("offsets", np.array([sigmoid.b_ for sigmoid in calibrated.calibrators]))
    odds = on.add_node("Exp", on.add_node("Add", on.add_node("Mul", decisions, slopes), offsets))
    unit = on.add_constant("one", np.array([1.0]))
    probability = on.add_node("Reciprocal", on.add_node("Add", odds, unit))
    if len(calibrated.calibrators) == 1:
        probability = on.add_node("Concat", on.add_node("Sub", unit, probability), probability, axis=1)
    total = on.add_node("ReduceSum", probability, on.add_constant("axis", np.array([1])), keepdims=1)
    return on.add_node("Cast", on.add_node("Div", probability, total), to=TensorProto.FLOAT)


@add_estimator.register
def _add_finetuned_classifier(classifier: FinetunedClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:  # noqa: ARG001 - the weights say it
    values = on.add_node("Cast", x, to=TensorProto.DOUBLE)

    def weight(word: str, value: Floats32) -> str:
        return on.add_node("Cast", on.add_constant(word, value), to=TensorProto.DOUBLE)

    answers = []
    for member in classifier.members_:
        active = on.add_node("MatMul", values, weight("kernel", member.kernel))
        hidden = on.add_node("Relu", on.add_node("Add", active, weight("bias", member.bias)))
        logits = on.add_node("MatMul", hidden, weight("head", member.head))
        answers.append(
            on.add_node("Softmax", on.add_node("Add", logits, weight("head_bias", member.head_bias)), axis=1)
        )
    total = on.add_node("Sum", *answers)
    mean = on.add_node("Div", total, on.add_constant("n_members", np.array([float(len(answers))])))
    return on.add_node("Cast", mean, to=TensorProto.FLOAT)


def _add_kernel_decisions(machines: Sequence[SVC], on: OnnxGraphBuilder, x: str) -> str:
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
    decided = _add_gaussian_kernel(on, x, supports=supports, weights=weights, gamma=gamma)
    return on.add_node("Add", decided, on.add_constant("intercepts", np.array([m.intercept_[0] for m in machines])))


def _add_gaussian_kernel(
    on: OnnxGraphBuilder, x: str, *, supports: NDArray[np.floating], weights: NDArray[np.float64], gamma: float
) -> str:
    """The product of `exp(-gamma * |x - s|²)` over `supports` `(m, n_features)` and `weights` `(m, k)`, float64.

    `supports` are kept in the type that they have.
    """
    lengths = (supports.astype(np.float64) ** 2).sum(axis=1)
    right = np.vstack([supports.T, np.ones_like(supports[:, 0])])
    length = on.add_node("ReduceSumSquare", x, on.add_constant("axis", np.array([1])), keepdims=1)
    length = on.add_node("Mul", length, on.add_constant("minus_gamma", np.array([-gamma])))
    left = on.add_node(
        "Concat", on.add_node("Mul", x, on.add_constant("gammas", np.array([2 * gamma]))), length, axis=1
    )
    columns = on.add_constant("supports", right)
    if right.dtype != np.float64:
        columns = on.add_node("Cast", columns, to=TensorProto.DOUBLE)
    exponent = on.add_node("Add", on.add_node("MatMul", left, columns), on.add_constant("lengths", -gamma * lengths))
    return on.add_node("MatMul", on.add_node("Exp", exponent), on.add_constant("weights", weights))


@add_estimator.register
def _add_kernel_ridge(classifier: KernelRidgeClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    scaler = classifier.scaler_
    scaled = on.add_node("Cast", on.add_model(_convert_scaler(scaler, n_features), x), to=TensorProto.DOUBLE)
    if isinstance(scaler, UnitBlockScaler):
        scaled = _add_unit_blocks(scaler, on, scaled)
    scores = _add_gaussian_kernel(
        on,
        scaled,
        supports=classifier.supports_,
        weights=SCORE_SCALE * classifier.weights_,
        gamma=classifier.gamma,
    )
    calibration = classifier.calibration_
    moved = on.add_node("MatMul", scores, on.add_constant("calibration", calibration.weights_))
    moved = on.add_node("Add", moved, on.add_constant("intercepts", calibration.intercepts_))
    return on.add_node("Cast", on.add_node("Softmax", moved, axis=1), to=TensorProto.FLOAT)


def _add_unit_blocks(scaler: UnitBlockScaler, on: OnnxGraphBuilder, x: str) -> str:
    """What `UnitBlockScaler.transform` does behind its standard scaler, float64."""
    n_blocks = len(scaler.blocks)
    # made of the number of each column's block: the matrix itself would be as large as the rest of a small graph
    block_of = on.add_constant("block_of", np.repeat(np.arange(n_blocks, dtype=np.int32), scaler.blocks)[:, np.newaxis])
    is_of = on.add_node("Equal", block_of, on.add_constant("block", np.arange(n_blocks, dtype=np.int32)[np.newaxis]))
    indicator = on.add_node("Cast", is_of, to=TensorProto.DOUBLE)
    squares = on.add_node("MatMul", on.add_node("Mul", x, x), indicator)
    least = on.add_constant("least", np.array([LEAST_SQUARED_LENGTH]))
    lengths = on.add_node("Sqrt", on.add_node("Add", squares, least))
    n_equal = on.add_constant("n_equal", np.array([np.sqrt(n_blocks)]))
    columns = on.add_node("Mul", on.add_node("Transpose", indicator, perm=[1, 0]), n_equal)
    return on.add_node("Div", x, on.add_node("MatMul", lengths, columns))


@add_estimator.register
def _add_scaled_classifier(classifier: ScaledClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    scaled = on.add_model(_convert_scaler(classifier.scaler, n_features), x)
    return add_estimator(classifier.classifier, on, scaled, n_features)


@add_estimator.register
def _add_column_selector(classifier: ColumnSelector, on: OnnxGraphBuilder, x: str, n_features: int) -> str:  # noqa: ARG001 - it knows its own
    bounds = [on.add_constant("bound", np.array([b])) for b in (classifier.start, classifier.stop, 1)]
    return add_estimator(
        classifier.classifier, on, on.add_node("Slice", x, *bounds), classifier.stop - classifier.start
    )


@add_estimator.register
def _add_engineered_classifier(classifier: EngineeredClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    made = classifier.engineering
    sides = [
        on.add_node("Add", on.add_node("MatMul", x, on.add_constant("signs", matrix)), on.add_constant("bias", bias))
        for matrix, bias in ((made.left, made.left_bias), (made.right, made.right_bias))
    ]
    upper, lower = (
        on.add_node("Gather", x, on.add_constant("column", np.array([column])), axis=1)
        for column in (made.upper, made.lower)
    )
    ratio = on.add_node("Div", upper, on.add_node("Add", lower, on.add_constant("bias", np.array([made.lower_bias]))))
    wide = on.add_node("Concat", x, on.add_node("Mul", *sides), ratio, axis=1)
    return add_estimator(classifier.classifier, on, wide, n_features + made.n_new)


@add_estimator.register
def _add_averaged_classifier(classifier: AveragedClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    total = sum(classifier.weights)
    parts = [
        on.add_node(
            "Mul", add_estimator(member, on, x, n_features), on.add_constant("share", np.array([w / total], np.float32))
        )
        for member, w in zip(classifier.members, classifier.weights, strict=True)
    ]
    return on.add_node("Sum", *parts)


@add_estimator.register
def _add_late_fusion(classifier: LateFusion, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    network = classifier.network_
    on.inputs[STACKS] = [None, None, *network.graph.excerpt]
    network_outputs = on.add_model_outputs(
        convert_network(network, np.eye(len(network.classes_), dtype=np.float32)), STACKS
    )
    on.outputs[EMBEDDING] = network_outputs[EMBEDDING], network.graph.embedding_width
    parts = [
        on.add_node("Mul", probabilities, on.add_constant("share", np.array([share], np.float32)))
        for probabilities, share in (
            (network_outputs[ANSWER], classifier.weight),
            (add_estimator(classifier.described_, on, x, n_features), 1 - classifier.weight),
        )
    ]
    return on.add_node("Sum", *parts)


@add_estimator.register
def _add_stacked_classifier(classifier: StackedClassifier, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    member_outputs = [add_estimator(member, on, x, n_features) for member in classifier.members_]
    return add_estimator(
        classifier.reader_,
        on,
        on.add_node("Concat", *member_outputs, axis=1),
        len(member_outputs) * len(classifier.classes_),
    )


@add_estimator.register
def _add_thresholded_classifier(
    classifier: ThresholdedClassifier, on: OnnxGraphBuilder, x: str, n_features: int
) -> str:
    weights = on.add_constant("weights", classifier.weights.astype(np.float32))
    raised = on.add_node("Mul", add_estimator(classifier.classifier, on, x, n_features), weights)
    total = on.add_node("ReduceSum", raised, on.add_constant("axis", np.array([1])), keepdims=1)
    return on.add_node("Div", raised, total)


@add_estimator.register
def _add_multi_output_estimator(classifier: MultiOutputEstimator, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    last = on.add_constant("last", np.array([-1]))
    columns = [
        on.add_node("Gather", add_estimator(part, on, x, n_features), last, axis=1)
        for part in classifier.parts.values()
    ]
    low, high = (on.add_constant("bound", np.array(bound, np.float32)) for bound in classifier.bounds)
    return on.add_node("Clip", on.add_node("Concat", *columns, axis=1), low, high)


@add_estimator.register
def _add_regressor_adapter(classifier: RegressorAdapter, on: OnnxGraphBuilder, x: str, n_features: int) -> str:
    regressor = classifier.regressor
    if isinstance(regressor, DummyRegressor):
        mean = np.reshape(np.asarray(regressor.constant_, np.float32), 1)
        rows = on.add_node("Shape", x, start=0, end=1)
        shape = on.add_node("Concat", rows, on.add_constant("n_numbers", np.array([1])), axis=0)
        return on.add_node("Expand", on.add_constant("mean", mean), shape)
    if isinstance(regressor, XGBRegressor):
        types = [("features", XgboostFloats([None, n_features]))]
        return on.add_model(convert_xgboost(regressor, initial_types=types, target_opset=15), x)
    return on.add_model(_convert_estimator(regressor, n_features), x)


def _convert_scaler(scaler: Any, n_features: int) -> onnx.ModelProto:
    return _convert_estimator(
        scaler.scaler_ if isinstance(scaler, BlockScaler | UnitBlockScaler) else scaler, n_features
    )


def _convert_estimator(estimator: Any, n_features: int) -> onnx.ModelProto:
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
