"""MusiCNN (Pons and Serra 2019) as one ONNX graph, from the TensorFlow checkpoint in its wheel.

The structure is that of the paper's `MSD_musicnn`: convolutions over the whole frequency range, three convolutions over
time with residuals, the maximum and mean over time, and two dense layers. Batch normalisations after a maximum over
frequency are applied to the maximum: where the scale is negative the filter's sign is turned first, so that the maximum
of the turned filter is the minimum of the original.

Four in five filters of the first layer have no weights: weight decay took them during the training, to below 1e-10.
What they give is the same for every input, so they are left out, and their constants are added to what follows. The
result is equal, for an eighth of the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx

from services.featurizer.taggers.conversion.graph_builder import GraphBuilder, normalisation_factors
from shared.arrays import Indices, Tensor

N_FRAMES = 187
N_MELS = 96

_N_FRONT_LAYERS = 5
_N_OVER_TIME = 64
LEAST_WEIGHT = 1e-7
"""Sum of the magnitudes of a filter's weights; its input is at most about 10."""

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class FrontEnd:
    """The first layer: the filters that hear something, and what the others give whatever they read."""

    tensor: str
    """`(n, n_live, 187)`."""
    live: Indices
    """Positions of the live filters among the 561."""
    constants: Tensor
    """`(561,)`: the output of each filter without weights; 0 for a live one."""


def build_musicnn_graph(weights: Weights, *, least_weight: float = LEAST_WEIGHT) -> onnx.ModelProto:
    """The graph of the checkpoint's variables.

    In: `log_mel` `(n, 187, 96)`. Out: `tag_logits` `(n, 50)`, `embedding` `(n, 200)`, and `pooled` `(n, 1506)`: the
    maximum and mean over time before the dense layers. Filters whose weights add up to no more than `least_weight` are
    left out; with a negative number none is.
    """
    builder = GraphBuilder()
    channels = builder.add_node("Unsqueeze", "log_mel", builder.add_shape(1))
    scale, shift = _factors(weights, 0)
    normalised = builder.scale_shift(channels, scale.reshape(1, 1, 1, 1), shift.reshape(1, 1, 1, 1))
    front = _front_end(builder, weights, normalised, least_weight=least_weight)
    first = _first_over_time(builder, weights, front)
    second = builder.add_node("Add", _over_time(builder, weights, first, layer=6), first)
    third = builder.add_node("Add", _over_time(builder, weights, second, layer=7), second)
    features = builder.add_node("Concat", front.tensor, first, second, third, axis=1)
    maxima = builder.add_node("ReduceMax", features, axes=[2], keepdims=0)
    means = builder.add_node("ReduceMean", features, axes=[2], keepdims=0)
    # the checkpoint pairs the maximum and the mean of each feature, not all maxima and then all means
    paired = builder.add_node(
        "Concat",
        builder.add_node("Unsqueeze", maxima, builder.add_shape(2)),
        builder.add_node("Unsqueeze", means, builder.add_shape(2)),
        axis=2,
    )
    pooled = _add_constants(builder, builder.add_node("Flatten", paired, axis=1), front)
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


def _front_end(builder: GraphBuilder, weights: Weights, tensor: str, *, least_weight: float) -> FrontEnd:
    """Five kinds of filters: convolution, ReLU, batch normalisation, maximum over frequency."""
    tensors, live, constants = [], [], []
    for layer in range(_N_FRONT_LAYERS):
        kernel, bias = _convolution(weights, layer)
        scale, shift = _factors(weights, layer + 1)
        is_live = np.abs(kernel).sum(axis=(0, 1, 2)) > least_weight
        constants.append(np.where(is_live, np.float32(0), np.maximum(bias, 0) * scale + shift))
        live.append(is_live)
        tensors.append(
            _filter_bank(builder, tensor, kernel[..., is_live], bias[is_live], scale[is_live], shift[is_live])
        )
    return FrontEnd(
        tensor=builder.add_node("Concat", *tensors, axis=1),
        live=np.flatnonzero(np.concatenate(live)),
        constants=np.concatenate(constants),
    )


def _filter_bank(builder: GraphBuilder, tensor: str, kernel: Tensor, bias: Tensor, scale: Tensor, shift: Tensor) -> str:
    """`(n, filters, 187)`."""
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


def _first_over_time(builder: GraphBuilder, weights: Weights, front: FrontEnd) -> str:
    """`(n, 64, 187)`: the first convolution over time. The filters that are constant add the same to every input."""
    kernel, bias = _convolution(weights, 5)
    taps = kernel[:, :, 0, :]  # (7, 561, 64)
    from_constants = np.einsum("tfc,f->tc", taps.astype(np.float64), front.constants)
    half = len(taps) // 2
    at_frame = [
        from_constants[max(half - frame, 0) : len(taps) - max(frame + half + 1 - N_FRAMES, 0)].sum(axis=0)
        for frame in range(N_FRAMES)
    ]
    convolved = builder.add_node(
        "Conv",
        front.tensor,
        builder.add_weight(taps[:, front.live].transpose(2, 1, 0)),
        kernel_shape=[len(taps)],
        pads=[half, half],
    )
    added = (np.stack(at_frame, axis=1) + bias[:, None]).astype(np.float32)
    total = builder.add_node("Add", convolved, builder.add_weight(added))
    scale, shift = _factors(weights, 6)
    return builder.scale_shift(builder.add_node("Relu", total), scale[:, None], shift[:, None])


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


def _add_constants(builder: GraphBuilder, pooled: str, front: FrontEnd) -> str:
    """`(n, 1506)`: what was pooled of the live filters and of the layers over time, and constants between them."""
    n_front = len(front.constants)
    n_all = n_front + 3 * _N_OVER_TIME
    read = np.concatenate([front.live, np.arange(n_front, n_all)])
    selection = np.zeros((2 * len(read), 2 * n_all), dtype=np.float32)
    for source, target in enumerate(read):
        selection[2 * source, 2 * target] = selection[2 * source + 1, 2 * target + 1] = 1
    constants = np.zeros(2 * n_all, dtype=np.float32)
    constants[: 2 * n_front] = np.repeat(front.constants, 2)
    return builder.add_node("Gemm", pooled, builder.add_weight(selection), builder.add_weight(constants))
