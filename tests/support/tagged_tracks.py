"""Tracks as the tagger would have tagged them."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

import numpy as np

from shared.domain.taggers import MSD_TAGS, MUSICNN
from shared.domain.track_tags import SAME_TAGS, TAG_RULES
from shared.store import Store

VERSIONS = MappingProxyType({MUSICNN.name: MUSICNN.fingerprint})


def tag_track(
    store: Store, track_id: UUID, scores: Mapping[str, float], *, versions: Mapping[str, str] = VERSIONS
) -> None:
    """Store values of which tags follow with these standardised logits; those of all others are far below."""
    logits = {tag: rule.mean + scores.get(tag, -5.0) * rule.deviation for tag, rule in TAG_RULES.thresholds.items()}
    values = np.zeros(MUSICNN.n_values, dtype=np.float32)
    values[MUSICNN.block_slice("tag_mean")] = [logits.get(SAME_TAGS.get(tag, tag), -9.0) for tag in MSD_TAGS]
    store.transact(
        "test.tag",
        lambda repositories: repositories.tagger_outputs.save_outputs(
            {track_id: {MUSICNN.name: values}}, versions=versions
        ),
    )
