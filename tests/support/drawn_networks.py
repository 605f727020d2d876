"""Little networks with known answers, drawn by hand to the contract that published ones follow.

A network on spectrograms hears how loud `N_PLACES` stretches of the mel scale are, over all excerpts of a track; the
loudest stretch is its emotion. One on samples hears the mean of their absolute values. One beside descriptors adds them
to the levels of the first `N_DESCRIPTORS` stretches before it decides.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard

N_MELS, N_FRAMES = FeatureSpec().mel.shape
N_SAMPLES = FeatureSpec().mel.n_samples
N_PLACES = 8
N_DESCRIPTORS = 3
_SCALE = 10.0
"""Decibels that are a step of the answer."""


def heard_in(place: int, *, n_excerpts: int = 6, seed: int = 0) -> NDArray[np.float16]:
    """`(n_excerpts, N_MELS, N_FRAMES)` in dB: quiet noise, but loud in one of the `N_PLACES` stretches."""
    db = np.random.default_rng(seed).normal(-60, 1, size=(n_excerpts, N_MELS, N_FRAMES))
    width = N_MELS // N_PLACES
    db[:, place * width : (place + 1) * width] += 40
    return db.astype(np.float16)


def embedding_of(db: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where the network places a track: the level of each stretch, in steps above −60 dB."""
    levels = db.astype(np.float64).reshape(len(db), N_PLACES, -1).mean(axis=(0, 2))
    embedding: NDArray[np.float64] = (levels + 60) / _SCALE
    return embedding


def network(
    *,
    classes: Sequence[str] = MOOD4.emotions,
    inputs: str = "spectrogram",
    outputs: Sequence[str] = ("embedding",),
    names: dict[str, str] | None = None,
) -> bytes:
    """The artefact. `outputs` are given beside the probabilities; `names` replaces what the graph calls its outputs."""
    make = helper.make_node
    is_mel = inputs in {"spectrogram", "sound"}
    array = "excerpts" if inputs == "sound" else "features"
    weights = {
        "axes": np.array([1, 3] if is_mel else [1], dtype=np.int64),
        "stretches": np.kron(np.eye(N_PLACES), np.full((N_MELS // N_PLACES, 1), N_PLACES / N_MELS)) / _SCALE,
        "quiet": np.full(N_PLACES, 60 / _SCALE),
        "spread": np.eye(1, N_PLACES),
        "classes": np.eye(N_PLACES, len(classes)),
        "plane": np.eye(N_PLACES, 2),
        "described": np.eye(N_DESCRIPTORS, N_PLACES),
    }
    if is_mel:
        nodes = [
            make("ReduceMean", [array, "axes"], ["bands"], keepdims=0),
            make("MatMul", ["bands", "stretches"], ["levels"]),
            make("Add", ["levels", "quiet"], ["embedding"]),
        ]
    else:
        nodes = [
            make("Abs", ["features"], ["sizes"]),
            make("ReduceMean", ["sizes", "axes"], ["size"], keepdims=1),
            make("MatMul", ["size", "spread"], ["embedding"]),
        ]
    if inputs == "sound":
        nodes += [
            make("MatMul", ["features", "described"], ["raised"]),
            make("Add", ["embedding", "raised"], ["both"]),
        ]
    nodes += [
        make("MatMul", ["both" if inputs == "sound" else "embedding", "classes"], ["logits"]),
        make("Softmax", ["logits"], ["emotion_probabilities"], axis=1),
    ]
    if "valence_arousal" in outputs:
        nodes += [make("MatMul", ["embedding", "plane"], ["flat"]), make("Tanh", ["flat"], ["valence_arousal"])]
    widths = {"emotion_probabilities": len(classes), "embedding": N_PLACES, "valence_arousal": 2}
    given = ("emotion_probabilities", *outputs)
    called = {name: (names or {}).get(name, name) for name in given}
    nodes += [make("Identity", [name], [other]) for name, other in called.items() if name != other]
    read: dict[str, list[str | int]] = {array: ["n", "e", N_MELS, N_FRAMES] if is_mel else ["n", N_SAMPLES]}
    if inputs == "sound":
        read["features"] = ["n", N_DESCRIPTORS]
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in read.items()],
        [helper.make_tensor_value_info(called[name], TensorProto.FLOAT, ["n", widths[name]]) for name in given],
        [
            numpy_helper.from_array(value if name == "axes" else value.astype(np.float32), name)
            for name, value in weights.items()
            if name in used
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"classes": json.dumps(list(classes))})
    artefact: bytes = model.SerializeToString()
    return artefact


def card(*, inputs: str = "spectrogram", **said: Any) -> ModelCard:
    """What such a network's card says."""
    names = tuple(f"descriptor_{i}" for i in range(N_DESCRIPTORS)) if inputs == "sound" else ()
    widths = {"spectrogram": N_MELS * N_FRAMES, "waveform": N_SAMPLES, "sound": N_DESCRIPTORS}
    values: dict[str, Any] = {
        "name": f"mood4-network-{inputs}",
        "version": "unpublished",
        "estimator": "svm",
        "hyperparameters": {},
        "inputs": inputs,
        "taxonomy": "mood4",
        "classes": MOOD4.emotions,
        "feature_fingerprint": FeatureSpec().fingerprint,
        "feature_names": names,
        "n_features": widths[inputs],
        "snapshot_id": "none",
        "seed": 0,
        "synthetic": False,
        "origins": ("audio",),
        "data_counts": {},
        "split": "none",
        "metrics": {"macro_f1": {"value": 0.7, "low": 0.6, "high": 0.8}, "n_items": 64},
        "leak_report": {"clean": True},
        "limits": (),
        "library_versions": {},
        "created_at": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return ModelCard(**{**values, **said})


def candidate(*, inputs: str = "spectrogram", outputs: Sequence[str] = ("embedding",), **said: Any) -> TrainedCandidate:
    """A network that is ready to be published."""
    artefact = network(inputs=inputs, outputs=outputs)
    return TrainedCandidate(
        card=card(inputs=inputs, **said),
        artefact=artefact,
        sha256=hashlib.sha256(artefact).hexdigest(),
        oof=np.empty((0, len(MOOD4.emotions))),
    )
