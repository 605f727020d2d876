"""The converted graphs give what the published weights give in the arithmetic they were published for."""

from pathlib import Path
from typing import Any

import librosa
import numpy as np
import onnx
import onnxruntime as ort
import pytest

from services.featurizer.spectral.mel import resample_signal
from services.featurizer.taggers.chords import harmonic_decibels
from services.featurizer.taggers.conversion.chords_graph import build_chords_graph
from services.featurizer.taggers.conversion.musicnn_graph import build_musicnn_graph
from services.featurizer.taggers.conversion.source_weights import (
    digest_weights,
    read_chord_weights,
    read_musicnn_weights,
    read_yamnet_export,
)
from services.featurizer.taggers.conversion.wheels import extract_members
from services.featurizer.taggers.conversion.yamnet_graph import build_yamnet_graph, list_yamnet_weights
from services.featurizer.taggers.musicnn import log_mel_patches
from services.featurizer.taggers.yamnet import log_mel_frames
from shared.arrays import Signal, Tensor
from shared.domain.taggers import BUILT_IN_TAGGERS
from tests.support.tagger_wheels import find_tagger_wheels

pytestmark = pytest.mark.slow

TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def wheels() -> Path:
    return find_tagger_wheels()


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    return tmp_path


def melody(sr: int, *, seconds: float = 10.0) -> Signal:
    """Four chords over a beat of noise: something that each network has an opinion of."""
    rng = np.random.default_rng(7)
    t = np.arange(int(sr * seconds)) / sr
    y = 0.02 * rng.standard_normal(t.size) * (np.sin(2 * np.pi * 2 * t) > 0.9)
    for i, chord in enumerate(((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))):
        sounds = (t * 4 / seconds).astype(int) == i
        for note in chord:
            for harmonic in (1, 2, 3):
                y += sounds * 0.1 / harmonic * np.sin(2 * np.pi * 261.6 * 2 ** (note / 12) * harmonic * t)
    return y.astype(np.float32)


def run_graph(model: onnx.ModelProto, values: Tensor) -> list[Tensor]:
    session = ort.InferenceSession(model.SerializeToString())
    outputs: list[Tensor] = session.run(None, {session.get_inputs()[0].name: values})
    return outputs


def sigmoid(logits: Tensor) -> Tensor:
    return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


def test_musicnn_equals_the_graph_in_its_checkpoint(wheels: Path, unpacked: Path) -> None:
    import tensorflow as tf  # noqa: PLC0415 - it takes seconds
    from tensorflow.core.protobuf import meta_graph_pb2  # noqa: PLC0415

    weights = read_musicnn_weights(wheels, unpacked)
    patches = log_mel_patches(melody(16_000), (0, 150, 430))
    meta = meta_graph_pb2.MetaGraphDef()
    checkpoint = extract_members(wheels, "musicnn", prefix="musicnn/MSD_musicnn/", folder=unpacked)
    meta.ParseFromString((checkpoint / ".meta").read_bytes())
    names = ("model/dense_1/BiasAdd", "model/batch_normalization_10/batchnorm/add_1")
    trained = tf.compat.v1.graph_util.extract_sub_graph(meta.graph_def, list(names))
    for node in trained.node:
        node.attr.pop("_output_shapes", None)
        node.device = ""
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(trained, name="")
        fed: dict[Any, Any] = {}
        for operation in graph.get_operations():
            if operation.type in {"VariableV2", "Variable"}:
                fed[operation.outputs[0]] = weights[operation.name]
            elif operation.type == "Placeholder":
                fed[operation.outputs[0]] = False if operation.outputs[0].dtype == tf.bool else patches
        with tf.compat.v1.Session(graph=graph) as session:
            logits, embedding = session.run([f"{name}:0" for name in names], fed)

    made_logits, made_embedding, pooled = run_graph(build_musicnn_graph(weights), patches)

    assert np.ptp(logits) > 1
    np.testing.assert_allclose(sigmoid(made_logits), sigmoid(logits), atol=TOLERANCE)
    np.testing.assert_allclose(made_embedding, embedding, atol=TOLERANCE, rtol=TOLERANCE)
    assert pooled.shape == (3, 1506)


def test_yamnet_equals_the_export_without_the_rounding_of_activations(wheels: Path, unpacked: Path) -> None:
    export = read_yamnet_export(wheels, unpacked)
    made = build_yamnet_graph(export)
    frames = log_mel_frames(melody(16_000))
    patches = np.stack([frames[start : start + 96] for start in (0, 300, 700)])
    reference = leave_out_activation_rounding(export)
    session = ort.InferenceSession(
        reference.SerializeToString(), sess_options=unoptimised(), providers=["CPUExecutionProvider"]
    )
    expected = np.concatenate([session.run(None, {"audio": patch[np.newaxis, np.newaxis]})[0] for patch in patches])

    logits, embedding = run_graph(made, patches)

    assert np.ptp(expected) > 1
    np.testing.assert_allclose(sigmoid(logits), sigmoid(expected), atol=TOLERANCE)
    assert embedding.shape == (3, 1024)


def unoptimised() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    return options


def leave_out_activation_rounding(export: onnx.ModelProto) -> onnx.ModelProto:
    """The export itself, whose nodes between two layers hand on what they are given; weights stay rounded."""
    model = onnx.ModelProto()
    model.CopyFrom(export)
    graph = model.graph
    stored = {one.name for one in graph.initializer}
    weights = stored | {node.output[0] for node in graph.node if node.input[0] in stored}
    renamed: dict[str, str] = {}
    kept = []
    for node in graph.node:
        if node.op_type in {"QuantizeLinear", "DequantizeLinear"} and node.input[0] not in weights:
            renamed[node.output[0]] = renamed.get(node.input[0], node.input[0])
        else:
            kept.append(node)
    for node in kept:
        node.input[:] = [renamed.get(name, name) for name in node.input]
    del graph.node[:]
    graph.node.extend(kept)
    graph.output[0].name = renamed[graph.output[0].name]
    for one in (graph.input[0], graph.output[0]):
        one.type.tensor_type.elem_type = onnx.TensorProto.FLOAT
    return model


def test_chords_equal_the_network_in_keras(wheels: Path, unpacked: Path) -> None:
    weights = read_chord_weights(wheels, unpacked)
    decibels = two_transforms(melody(44_100))

    made = run_graph(build_chords_graph(weights), decibels)

    for output, expected in zip(made, chord_network(weights)(decibels), strict=True):
        np.testing.assert_allclose(output, np.asarray(expected)[0], atol=TOLERANCE)
    assert np.ptp(made[0]) > 0.5


def test_one_transform_of_seven_octaves_gives_the_chords_of_two_at_the_published_rate(
    wheels: Path, unpacked: Path
) -> None:
    graph = build_chords_graph(read_chord_weights(wheels, unpacked))
    y = melody(44_100)
    published = run_graph(graph, two_transforms(y))
    ours = run_graph(graph, harmonic_decibels(resample_signal(y, sr_native=44_100, sr=22_050), sr=22_050))
    for output, expected in zip(ours, published, strict=True):
        np.testing.assert_allclose(output, expected, atol=0.02)


def two_transforms(y: Signal) -> Tensor:
    """As crema's own pipeline has it: a transform for each harmonic at 44.1 kHz, dB below the maximum of each."""
    first = librosa.note_to_hz("C1")
    transforms = [
        librosa.cqt(y=y, sr=44_100, hop_length=4096, fmin=first * harmonic, n_bins=216, bins_per_octave=36)
        for harmonic in (1, 2)
    ]
    decibels = np.stack([librosa.amplitude_to_db(np.abs(one), ref=np.max) for one in transforms], axis=-1)
    return decibels.transpose(1, 0, 2)[np.newaxis].astype(np.float32)


def chord_network(weights: dict[str, Tensor]) -> Any:
    """The model of crema 0.2.0 in the layers of Keras, with Keras 2's hard sigmoid."""
    import keras  # noqa: PLC0415 - it takes seconds

    @keras.saving.register_keras_serializable(package="mer_tests")  # type: ignore[untyped-decorator]
    def hard_sigmoid_of_keras_2(x: Any) -> Any:
        return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

    layers = keras.layers

    def normalise(n: int) -> Any:
        return layers.BatchNormalization(epsilon=1e-3, name=f"batch_normalization_{n}")

    def recur(n: int) -> Any:
        gru = layers.GRU(
            128, return_sequences=True, reset_after=False, recurrent_activation=hard_sigmoid_of_keras_2, name=f"gru_{n}"
        )
        return layers.Bidirectional(gru, name=f"bidirectional_{n}")

    inputs = layers.Input((None, 216, 2))
    x = layers.Conv2D(1, 5, padding="same", activation="relu", name="conv2d_1")(normalise(1)(inputs))
    x = layers.Conv2D(72, (1, 216), activation="relu", name="conv2d_2")(normalise(2)(x))
    x = layers.Reshape((-1, 72))(normalise(3)(x))
    x = recur(2)(normalise(4)(recur(1)(x)))
    pitch = layers.Dense(12, "sigmoid", name="chord_pitch")(x)
    root = layers.Dense(13, "softmax", name="chord_root")(x)
    bass = layers.Dense(13, "softmax", name="chord_bass")(x)
    joined = normalise(5)(layers.Concatenate()([x, pitch, root, bass]))
    model = keras.Model(inputs, [layers.Dense(170, "softmax", name="chord_tag")(joined), root, bass, pitch])
    for layer in model.layers:
        name = layer.name
        if name.startswith("batch"):
            layer.set_weights(
                [weights[f"{name}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")]
            )
        elif name.startswith(("conv2d", "chord")):
            layer.set_weights([weights[f"{name}/kernel"], weights[f"{name}/bias"]])
        elif name.startswith("bidirectional"):
            cells = [f"{name}/{direction}_gru_{name[-1]}" for direction in ("forward", "backward")]
            parts = ("kernel", "recurrent_kernel", "bias")
            layer.set_weights([weights[f"{cell}/{part}"] for cell in cells for part in parts])
    return model


def test_the_weights_in_the_wheels_are_those_that_the_specs_name(wheels: Path, unpacked: Path) -> None:
    digests = {
        "musicnn": digest_weights(read_musicnn_weights(wheels, unpacked)),
        "yamnet": digest_weights(list_yamnet_weights(read_yamnet_export(wheels, unpacked))),
        "chords": digest_weights(read_chord_weights(wheels, unpacked)),
    }
    assert digests == {name: spec.weights for name, spec in BUILT_IN_TAGGERS.items()}
