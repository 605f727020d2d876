"""Which taggers can be run on this machine, and what is wrong with the others."""

from collections.abc import Iterable

from services.featurizer.taggers.graph_file import TaggerFileError, load_graph
from services.featurizer.taggers.owner_tagger import check_owner_tagger
from shared.domain.taggers import TaggerSpec


def split_usable(taggers: Iterable[TaggerSpec]) -> tuple[tuple[TaggerSpec, ...], dict[str, TaggerFileError]]:
    """Those whose networks can be loaded, and of each other one, by name, what is wrong and what to do."""
    usable: list[TaggerSpec] = []
    problems: dict[str, TaggerFileError] = {}
    for tagger in taggers:
        try:
            if tagger.graph is None:
                load_graph(tagger)
            else:
                check_owner_tagger(tagger)
            usable.append(tagger)
        except TaggerFileError as error:
            problems[tagger.name] = error
    return tuple(usable), problems
