"""Predicts with a published artefact, after checking that it is the artefact that its registry row names."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from shared.domain.model_card import ModelCard
from shared.errors import PermanentError, Reason
from shared.inference.lazy_arrays import LazyArrays

PROBABILITIES, EMBEDDING, VALENCE_AROUSAL = "probabilities", "embedding", "valence_arousal"
OUTPUTS = MappingProxyType(
    {PROBABILITIES: "emotion_probabilities", EMBEDDING: "embedding", VALENCE_AROUSAL: "valence_arousal"}
)
"""The name in the graph of each field of `ModelOutput`."""
ROWS, STACKS = "features", "excerpts"
"""The inputs of a graph that reads a table and mel spectrograms; the only input of another may have any name."""

_TABLE, _STACKS = 2, 4
"""Numbers of dimensions of an input: rows of a table, or stacks of excerpts."""
_VALUES_AT_ONCE = 6 * 128 * 216
"""Of arrays that are scored together: a clip of 30 s. More at once is no faster and takes the memory of each more."""

_UNREADABLE = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
)


@dataclass(frozen=True, eq=False)
class ModelOutput:
    """What a model says of some tracks, a row each, float32."""

    probabilities: NDArray[np.float32]
    """`(n, k)`, in the order of the card's classes."""
    embedding: NDArray[np.float32] | None = None
    """`(n, d)`: the last layer before the answer; None for a model that has no such output."""
    valence_arousal: NDArray[np.float32] | None = None
    """`(n, 2)`, in [-1, 1]; None for a model that has no such output."""

    def select_rows(self, rows: NDArray[np.bool_]) -> "ModelOutput":
        """That of some of the tracks."""
        parts = {field.name: getattr(self, field.name) for field in fields(ModelOutput)}
        kept: dict[str, Any] = {name: None if part is None else part[rows] for name, part in parts.items()}
        return ModelOutput(**kept)

    @classmethod
    def from_parts(cls, parts: Sequence["ModelOutput"]) -> "ModelOutput":
        """One model's answers for some tracks and then for others."""
        joined: dict[str, Any] = {}
        for field in fields(ModelOutput):
            columns = [column for part in parts if (column := getattr(part, field.name)) is not None]
            joined[field.name] = np.concatenate(columns) if columns else None
        return cls(**joined)

    def get_valence_arousal(self, row: int) -> tuple[float, float] | None:
        """Valence and arousal of one of the tracks; None for a model that has no such output."""
        if self.valence_arousal is None:
            return None
        valence, arousal = self.valence_arousal[row].tolist()
        return valence, arousal


class OnnxModel:
    """An ONNX graph with float32 inputs, and outputs of probabilities `(n, k)` and whatever else `ModelOutput` has.

    The input is a table `(n, n_features)`, or mel spectrograms in dB `(n, n_excerpts, n_mels, n_frames)`, whose number
    of excerpts is the same within a call; or both, called `ROWS` and `STACKS`. A graph of one output needs no name for
    it; one of several names them as `OUTPUTS` does.

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
            raise _corrupt_artefact("the artefact is not a readable ONNX graph: train or publish it again") from error
        outputs = self._session.get_outputs()
        if any(len(output.shape) != _TABLE for output in outputs):
            raise _corrupt_artefact("the artefact does not answer in tables: train or publish it again")
        shapes = {given.name: given.shape for given in self._session.get_inputs()}
        self._input, self._width = _graph_inputs(shapes)
        self._row = _fixed_lengths(shapes[self._input])
        self.n_features = math.prod(self._row) if self._width is None else self._width
        """Of a row; of a network that reads nothing but spectrograms the values of one excerpt."""
        self._outputs = _output_names([output.name for output in outputs])
        try:
            named = json.loads(self._session.get_modelmeta().custom_metadata_map.get("classes", ""))
        except ValueError as error:
            raise _corrupt_artefact("the artefact does not name its classes: train or publish it again") from error
        self.classes: tuple[str, ...] = tuple(named)
        """The columns of the output as the file itself names them."""

    def run(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """The probabilities of `predict_outputs`."""
        return self.predict_outputs(x).probabilities

    def predict_outputs(self, x: NDArray[np.float32], *, rows: NDArray[np.float32] | None = None) -> ModelOutput:
        """Of `(n, n_features)` or `(n, n_excerpts, n_mels, n_frames)`, float32, with `rows: (n, n_features)` beside
        them where the graph reads both. Raises ValueError for another shape, dtype or a NaN.
        """
        read = self._check_inputs(x, rows)
        if not x.size:
            return ModelOutput(np.zeros((0, len(self.classes)), dtype=np.float32))
        values = self._session.run(list(self._outputs.values()), read)
        return ModelOutput(**dict(zip(self._outputs, values, strict=True)))

    def _check_inputs(self, x: NDArray[np.float32], rows: NDArray[np.float32] | None) -> dict[str, NDArray[np.float32]]:
        """By input, what the graph is given."""
        n_lengths = 1 if len(self._row) == 1 else 2
        if x.ndim != n_lengths + len(self._row) or x.shape[n_lengths:] != self._row or x.dtype != np.float32:
            wanted = ", ".join([*("n", "n_excerpts")[:n_lengths], *map(str, self._row)])
            raise ValueError(f"features must be float32 ({wanted}), not {x.dtype} {x.shape}")
        read = {self._input: x}
        if (rows is None) != (self._width is None):
            raise ValueError("rows of descriptors stand beside excerpts where the graph reads both, and only there")
        if rows is not None:
            if rows.shape != (len(x), self._width) or rows.dtype != np.float32:
                raise ValueError(f"rows must be float32 ({len(x)}, {self._width}), not {rows.dtype} {rows.shape}")
            read[ROWS] = rows
        if not all(np.isfinite(part).all() for part in read.values()):
            raise ValueError("features must be finite: a track without all its features cannot be scored")
        return read


class Predictor:
    """A model that answers. Safe to share between threads."""

    def __init__(self, session: OnnxModel, card: ModelCard) -> None:
        self._session = session
        self.card = card

    @classmethod
    def from_artefact(cls, artefact: bytes, *, sha256: str, card: ModelCard) -> Self:
        """The scorer of an artefact whose hash (hexadecimal) and card the registry keeps.

        Raises `PermanentError(CORRUPT_ARTEFACT)` where the bytes have another hash, are no graph, or have other
        classes or another number of features than the card.
        """
        if hashlib.sha256(artefact).hexdigest() != sha256.lower():
            raise _corrupt_artefact(
                f"the artefact of {card.name} {card.version} has another hash than when it was published"
            )
        session = OnnxModel(artefact)
        if session.classes != card.classes or session.n_features != card.n_features:
            raise _corrupt_artefact(f"the artefact of {card.name} {card.version} does not belong to its card")
        return cls(session, card)

    def predict_probabilities(self, x: NDArray[np.float32] | LazyArrays) -> NDArray[np.float32]:
        """The probabilities of `predict_outputs`."""
        return self.predict_outputs(x).probabilities

    def predict_outputs(self, x: NDArray[np.float32] | LazyArrays, *, lenient: bool = False) -> ModelOutput:
        """What the model says of `x: (n, card.n_features)`, finite and float32, or of the arrays of n tracks.

        Arrays are read and scored a few at a time, so that memory does not grow with their number. One that is gone or
        damaged raises PermanentError(`corrupt_artefact`), or gives a row of NaN where `lenient`. Whether `x` was made
        by the spec of `card.feature_fingerprint` only the caller can know. Raises ValueError for another shape.
        """
        if not isinstance(x, LazyArrays):
            return self._session.predict_outputs(x)
        batches = [self._predict_batch(x, positions, lenient=lenient) for positions in _batch_by_shape(x.array_shapes)]
        return _join_parts([part for part in batches if part is not None], n=len(x), n_classes=len(self.card.classes))

    def _predict_batch(
        self, x: LazyArrays, positions: NDArray[np.intp], *, lenient: bool
    ) -> tuple[NDArray[np.intp], ModelOutput] | None:
        """`(those that could be read, what the model says of them)`, None where there are none."""
        read: dict[int, NDArray[np.float32]] = {}
        for i in positions.tolist():
            try:
                read[i] = _read_array(x, i)
            except PermanentError:
                if not lenient:
                    raise
        if not read:
            return None
        answer = self._session.predict_outputs(np.stack(list(read.values())), rows=x.descriptor_rows(list(read)))
        return np.array(list(read), dtype=np.intp), answer


def _batch_by_shape(shapes: Sequence[tuple[int, ...]]) -> Iterator[NDArray[np.intp]]:
    """Positions of arrays of one shape each, at most `_VALUES_AT_ONCE` values together, or one array."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for position, shape in enumerate(shapes):
        alike.setdefault(shape, []).append(position)
    for shape, places in alike.items():
        size = max(1, _VALUES_AT_ONCE // max(1, math.prod(shape)))
        for start in range(0, len(places), size):
            yield np.array(places[start : start + size], dtype=np.intp)


def _join_parts(parts: Sequence[tuple[NDArray[np.intp], ModelOutput]], *, n: int, n_classes: int) -> ModelOutput:
    """The parts in the order of the tracks; NaN where no part speaks of one."""
    whole: dict[str, NDArray[np.float32]] = {PROBABILITIES: _nan_rows(n, n_classes)}
    for positions, answer in parts:
        for field in fields(ModelOutput):
            values = getattr(answer, field.name)
            if values is not None:
                whole.setdefault(field.name, _nan_rows(n, values.shape[1]))[positions] = values
    return ModelOutput(**whole)


def _nan_rows(n: int, width: int) -> NDArray[np.float32]:
    return np.full((n, width), np.nan, dtype=np.float32)


def _read_array(x: LazyArrays, position: int) -> NDArray[np.float32]:
    array, row = x.read(position), x.descriptor_rows([position])
    if not np.isfinite(array).all() or not (row is None or np.isfinite(row).all()):
        raise _corrupt_artefact("what is stored of a track holds values that are no numbers: featurize it again")
    return array


def _graph_inputs(shapes: Mapping[str, Sequence[int | str | None]]) -> tuple[str, int | None]:
    """`(the input that is a table or an array, the width of the table beside an array)`."""
    if len(shapes) == 1:
        return next(iter(shapes)), None
    if set(shapes) != {ROWS, STACKS} or (len(shapes[ROWS]), len(shapes[STACKS])) != (_TABLE, _STACKS):
        names = ", ".join(shapes)
        raise _corrupt_artefact(
            f"the artefact reads {names}, which is neither one input nor {ROWS} and {STACKS}: publish again"
        )
    return STACKS, _fixed_lengths(shapes[ROWS])[0]


def _fixed_lengths(shape: Sequence[int | str | None]) -> tuple[int, ...]:
    """The lengths of an input that are fixed: `(n_features,)` or `(n_mels, n_frames)`."""
    row = tuple(shape[1:] if len(shape) == _TABLE else shape[2:])
    if len(shape) not in {_TABLE, _STACKS} or not all(isinstance(length, int) for length in row):
        raise _corrupt_artefact("the artefact reads neither a table nor mel spectrograms: train or publish it again")
    return row  # type: ignore[return-value]


def _output_names(outputs: Sequence[str]) -> dict[str, str]:
    """The output of the graph for each field of `ModelOutput` that it has."""
    if len(outputs) == 1:
        return {PROBABILITIES: outputs[0]}
    names = {field: name for field, name in OUTPUTS.items() if name in outputs}
    if PROBABILITIES not in names or len(names) < len(outputs):
        known = ", ".join(OUTPUTS.values())
        raise _corrupt_artefact(
            f"the artefact answers {', '.join(outputs)}, of which only {known} are known: publish it again"
        )
    return names


def _corrupt_artefact(detail: str) -> PermanentError:
    return PermanentError(Reason.CORRUPT_ARTEFACT, detail)
