"""What a network answers with: the layer's width, the activation, the loss, the targets and the score of each head.

A graph computes logits; `activate_logits` gives probabilities. Two classes need one unit: its sigmoid is
the probability of the second; every other number has a unit each.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.trainer.networks.tensorflow_runtime import load_tensorflow
from shared.arrays import Floats32
from shared.domain.emotion import locate_quadrant
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, ModelHead
from shared.metrics.reports.classification import confusion_matrix, macro_f1

ANSWER, EMBEDDING = "emotion_probabilities", "embedding"
"""Outputs of an exported network; its valence and arousal are called `shared.domain.head.PLANE`."""
_SIGNS = {locate_quadrant(valence, arousal): (valence, arousal) for valence in (1.0, -1.0) for arousal in (1.0, -1.0)}
_TWO = 2


def n_units(head: ModelHead) -> int:
    """The width of its layer."""
    return 1 if _is_binary(head) else len(head.outputs)


def activate_logits(head: ModelHead, logits: Any) -> Any:
    """`(n, n_units)` → `(n, len(outputs))`: probabilities, or values in [-1, 1]."""
    tf = load_tensorflow()
    if head.kind == DIMENSIONS:
        return tf.tanh(logits)
    if head.kind == TAGS:
        return tf.sigmoid(logits)
    if _is_binary(head):
        return tf.concat([tf.sigmoid(-logits), tf.sigmoid(logits)], axis=1)
    return tf.nn.softmax(logits)


def compute_losses(head: ModelHead, targets: Any, logits: Any, *, focal: float = 0.0) -> Any:
    """`(n,)`. `targets: (n, len(outputs))`, soft where they were mixed. `focal` is gamma of Lin et al., *Focal loss for
    dense object detection* (2017): what is answered well already weighs less.
    """
    tf = load_tensorflow()
    if head.kind == DIMENSIONS:
        return tf.reduce_mean(tf.square(tf.tanh(logits) - targets), axis=1)
    if head.kind == TAGS:
        each = tf.nn.sigmoid_cross_entropy_with_logits(targets, logits)
        right = targets * tf.sigmoid(logits) + (1 - targets) * tf.sigmoid(-logits)
        return tf.reduce_mean(_focal_weight(each, right, focal), axis=1)
    wide = tf.concat([tf.zeros_like(logits), logits], axis=1) if _is_binary(head) else logits
    each = tf.nn.softmax_cross_entropy_with_logits(targets, wide)
    return _focal_weight(each, tf.reduce_sum(targets * tf.nn.softmax(wide), axis=1), focal)


def encode_targets(head: ModelHead, y: NDArray[Any], *, smoothing: float = 0.0) -> Floats32:
    """`(n, len(outputs))`: one-hot from positions `y: (n,)`, or `y: (n, len(outputs))` as it is."""
    if head.kind != CLASSES:
        return np.asarray(y, dtype=np.float32).reshape(len(y), len(head.outputs))
    k = len(head.outputs)
    hard: Floats32 = np.eye(k, dtype=np.float32)[y]
    return np.asarray(hard * (1 - smoothing) + smoothing / k, dtype=np.float32)


def encode_plane(outputs: tuple[str, ...], y: NDArray[np.intp]) -> Floats32 | None:
    """`(n, 2)`: the signs of valence and arousal of the quadrants `y`; None where the classes are no quadrants."""
    if not set(outputs) <= set(_SIGNS):
        return None
    return np.array([_SIGNS[outputs[c]] for c in y.tolist()], dtype=np.float32)


def score_outputs(head: ModelHead, y: NDArray[Any], answer: NDArray[np.floating]) -> float:
    """Macro F1 of classes, mean F1 of tags at .5, R² of dimensions; the greater the better."""
    if head.kind == CLASSES:
        return float(macro_f1(confusion_matrix(np.asarray(y, dtype=np.intp), np.asarray(answer, dtype=np.float64))))
    truth = np.asarray(y, dtype=np.float64)
    if head.kind == DIMENSIONS:
        residual = ((answer - truth) ** 2).sum(axis=0)
        return float(np.mean(1 - residual / np.maximum(((truth - truth.mean(axis=0)) ** 2).sum(axis=0), 1e-9)))
    chosen = answer >= 0.5  # noqa: PLR2004
    both = (chosen & (truth > 0)).sum(axis=0)
    return float(np.mean(2 * both / np.maximum(chosen.sum(axis=0) + truth.sum(axis=0), 1)))


def compute_total_loss(
    heads: Mapping[str, ModelHead],
    weights: Mapping[str, float],
    targets: Mapping[str, Any],
    logits: Mapping[str, Any],
    *,
    focal: float,
) -> Any:
    """`(n,)`: the weighted sum over the heads."""
    parts = [
        weights[name] * compute_losses(head, targets[name], logits[name], focal=focal) for name, head in heads.items()
    ]
    return load_tensorflow().add_n(parts)


def _focal_weight(each: Any, right: Any, focal: float) -> Any:
    return each if focal == 0 else each * load_tensorflow().pow(1 - right, focal)


def _is_binary(head: ModelHead) -> bool:
    return head.kind == CLASSES and len(head.outputs) == _TWO
