"""The ONNX files of the taggers: where they are, and whether they hold the weights that the spec names."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import onnxruntime as ort

from shared.arrays import Tensor
from shared.domain.taggers import TaggerSpec

WEIGHTS_KEY = "mer_weights"
"""The metadata entry of a file that states the digest of the weights."""
GRAPH_FOLDER = Path(__file__).parent / "graphs"
"""Where `make` and the Docker build put the files."""


class TaggerFileError(RuntimeError):
    """The file of a tagger is not there, or holds other weights than its spec names."""


class TaggerGraph:
    """One loaded network. Runs on one thread: the featurizer has a process a core."""

    def __init__(self, path: Path, *, spec: TaggerSpec) -> None:
        """Load the file. Raises TaggerFileError."""
        if not path.is_file():
            raise TaggerFileError(
                f"the tagger {spec.name} has no file {path}: run `make taggers`, or leave it out of MER_TAGGERS"
            )
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # a worker lives for days, and its largest clip must not stay its size
        try:
            self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime has a class of its own for each way a file is no graph
            raise TaggerFileError(
                f"{path} of the tagger {spec.name} cannot be read ({error}): run `make taggers`"
            ) from error
        digest = self._session.get_modelmeta().custom_metadata_map.get(WEIGHTS_KEY)
        if digest != spec.weights:
            raise TaggerFileError(
                f"{path} holds the weights {digest}, the tagger {spec.name} needs {spec.weights}: run `make taggers`"
            )
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, values: Tensor) -> dict[str, Tensor]:
        """The outputs by name."""
        return dict(zip(self._outputs, self._session.run(None, {self._input: values}), strict=True))


def split_usable(taggers: Iterable[TaggerSpec]) -> tuple[tuple[TaggerSpec, ...], dict[str, str]]:
    """Those whose networks can be loaded, and of each other one, by name, what is wrong and what to do."""
    usable, problems = [], {}
    for tagger in taggers:
        try:
            load_graph(tagger)
            usable.append(tagger)
        except TaggerFileError as error:
            problems[tagger.name] = str(error)
    return tuple(usable), problems


@cache
def load_graph(spec: TaggerSpec) -> TaggerGraph:
    """The network of a built-in tagger, loaded once a process. Raises TaggerFileError."""
    return TaggerGraph(GRAPH_FOLDER / f"{spec.name}.onnx", spec=spec)
