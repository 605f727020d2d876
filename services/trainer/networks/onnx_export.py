"""A fitted network as ONNX bytes: scaling, body, pooling, heads and the order of the taxonomy in one graph.

Input `features`: `(n, e, n_mels, n_frames)` in dB, any e; `(n, n_samples)`; or `(n, n_features)`. Outputs:
`emotion_probabilities` `(n, k)`, and of audio `embedding` `(n, d)` and, with such a head, `valence_arousal` `(n, 2)`.
Beside descriptors a network is part of a larger graph: see `onnx.converters`.
"""

import json
import warnings
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper

from services.trainer.networks import tensorflow_runtime
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from services.trainer.networks.graph import TensorsByName
from services.trainer.networks.heads import ANSWER, EMBEDDING
from services.trainer.networks.network import NetworkClassifier
from shared.domain.head import PLANE
from shared.inference.predictor import ROWS, STACKS

OPSET = 18
_ORDER = (ANSWER, EMBEDDING, PLANE)


def export_network(
    network: NetworkClassifier, classes: tuple[str, ...], *, weights: NDArray[np.floating] | None = None
) -> bytes:
    """The artefact. `weights`, of the classes seen, multiply the answer before it is made to sum to 1 again."""
    place = np.zeros((len(network.classes_), len(classes)), dtype=np.float32)
    place[np.arange(len(place)), network.classes_] = 1.0
    model = convert_network(network, place, weights=weights)
    helper.set_model_props(model, {"classes": json.dumps(classes)})
    onnx.checker.check_model(model)
    artefact: bytes = model.SerializeToString()
    return artefact


def convert_network(
    network: NetworkClassifier, place: NDArray[np.float32], *, weights: NDArray[np.floating] | None = None
) -> onnx.ModelProto:
    """The graph, whose answer is multiplied by `place: (n_seen, k)` at its end."""
    tf = tensorflow_runtime.load_tensorflow()
    import tf2onnx  # noqa: PLC0415 - imports TensorFlow

    graph = network.graph
    n_lengths = 2 if network.reads_excerpts else 1
    signature = [tf.TensorSpec([None] * n_lengths + list(graph.excerpt), tf.float32, name="features")]
    wanted = [name for name in _ORDER if name in {*graph.heads, EMBEDDING}] if network.is_audio else [ANSWER]

    def compute_outputs(features: Any) -> TensorsByName:
        outputs = graph.predict_outputs(features)
        if weights is not None:
            raised = outputs[ANSWER] * weights.astype(np.float32)
            outputs[ANSWER] = raised / tf.reduce_sum(raised, axis=1, keepdims=True)
        outputs[ANSWER] = tf.matmul(outputs[ANSWER], place)
        return {name: outputs[name] for name in wanted}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model: onnx.ModelProto
        model, _ = tf2onnx.convert.from_function(
            tf.function(compute_outputs, input_signature=signature, autograph=False),
            input_signature=signature,
            opset=OPSET,
        )
    outputs = sorted(model.graph.output, key=lambda output: _ORDER.index(output.name))
    del model.graph.output[:]
    model.graph.output.extend(outputs)
    model.ir_version = 9
    return model


def run_exported(
    artefact: bytes,
    network: NetworkClassifier,
    x: ExcerptArrays | NDArray[np.float32],
    *,
    rows: NDArray[np.float32] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """What ONNX Runtime makes of `x` with the artefact of `network`, by output; of one that reads `rows` beside `x`,
    of both.
    """
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    outputs: dict[str, NDArray[np.float32]] = {}
    for positions, batch in network.iter_batches(x):
        read = {"features": batch if network.reads_excerpts else batch.reshape(len(batch), -1)}
        if rows is not None:
            read = {ROWS: rows[positions], STACKS: batch}
        for name, part in zip(names, session.run(names, read), strict=True):
            outputs.setdefault(name, np.empty((len(x), part.shape[1]), dtype=np.float32))[positions] = part
    return outputs
