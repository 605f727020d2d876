"""All taggers of a spec on one clip, whose samples are resampled once for each rate."""

from collections.abc import Callable, Collection, Mapping

from structlog import get_logger

from services.featurizer.spectral.mel import resample_signal
from services.featurizer.taggers.chords import compute_chords
from services.featurizer.taggers.graph_file import GraphError
from services.featurizer.taggers.musicnn import (
    compute_musicnn,
    compute_musicnn_pool,
    run_musicnn,
    summarise_pool,
    summarise_tags,
)
from services.featurizer.taggers.owner_tagger import compute_owner_tagger
from services.featurizer.taggers.yamnet import compute_yamnet
from shared.arrays import Signal, Tensor
from shared.domain.taggers import MUSICNN, MUSICNN_POOL, TaggerSpec

log = get_logger()

COMPUTATIONS: Mapping[str, Callable[..., Tensor]] = {
    "musicnn": compute_musicnn,
    "yamnet": compute_yamnet,
    "chords": compute_chords,
    "musicnn_pool": compute_musicnn_pool,
}
"""What computes the values of each built-in tagger: samples at the spec's rate, and the spec."""


def compute_tagger_outputs(
    y: Signal, *, sr_native: int, taggers: Collection[TaggerSpec], at_rate: Mapping[int, Signal] | None = None
) -> dict[str, Tensor]:
    """By tagger the values of its blocks, for samples `y` at `sr_native` Hz.

    `at_rate` are the same samples at other rates, where they were resampled already. A tagger of the owner's that
    fails on these samples has no values; the others have.
    """
    resampled = dict(at_rate or {})
    outputs: dict[str, Tensor] = {}
    for tagger in taggers:
        if tagger.sr not in resampled:
            resampled[tagger.sr] = resample_signal(y, sr_native=sr_native, sr=tagger.sr)
        if tagger.name in outputs:
            continue
        if tagger in (MUSICNN, MUSICNN_POOL) and {MUSICNN, MUSICNN_POOL} <= set(taggers):
            given = run_musicnn(resampled[tagger.sr], spec=MUSICNN)  # one run of the network gives both
            outputs |= {MUSICNN.name: summarise_tags(given), MUSICNN_POOL.name: summarise_pool(given)}
        elif tagger.graph is None:
            outputs[tagger.name] = COMPUTATIONS[tagger.name](resampled[tagger.sr], spec=tagger)
        else:
            try:
                outputs[tagger.name] = compute_owner_tagger(resampled[tagger.sr], spec=tagger)
            except GraphError as error:
                log.warning("tagger.failed", tagger=tagger.name, detail=str(error))
    return outputs
