"""Which tracks get learned columns: those whose descriptors and outputs of all taggers are there.

Nothing is decoded for them. They are made with the values that they are made from, in one transaction; what an upgrade
left without them is made up for in the background.
"""

from collections.abc import Collection
from uuid import UUID

import numpy as np
import structlog

from services.featurizer.learned_columns.computation import compute_learned_columns
from shared.arrays import Tensor
from shared.domain.features import FeatureSpec
from shared.domain.learned_columns import LEARNED_SPEC
from shared.domain.taggers import TaggerSpec, list_versions
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext

log = structlog.get_logger()

_CHUNK = 200
_CHUNKS_A_PASS = 25
"""So that a pass takes some seconds: the next one goes on."""


def replace_columns(
    repositories: Repositories, track_ids: Collection[UUID], *, spec: FeatureSpec, versions: TaggerVersions
) -> None:
    """Make the columns of tracks anew; those of a track that lacks anything that they are made from are dropped."""
    columns = repositories.learned_columns(spec=spec.fingerprint)
    columns.drop_columns(track_ids)
    if not track_ids or not has_all_taggers(versions):
        return
    descriptors = columns.list_ready_descriptors(track_ids)
    outputs = repositories.tagger_outputs.list_by_track(list(descriptors), versions=LEARNED_SPEC.tagger_versions)
    columns.save_columns(
        {
            track_id: compute_learned_columns(
                np.asarray(descriptors[track_id], dtype=np.float32), _split_by_tagger(values)
            )
            for track_id, values in outputs.items()
        }
    )


def add_missing_columns(*, bench: WorkerContext, spec: FeatureSpec, taggers: Collection[TaggerSpec]) -> None:
    """Make the columns of tracks that have everything they are made from: some thousand tracks a pass."""
    versions = list_versions(taggers)
    if not has_all_taggers(versions):
        return
    n_made, after = 0, None
    for _ in range(_CHUNKS_A_PASS):
        with bench.store.read() as repositories:
            track_ids = repositories.learned_columns(spec=spec.fingerprint).list_lacking(after=after, limit=_CHUNK)
        if not track_ids:
            break

        def write(repositories: Repositories, track_ids: Collection[UUID] = track_ids) -> None:
            replace_columns(repositories, track_ids, spec=spec, versions=versions)

        bench.store.transact("features.learned_columns", write)
        n_made, after = n_made + len(track_ids), track_ids[-1]
    if n_made:
        log.info("features.learned_columns", n_tracks=n_made)


def has_all_taggers(versions: TaggerVersions) -> bool:
    """Whether all taggers that the columns are made from are among these, in the versions of today."""
    return versions.items() >= LEARNED_SPEC.tagger_versions.items()


def _split_by_tagger(values: Tensor) -> dict[str, Tensor]:
    """The joined values of the taggers of the spec, in its order, by tagger."""
    by_tagger, start = {}, 0
    for tagger in LEARNED_SPEC.taggers:
        by_tagger[tagger.name] = values[start : start + tagger.n_values]
        start += tagger.n_values
    return by_tagger
