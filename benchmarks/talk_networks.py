"""The talk's networks as it would write them in Keras: arrays in memory, plain `fit`, Adam's defaults. No benchmark.

The sizes are those of the talk where it gives them; see `docs/explain/evaluation.md`.
"""

import os
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

Curve = list[tuple[float, float]]
"""By epoch: seconds since the training began, and the validation loss."""
_THREADS = 2


def train(
    name: str,
    x: NDArray[np.float32],
    y: NDArray[np.intp],
    *,
    train: NDArray[np.intp],
    test: NDArray[np.intp],
    seed: int,
    epochs: int,
    patience: int = 3,
) -> Curve:
    """Fit one of `NETWORKS` to decibels `x: (n, 128, 216)` and binary targets `y: (n,)`."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # noqa: PLC0415 - in the child that trains, and nowhere else
    import tensorflow as tf  # noqa: PLC0415

    tf.config.threading.set_intra_op_parallelism_threads(_THREADS)
    keras.utils.set_random_seed(seed)
    curve: Curve = []
    started = time.perf_counter()
    model = NETWORKS[name](keras)
    model.compile(optimizer="adam", loss="binary_crossentropy")
    noted = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda _, logs: curve.append((time.perf_counter() - started, float(logs["val_loss"])))
    )
    pixels = x[..., np.newaxis]
    model.fit(
        pixels[train],
        y[train].astype(np.float32),
        batch_size=32,
        epochs=epochs,
        verbose=0,
        validation_data=(pixels[test], y[test].astype(np.float32)),
        callbacks=[noted, keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)],
    )
    return curve


def _cnn_fc_regularised(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((128, 216, 1))])
    for filters in (16, 32):
        model.add(layers.Conv2D(filters, 5, padding="same", activation="relu"))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(2))
        model.add(layers.Dropout(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


def _crnn(keras: Any) -> Any:
    layers = keras.layers
    model = keras.Sequential([keras.Input((128, 216, 1))])
    for filters in (16, 32, 32):
        model.add(layers.Conv2D(filters, (1, 3), padding="same"))
        model.add(layers.LeakyReLU(negative_slope=0.01))
        model.add(layers.BatchNormalization())
        model.add(layers.MaxPooling2D(2))
    model.add(layers.Permute((2, 1, 3)))
    model.add(layers.Reshape((27, 16 * 32)))
    model.add(layers.Bidirectional(layers.LSTM(128, return_sequences=True)))
    model.add(layers.Dropout(0.25))
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


NETWORKS = {"cnn_fc_regularised": _cnn_fc_regularised, "crnn": _crnn}
"""By the name of our estimator of the same layers and the same number of parameters."""
