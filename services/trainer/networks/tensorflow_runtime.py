"""TensorFlow and Keras, imported when a network is first built, and never before: the parent of a worker forks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

MOMENTUM = 0.9
"""Of the running means of batch normalisation. An epoch of a few hundred tracks has a dozen steps: with Keras's .99,
what is judged after it would be normalised by how the network was some epochs ago.
"""

_BFLOAT16_OPTION = "auto_mixed_precision_onednn_bfloat16"


@cache
def load_tensorflow(n_threads: int = 2) -> Any:
    """The module, with its threads set: `n_threads` within an operation, one operation at a time beside it.

    The first call decides; TensorFlow cannot change its threads later.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import tensorflow as tf  # noqa: PLC0415 - see above

    try:
        tf.config.threading.set_intra_op_parallelism_threads(n_threads)
        tf.config.threading.set_inter_op_parallelism_threads(2)
    except RuntimeError:  # somebody in this process computed already: its threads stay
        return tf
    return tf


def load_keras() -> Any:
    """The module, on TensorFlow."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    import keras as module  # noqa: PLC0415 - see above

    return module


@contextmanager
def bfloat16_autocast(*, on: bool) -> Iterator[None]:
    """Graphs that run within multiply in bfloat16 where it is `on` and the processor has it: half the bytes, and
    convolutions in two thirds of the time. TensorFlow decides for each operation whether its range allows it.
    """
    if not (on and supports_bfloat16()):
        yield
        return
    tell = load_tensorflow().config.optimizer.set_experimental_options
    tell({_BFLOAT16_OPTION: True})
    try:
        yield
    finally:
        tell({_BFLOAT16_OPTION: False})


@cache
def supports_bfloat16() -> bool:
    """Whether the processor multiplies in bfloat16; else it would be imitated, several times slower.

    Only Linux says so.
    """
    cpu_info = Path("/proc/cpuinfo")
    return cpu_info.exists() and any(flag in cpu_info.read_text() for flag in ("avx512_bf16", "amx_bf16"))


@cache
def distribution_strategy() -> Any:
    """How steps are spread: over the machines that `TF_CONFIG` names, or not at all.

    Has to be made before anything is computed in this process, because the machines find each other first. Gradients
    are summed over all of them, so the curve is that of one machine with the same batches.
    """
    tf = load_tensorflow()
    if os.environ.get("TF_CONFIG"):
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()


def machine_rank() -> tuple[int, int]:
    """`(rank, number)` of this machine among those that train together; (0, 1) alone."""
    if not os.environ.get("TF_CONFIG"):
        return 0, 1
    resolver = distribution_strategy().cluster_resolver
    return int(resolver.task_id), int(distribution_strategy().num_replicas_in_sync)
