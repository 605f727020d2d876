"""Made-up values of YAMNet: what it would say of a track, without a network."""

from uuid import UUID

import numpy as np

from shared.arrays import Tensor
from shared.domain.taggers import EVENT_GROUPS, EVENT_STATISTICS, YAMNET, list_versions
from shared.store import Store

STEADY, CHANGING = 0.02, 0.06
"""Standard deviations of an embedding over the windows, whose mean is `EMBEDDING_MEAN`: of a hum, of music."""
EMBEDDING_MEAN = 0.06


def yamnet_values(*, music_share: float, change: float = CHANGING, **means: float) -> Tensor:
    """`(YAMNET.n_values,)`; `means` are probabilities of groups such as `speech`, the same in all windows."""
    values = np.zeros(YAMNET.n_values, dtype=np.float32)
    values[YAMNET.block_slice("music_share")] = music_share
    values[YAMNET.block_slice("embedding_mean")] = EMBEDDING_MEAN
    values[YAMNET.block_slice("embedding_std")] = change
    events = values[YAMNET.block_slice("event")].reshape(len(EVENT_GROUPS), len(EVENT_STATISTICS))
    for group, probability in means.items():
        events[EVENT_GROUPS.index(group)] = probability
    return values


SPEECH = yamnet_values(music_share=0.0, speech=0.95)
MUSIC = yamnet_values(music_share=0.9, music=0.9)


def save_yamnet(store: Store, track_id: UUID, values: Tensor, *, fingerprint: str | None = None) -> None:
    """Keep the values of a track, of today's version or of another one."""
    versions = {"yamnet": fingerprint} if fingerprint else list_versions([YAMNET])
    store.transact(
        "test.yamnet",
        lambda repositories: repositories.tagger_outputs.save_outputs(
            {track_id: {"yamnet": values}}, versions=versions
        ),
    )
