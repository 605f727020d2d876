"""Runs a published artefact, and nothing but the artefact that its registry row names."""

import hashlib
import json
from typing import Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from shared.domain.model_card import ModelCard
from shared.errors import PermanentError, Reason

_UNREADABLE = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
)


class Session:
    """An ONNX graph with one float32 input `(n, n_features)` and one output of probabilities `(n, k)`.

    It runs on one thread, because the service around it decides how many run at once. ONNX Runtime allows calls from
    several threads at the same time.
    """

    def __init__(self, artefact: bytes) -> None:
        """Raises `PermanentError(CORRUPT_ARTEFACT)` for bytes that are no such graph."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(artefact, options, providers=["CPUExecutionProvider"])
        except _UNREADABLE as error:
            raise _corrupt("the artefact is not a readable ONNX graph: train or publish it again") from error
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1 or len(inputs[0].shape) != 2 or len(outputs[0].shape) != 2:  # noqa: PLR2004
            raise _corrupt("the artefact does not turn one table into one table: train or publish it again")
        self._input, self._output = inputs[0].name, outputs[0].name
        self.n_features: int = inputs[0].shape[1]
        try:
            named = json.loads(self._session.get_modelmeta().custom_metadata_map.get("classes", ""))
        except ValueError as error:
            raise _corrupt("the artefact does not name its classes: train or publish it again") from error
        self.classes: tuple[str, ...] = tuple(named)
        """The columns of the output as the file itself names them."""

    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """`(n, n_features)` float32 → `(n, k)` float32. Raises ValueError for another shape, dtype or a NaN."""
        if x.ndim != 2 or x.shape[1] != self.n_features or x.dtype != np.float32:  # noqa: PLR2004 - a table
            raise ValueError(f"features must be float32 (n, {self.n_features}), not {x.dtype} {x.shape}")
        if not np.isfinite(x).all():
            raise ValueError("features must be finite: a track without all its features cannot be scored")
        if not len(x):
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        answer: NDArray[np.float32] = self._session.run([self._output], {self._input: x})[0]
        return answer


class Scorer:
    """A model that answers. Safe to share between threads."""

    def __init__(self, session: Session, card: ModelCard) -> None:
        self._session = session
        self.card = card

    @classmethod
    def load(cls, artefact: bytes, *, sha256: str, card: ModelCard) -> Self:
        """The scorer of an artefact whose hash (hexadecimal) and card the registry keeps.

        Raises `PermanentError(CORRUPT_ARTEFACT)` where the bytes have another hash, are no graph, or have other
        classes or another number of features than the card.
        """
        if hashlib.sha256(artefact).hexdigest() != sha256.lower():
            raise _corrupt(f"the artefact of {card.name} {card.version} has another hash than when it was published")
        session = Session(artefact)
        if session.classes != card.classes or session.n_features != card.n_features:
            raise _corrupt(f"the artefact of {card.name} {card.version} does not belong to its card")
        return cls(session, card)

    def score(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `(n, k)` in the order of `card.classes`, of `x: (n, card.n_features)`, finite and float32.

        No rows give no rows. Raises ValueError for anything else; whether `x` was made by the spec of
        `card.feature_fingerprint` only the caller can know.
        """
        return self._session.run(x)


def _corrupt(detail: str) -> PermanentError:
    return PermanentError(Reason.CORRUPT_ARTEFACT, detail)
