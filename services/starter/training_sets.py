"""The clips as training sets of the trainer: starters are trained and judged by the code that trains all models."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from services.featurizer.descriptors import DESCRIPTORS
from services.starter.clips import SPEC, TAGGERS, StarterClip
from services.trainer.dataset.leakage import check_leakage
from services.trainer.dataset.snapshot import TrainingSet
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.splits import DatasetSplit, split_examples
from shared.arrays import Features
from shared.domain.dataset import TAGGED_DESCRIPTORS, DatasetItem, LabelledTrack
from shared.domain.head import CLASSES
from shared.domain.snapshot import SnapshotCounts
from shared.domain.stages import stage_fingerprints
from shared.domain.taggers import list_versions
from shared.domain.training import TrainRequest
from shared.fingerprints.matching import GROUP, align_fingerprints, lookup_keys
from shared.store.tables import SnapshotRow

INPUTS = TAGGED_DESCRIPTORS
N_FOLDS = 5
ORIGIN = "table: mood tags of AllMusic"


@dataclass(frozen=True, kw_only=True, eq=False)
class PreparedClips:
    """The clips that are kept, each recording once, with their rows as they are shipped."""

    clips: tuple[StarterClip, ...]
    items: tuple[DatasetItem, ...]
    """With the quadrant as the target; their ids are positions, and say nothing of a clip."""
    split: DatasetSplit
    same_recordings: tuple[tuple[str, str], ...]


def prepare_clips(clips: Sequence[StarterClip]) -> PreparedClips:
    """Set duplicates aside and part the artists, by the rules of any training."""
    same = find_same_recordings(clips)
    examples = [
        LabelledTrack(
            track_id=_name_row(i),
            target=clip.quadrant,
            artist_group=clip.artist_group,
            audio_sha256=clip.analysis.audio_sha256,
            origin=ORIGIN,
        )
        for i, clip in enumerate(clips)
    ]
    split = split_examples(examples, n_folds=N_FOLDS, same_recordings=same)
    kept = tuple(clips[int(item.example.track_id)] for item in split.items)
    return PreparedClips(clips=kept, items=split.items, split=split, same_recordings=tuple(same))


def find_same_recordings(clips: Sequence[StarterClip]) -> list[tuple[str, str]]:
    """Pairs of clips whose acoustic fingerprints are alike."""
    by_key: dict[int, list[int]] = {}
    for i, clip in enumerate(clips):
        for key in lookup_keys(clip.analysis.fingerprint.words).tolist():
            by_key.setdefault(key, []).append(i)
    near = sorted({pair for holders in by_key.values() for pair in combinations(holders, 2)})
    pairs = []
    for one, other in near:
        match = align_fingerprints(clips[one].analysis.fingerprint, clips[other].analysis.fingerprint)
        if match is not None and GROUP.is_met_by(match):
            pairs.append((_name_row(one), _name_row(other)))
    return pairs


def build_training_set(
    prepared: PreparedClips,
    items: Sequence[DatasetItem],
    x: Features,
    *,
    taxonomy: str,
    version: int,
    seed: int,
    n_left_out: int,
) -> TrainingSet:
    """The training set of `items`, rows of `x` in their order, as if a library had frozen it."""
    request = build_request(taxonomy, seed=seed)
    settled = HEAD_STRATEGIES[CLASSES].prepare_targets(items, request, words={})
    report = check_leakage(settled.items, same_recordings=prepared.same_recordings)
    versions = list_versions(TAGGERS)
    counts: SnapshotCounts = {
        "n_items": len(settled.items),
        "n_artist_groups": len({item.group for item in settled.items}),
        "grouped_by": dict(Counter(item.grouping.value for item in settled.items)),
        "set_aside": {**prepared.split.set_aside.as_dict(), "contradictory": 0},  # type: ignore[typeddict-item]
        "without_inputs": {INPUTS: n_left_out},
        "same_recording_pairs": len(prepared.same_recordings),
        "not_compared": sum(not clip.analysis.fingerprint.is_comparable for clip in prepared.clips),
        "taggers": versions,
        **settled.counts,
        "by_source": {"table": len(settled.items)},
        "by_licence": {"not stated": len(settled.items)},
        "by_annotator": {"table": len(settled.items)},
        "terms": [
            {
                "flag": "licence_unstated",
                "tracks": len(settled.items),
                "meaning": "contains tracks whose licence nobody stated",
            }
        ],
    }
    snapshot = SnapshotRow(
        id=starter_snapshot_id(taxonomy, version),
        taxonomy=taxonomy,
        inputs=[INPUTS],
        spec=SPEC.fingerprint,
        synthetic=False,
        n_folds=N_FOLDS,
        seed=seed,
        counts=counts,
        leak_check=report.as_card(),
    )
    return TrainingSet(
        snapshot=snapshot,
        items=settled.items,
        x={INPUTS: x},
        origins={INPUTS: ("audio",)},
        descriptor_names=tuple(one.name for one in DESCRIPTORS),
        stages={**stage_fingerprints(SPEC), **versions},
        taggers=TAGGERS,
        descriptors=x[:, : len(DESCRIPTORS)],
    )


def build_request(taxonomy: str, *, seed: int, imbalance: str = "none") -> TrainRequest:
    """What the trainer is asked for."""
    return TrainRequest(
        estimators=("kernel_ridge",),
        inputs=(INPUTS,),
        taxonomy=taxonomy,
        n_folds=N_FOLDS,
        seed=seed,
        imbalance=imbalance,
    )


def starter_snapshot_id(taxonomy: str, version: int) -> UUID:
    """The same for each build of a version."""
    return uuid5(NAMESPACE_URL, f"mer/starter/{version}/{taxonomy}")


def replace_target(item: DatasetItem, target: str) -> DatasetItem:
    """The item with a label of another taxonomy."""
    return replace(item, example=replace(item.example, target=target))


def _name_row(i: int) -> str:
    return f"{i:04d}"


def standardise(x: Features) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`(rounded, mean, scale)`: standardised columns as float16, and what restores them, float32."""
    mean = x.astype(np.float64).mean(axis=0).astype(np.float32)
    scale = x.astype(np.float64).std(axis=0).astype(np.float32)
    scale[scale == 0] = 1.0
    return ((x.astype(np.float64) - mean) / scale).astype("<f2"), mean, scale
