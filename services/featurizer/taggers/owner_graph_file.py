"""The ONNX files of the owner's taggers: whether they fit their specs, and what they give for patches."""

from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime as ort

from services.featurizer.taggers.graph_file import GraphError, TaggerFileError, open_session
from shared.arrays import Tensor
from shared.domain.owner_graph import BANDS, FRAMES, PATCHES, SAMPLES, OwnerGraph
from shared.domain.taggers import TaggerSpec
from shared.errors import Reason

_MEL_AXES = (PATCHES, FRAMES, BANDS)
_WAVEFORM_AXES = (PATCHES, SAMPLES)


class OwnerTaggerGraph:
    """One loaded network of the owner's. Runs on one thread: the featurizer has a process a core."""

    def __init__(self, spec: TaggerSpec) -> None:
        """Load the file, and compare it with its spec.

        Raises:
            TaggerFileError: `not_found`, `unreadable_tagger` (no graph), `tagger_mismatch` (other weights, inputs or
                outputs).

        """
        assert spec.graph is not None
        self._name, self._graph = spec.name, spec.graph
        path = spec.graph.path
        if not path.is_file():
            raise TaggerFileError(Reason.NOT_FOUND, f"the tagger {spec.name} has no file {path}")
        try:
            self._session = open_session(path)
        except GraphError as error:
            raise TaggerFileError(Reason.UNREADABLE_TAGGER, f"{path} cannot be read as ONNX: {error}") from error
        digest = read_digest(path)
        if digest != spec.weights:
            named = spec.weights or "none"
            raise self._mismatch(f"{path} holds the weights {digest}, and the spec names {named}: write {digest} there")
        batch = self._check_input(self._session.get_inputs())
        self._check_outputs({one.name: one for one in self._session.get_outputs()})
        self._reads_many = PATCHES in self._graph.input.axes and batch != 1

    def run(self, patches: Tensor) -> list[Tensor]:
        """Of each output `(n, size)`, for patches `(n_patches, n_frames, n_bands)` or `(n_patches, n_samples)`.

        Raises GraphError: the graph cannot be run on them, or gives another size than its spec says.
        """
        groups = [patches] if self._reads_many else [patches[i : i + 1] for i in range(len(patches))]
        given: list[list[Tensor]] = [[] for _ in self._graph.outputs]
        for group in groups:
            for rows, output in zip(given, self._run_group(group), strict=True):
                rows.append(output)
        return [np.concatenate(rows) for rows in given]

    def _run_group(self, patches: Tensor) -> list[Tensor]:
        names = [output.name for output in self._graph.outputs]
        values = arrange_axes(patches, self._graph.input.axes)
        try:
            outputs = self._session.run(names, {self._graph.input.name: values})
        except Exception as error:  # the runtime has a class of its own for each way a graph fails
            raise GraphError(str(error)) from error
        arrays = [np.asarray(output, dtype=np.float32) for output in outputs]
        for array, output in zip(arrays, self._graph.outputs, strict=True):
            if not array.ndim or array.shape[-1] != output.size:
                raise GraphError(f"{output.name} is {array.shape}, and its last axis has to be {output.size}")
        return [array.reshape(-1, array.shape[-1]) for array in arrays]

    def _mismatch(self, detail: str) -> TaggerFileError:
        return TaggerFileError(Reason.TAGGER_MISMATCH, f"the tagger {self._name}: {detail}")

    def _check_input(self, inputs: list[ort.NodeArg]) -> int | None:
        """The number of patches that the graph is fixed to, if any."""
        wanted = self._graph.input
        if [one.name for one in inputs] != [wanted.name]:
            raise self._mismatch(
                f"its graph reads {', '.join(one.name for one in inputs)}, and the spec names {wanted.name}"
            )
        if inputs[0].type != "tensor(float)":
            raise self._mismatch(f"{wanted.name} is a {inputs[0].type}, and mer gives tensor(float)")
        shape, lengths = inputs[0].shape, _axis_lengths(self._graph)
        fits = len(shape) == len(wanted.axes) and all(
            not isinstance(length, int) or length == lengths.get(axis, 1 if axis == 1 else length)
            for length, axis in zip(shape, wanted.axes, strict=True)
        )
        batch = dict(zip(wanted.axes, shape, strict=False)).get(PATCHES)
        if not fits or (isinstance(batch, int) and batch != 1):
            given = [lengths.get(axis, axis) for axis in wanted.axes]
            raise self._mismatch(f"{wanted.name} is {shape}, and the spec gives {given}")
        return batch if isinstance(batch, int) else None

    def _check_outputs(self, outputs: dict[str, ort.NodeArg]) -> None:
        for wanted in self._graph.outputs:
            if wanted.name not in outputs:
                raise self._mismatch(f"its graph gives {', '.join(outputs)}, and not {wanted.name}")
            shape = outputs[wanted.name].shape
            if shape and isinstance(shape[-1], int) and shape[-1] != wanted.size:
                raise self._mismatch(f"{wanted.name} is {shape}, and its last axis has to be {wanted.size}")


def arrange_axes(patches: Tensor, axes: tuple[str | int, ...]) -> Tensor:
    """`patches` `(n_patches, n_frames, n_bands)` or `(n_patches, n_samples)` with the axes of a graph's input.

    Where these name no patches there has to be one patch.
    """
    source = _MEL_AXES if patches.ndim == len(_MEL_AXES) else _WAVEFORM_AXES
    named = [axis for axis in axes if isinstance(axis, str)]
    ordered = named if PATCHES in named else [PATCHES, *named]
    moved = patches.transpose([source.index(axis) for axis in ordered])
    lengths = dict(zip(ordered, moved.shape, strict=True))
    return np.ascontiguousarray(moved.reshape([lengths.get(str(axis), 1) for axis in axes]), dtype=np.float32)


def read_digest(path: Path) -> str:
    """`digest_graph` of a file that ONNX Runtime could read. Raises TaggerFileError."""
    from services.featurizer.taggers.graph_digest import digest_graph  # noqa: PLC0415 - who has none pays nothing

    try:
        return digest_graph(path)
    except (OSError, ValueError) as error:
        raise TaggerFileError(Reason.UNREADABLE_TAGGER, f"{path} cannot be read as ONNX: {error}") from error


@cache
def load_owner_graph(spec: TaggerSpec) -> OwnerTaggerGraph:
    """The network of a tagger of the owner's, loaded once a process. Raises TaggerFileError."""
    return OwnerTaggerGraph(spec)


def _axis_lengths(graph: OwnerGraph) -> dict[str | int, int]:
    if graph.input.mel is None:
        return {SAMPLES: graph.patch_length}
    return {FRAMES: graph.patch_length, BANDS: graph.input.mel.n_mels}
