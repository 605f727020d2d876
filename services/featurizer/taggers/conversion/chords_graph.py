"""The chord network of crema (McFee and Bello 2017) as one ONNX graph, from the Keras weights in its wheel.

Two convolutions over the harmonic constant-Q transform, two bidirectional GRUs with the reset before the product and
Keras 2's hard sigmoid `.2 x + .5`, and four outputs a frame.
"""

from collections.abc import Mapping

import numpy as np
import onnx

from services.featurizer.taggers.conversion.graph_builder import GraphBuilder, normalisation_factors
from shared.arrays import Tensor

N_BINS = 216
N_HARMONICS = 2
_UNITS = 128

Weights = Mapping[str, Tensor]


def build_chords_graph(weights: Weights) -> onnx.ModelProto:
    """The graph of the weights, named `layer/parameter`.

    In: `decibels` `(1, t, 216, 2)`, the transform of one clip, dB below its maximum. Out, for each of t frames:
    `chord` `(t, 170)`, `root` `(t, 13)` and `bass` `(t, 13)` as probabilities over classes, and `pitch` `(t, 12)`.
    """
    builder = GraphBuilder()
    tensor = builder.scale_shift("decibels", *_factors(weights, 1))
    tensor = builder.add_node("Transpose", tensor, perm=[0, 3, 1, 2])
    tensor = builder.add_node("Relu", _convolution(builder, weights, tensor, layer=1, pads=[2, 2, 2, 2]))
    scale, shift = _factors(weights, 2)
    tensor = builder.scale_shift(tensor, scale.reshape(1, 1, 1, 1), shift.reshape(1, 1, 1, 1))
    tensor = builder.add_node("Relu", _convolution(builder, weights, tensor, layer=2, pads=[0, 0, 0, 0]))
    tensor = builder.add_node("Squeeze", tensor, builder.add_shape(3))  # (1, 72, t)
    tensor = builder.add_node("Transpose", tensor, perm=[2, 0, 1])  # (t, 1, 72), as a GRU reads it
    tensor = builder.scale_shift(tensor, *_factors(weights, 3))
    tensor = builder.scale_shift(_recurrent(builder, weights, tensor, layer=1), *_factors(weights, 4))
    hidden = builder.add_node("Squeeze", _recurrent(builder, weights, tensor, layer=2), builder.add_shape(1))
    pitch = builder.add_node("Sigmoid", _dense(builder, weights, hidden, "chord_pitch"))
    root = builder.add_node("Softmax", _dense(builder, weights, hidden, "chord_root"), axis=-1)
    bass = builder.add_node("Softmax", _dense(builder, weights, hidden, "chord_bass"), axis=-1)
    joined = builder.add_node("Concat", hidden, pitch, root, bass, axis=1)
    joined = builder.scale_shift(joined, *_factors(weights, 5))
    chord = builder.add_node("Softmax", _dense(builder, weights, joined, "chord_tag"), axis=-1)
    return builder.build_model(
        {"decibels": (1, "t", N_BINS, N_HARMONICS)},
        {
            "chord": (chord, ("t", 170)),
            "root": (root, ("t", 13)),
            "bass": (bass, ("t", 13)),
            "pitch": (pitch, ("t", 12)),
        },
        name="chords",
    )


def _factors(weights: Weights, layer: int) -> tuple[Tensor, Tensor]:
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    return normalisation_factors(*(weights[f"batch_normalization_{layer}/{name}"] for name in names))


def _convolution(builder: GraphBuilder, weights: Weights, tensor: str, *, layer: int, pads: list[int]) -> str:
    kernel = weights[f"conv2d_{layer}/kernel"].transpose(3, 2, 0, 1)
    bias = weights[f"conv2d_{layer}/bias"]
    return builder.add_node("Conv", tensor, builder.add_weight(kernel), builder.add_weight(bias), pads=pads)


def _dense(builder: GraphBuilder, weights: Weights, tensor: str, name: str) -> str:
    return builder.add_node(
        "Gemm", tensor, builder.add_weight(weights[f"{name}/kernel"]), builder.add_weight(weights[f"{name}/bias"])
    )


def _recurrent(builder: GraphBuilder, weights: Weights, tensor: str, *, layer: int) -> str:
    """`(t, 1, 256)`: a bidirectional GRU over `(t, 1, features)`, forward and backward side by side.

    Keras and ONNX order the gates alike: update, reset, candidate.
    """
    names = [f"bidirectional_{layer}/{direction}_gru_{layer}" for direction in ("forward", "backward")]
    biases = [np.concatenate([weights[f"{name}/bias"], np.zeros(3 * _UNITS, np.float32)]) for name in names]
    states = builder.add_node(
        "GRU",
        tensor,
        builder.add_weight(np.stack([weights[f"{name}/kernel"].T for name in names])),
        builder.add_weight(np.stack([weights[f"{name}/recurrent_kernel"].T for name in names])),
        builder.add_weight(np.stack(biases)),
        hidden_size=_UNITS,
        direction="bidirectional",
        linear_before_reset=0,
        activations=["HardSigmoid", "Tanh"] * 2,
        activation_alpha=[0.2, 0.2],
        activation_beta=[0.5, 0.5],
    )  # (t, 2, 1, 128)
    states = builder.add_node("Transpose", states, perm=[0, 2, 1, 3])
    return builder.add_node("Reshape", states, builder.add_shape(0, 1, 2 * _UNITS))
