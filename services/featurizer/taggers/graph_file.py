"""The ONNX files of the taggers: where they are, and whether they hold the weights that the spec names."""

from functools import cache
from pathlib import Path

import onnxruntime as ort

from shared.arrays import Tensor
from shared.domain.taggers import MUSICNN, MUSICNN_POOL, TaggerSpec
from shared.errors import MerError, Reason
from shared.tagger_graphs import GRAPH_FOLDER, WEIGHTS_KEY


class TaggerFileError(MerError):
    """The file of a tagger is not there, or is not what its spec says. It says nothing of a track.

    `reason` is for programs, `detail` for the person.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason.value}: {detail}")
        self.reason = reason
        self.detail = detail


class TaggerGraph:
    """One loaded network. Runs on one thread: the featurizer has a process a core."""

    def __init__(self, path: Path, *, spec: TaggerSpec) -> None:
        """Load the file. Raises TaggerFileError."""
        if not path.is_file():
            raise TaggerFileError(
                Reason.NOT_FOUND,
                f"the tagger {spec.name} has no file {path}: run `make taggers`, or leave it out of MER_TAGGERS",
            )
        try:
            self._session = open_session(path)
        except GraphError as error:
            raise TaggerFileError(
                Reason.UNREADABLE_TAGGER,
                f"{path} of the tagger {spec.name} cannot be read ({error}): run `make taggers`",
            ) from error
        digest = self._session.get_modelmeta().custom_metadata_map.get(WEIGHTS_KEY)
        if digest != spec.weights:
            raise TaggerFileError(
                Reason.TAGGER_MISMATCH,
                f"{path} holds the weights {digest}, the tagger {spec.name} needs {spec.weights}: run `make taggers`",
            )
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, values: Tensor) -> dict[str, Tensor]:
        """The outputs by name."""
        return dict(zip(self._outputs, self._session.run(None, {self._input: values}), strict=True))


class GraphError(Exception):
    """ONNX Runtime cannot load or run a graph. The text is what it said."""


def open_session(path: Path) -> ort.InferenceSession:
    """The network of a file, on one thread. Raises GraphError."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # a worker lives for days, and its largest clip must not stay its size
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime has a class of its own for each way a file is no graph
        raise GraphError(str(error)) from error


def load_graph(spec: TaggerSpec) -> TaggerGraph:
    """The network of a built-in tagger, loaded once a process. Raises TaggerFileError."""
    return _load_network(MUSICNN if spec == MUSICNN_POOL else spec)


@cache
def _load_network(spec: TaggerSpec) -> TaggerGraph:
    return TaggerGraph(GRAPH_FOLDER / f"{spec.name}.onnx", spec=spec)
