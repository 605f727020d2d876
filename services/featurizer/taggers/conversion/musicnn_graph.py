"""MusiCNN (Pons and Serra 2019) as one ONNX graph, from the TensorFlow checkpoint in its wheel.

The structure is that of the paper's `MSD_musicnn`: convolutions over the whole frequency range, three convolutions over
time with residuals, the maximum and mean over time, and two dense layers. Batch normalisations after a maximum over
frequency are applied to the maximum: where the scale is negative the filter's sign is turned first, so that the maximum
of the turned filter is the minimum of the original.
"""

from collections.abc import Mapping

import numpy as np
import onnx

from services.featurizer.taggers.conversion.graph_builder import GraphBuilder, normalisation_factors
from shared.arrays import Tensor

N_FRAMES = 187
N_MELS = 96

Weights = Mapping[str, Tensor]


def build_musicnn_graph(weights: Weights) -> onnx.ModelProto:
    """The graph of the checkpoint's variables.

    In: `log_mel` `(n, 187, 96)`. Out: `tag_logits` `(n, 50)`, `embedding` `(n, 200)`, and `pooled` `(n, 1506)`: the
    maximum and mean over time before the dense layers.
    """
    builder = GraphBuilder()
    channels = builder.add_node("Unsqueeze", "log_mel", builder.add_shape(1))
    scale, shift = _factors(weights, 0)
    normalised = builder.scale_shift(channels, scale.reshape(1, 1, 1, 1), shift.reshape(1, 1, 1, 1))
    fronts = [_front_end(builder, weights, normalised, layer=layer) for layer in range(5)]
    front = builder.add_node("Concat", *fronts, axis=1)
    first = _over_time(builder, weights, front, layer=5)
    second = builder.add_node("Add", _over_time(builder, weights, first, layer=6), first)
    third = builder.add_node("Add", _over_time(builder, weights, second, layer=7), second)
    features = builder.add_node("Concat", front, first, second, third, axis=1)
    maxima = builder.add_node("ReduceMax", features, axes=[2], keepdims=0)
    means = builder.add_node("ReduceMean", features, axes=[2], keepdims=0)
    # the checkpoint pairs the maximum and the mean of each feature, not all maxima and then all means
    pooled = builder.add_node(
        "Concat",
        builder.add_node("Unsqueeze", maxima, builder.add_shape(2)),
        builder.add_node("Unsqueeze", means, builder.add_shape(2)),
        axis=2,
    )
    pooled = builder.add_node("Flatten", pooled, axis=1)
    hidden = builder.add_node(
        "Gemm",
        builder.scale_shift(pooled, *_factors(weights, 9)),
        builder.add_weight(weights["dense/kernel"]),
        builder.add_weight(weights["dense/bias"]),
    )
    embedding = builder.scale_shift(builder.add_node("Relu", hidden), *_factors(weights, 10))
    logits = builder.add_node(
        "Gemm",
        embedding,
        builder.add_weight(weights["dense_1/kernel"]),
        builder.add_weight(weights["dense_1/bias"]),
    )
    return builder.build_model(
        {"log_mel": ("n", N_FRAMES, N_MELS)},
        {"tag_logits": (logits, ("n", 50)), "embedding": (embedding, ("n", 200)), "pooled": (pooled, ("n", 1506))},
        name="musicnn",
    )


def _factors(weights: Weights, layer: int) -> tuple[Tensor, Tensor]:
    name = "batch_normalization" if layer == 0 else f"batch_normalization_{layer}"
    return normalisation_factors(
        *(weights[f"{name}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance"))
    )


def _convolution(weights: Weights, layer: int) -> tuple[Tensor, Tensor]:
    """Kernel `(height, width, in, out)` and bias `(out,)`."""
    name = "conv2d" if layer == 0 else f"conv2d_{layer}"
    return weights[f"{name}/kernel"], weights[f"{name}/bias"]


def _front_end(builder: GraphBuilder, weights: Weights, tensor: str, *, layer: int) -> str:
    """`(n, filters, 187)`: convolution, ReLU, batch normalisation, maximum over frequency."""
    kernel, bias = _convolution(weights, layer)
    scale, shift = _factors(weights, layer + 1)
    sign = np.where(scale < 0, np.float32(-1), np.float32(1))
    height, width = kernel.shape[:2]
    before = (height - 1) // 2
    convolved = builder.add_node(
        "Conv",
        tensor,
        builder.add_weight(kernel.transpose(3, 2, 0, 1) * sign[:, None, None, None]),
        builder.add_weight(bias * sign),
        kernel_shape=[height, width],
        pads=[before, 0, height - 1 - before, 0],
    )
    n_positions = N_MELS - width + 1
    maximum = builder.add_node("MaxPool", convolved, kernel_shape=[1, n_positions], strides=[1, n_positions])
    maximum = builder.add_node("Squeeze", maximum, builder.add_shape(3))
    turned = builder.add_node("Mul", maximum, builder.add_weight(sign[:, None]))
    return builder.scale_shift(builder.add_node("Relu", turned), scale[:, None], shift[:, None])


def _over_time(builder: GraphBuilder, weights: Weights, tensor: str, *, layer: int) -> str:
    """`(n, 64, 187)`: a convolution over seven frames and all channels, ReLU, batch normalisation."""
    kernel, bias = _convolution(weights, layer)
    scale, shift = _factors(weights, layer + 1)
    convolved = builder.add_node(
        "Conv",
        tensor,
        builder.add_weight(kernel[:, :, 0, :].transpose(2, 1, 0)),
        builder.add_weight(bias),
        kernel_shape=[kernel.shape[0]],
        pads=[3, 3],
    )
    return builder.scale_shift(builder.add_node("Relu", convolved), scale[:, None], shift[:, None])
