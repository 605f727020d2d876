"""From the store to a snapshot, and from a snapshot to arrays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.trainer.dataset import leakage, provenance
from services.trainer.dataset.pack_loading import read_excerpt_arrays
from services.trainer.dataset.starter_training import (
    NO_STARTER_ROWS,
    StarterSelection,
    StarterTraining,
    load_starter_training,
)
from services.trainer.dataset.targets import TargetSet, load_targets
from services.trainer.fitting.cross_validation import FeatureArrays
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.networks.paired_inputs import DescriptorsAndExcerpts
from services.trainer.splits import SetAside, split_at_random, split_examples
from shared.blobs import Blobs
from shared.domain.catalogue import list_input_columns
from shared.domain.dataset import CATALOGUE_READERS, TAGGER_POOL, TAGGER_READERS, DatasetItem, LabelledTrack
from shared.domain.emotion import get_taxonomy
from shared.domain.grouping import ArtistGrouping, classify_track_grouping
from shared.domain.head import ModelHead, get_head_kind
from shared.domain.leaks import LeakReportCard, LeakState
from shared.domain.names import fold_artist
from shared.domain.snapshot import SetAsideCounts, SnapshotCounts
from shared.domain.stages import list_stages_read
from shared.domain.taggers import (
    MUSICNN_POOL,
    TaggerSpec,
    find_taggers,
    list_versions,
    pick_tagger_versions,
    pick_versions_read,
)
from shared.domain.training import TALK, TrainRequest
from shared.errors import PermanentError, Reason
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import ModelInputs, block_widths, read_inputs
from shared.starter.rows import StarterRows
from shared.store.repositories import Repositories
from shared.store.tables import SnapshotItem, SnapshotRow, Track


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """A snapshot with the rows that its candidates read."""

    snapshot: SnapshotRow
    items: tuple[DatasetItem, ...]
    x: dict[str, FeatureArrays]
    """By input: `(len(items), n_features)`, or the arrays of a network; rows in the order of `items`."""
    origins: dict[str, tuple[str, ...]]
    """By input: the origins of its rows, sorted, each once."""
    descriptor_names: tuple[str, ...]
    stages: Mapping[str, str] = field(default_factory=dict)
    """The fingerprint of each stage of the snapshot's spec, and of each of its taggers."""
    taggers: tuple[TaggerSpec, ...] = ()
    """Those whose values are read, in the order in which they are read; none where no input reads any."""
    descriptors: NDArray[np.float32] | None = None
    """`(len(items), n_descriptors)`, for the comparison of what reads taggers; None where nothing does, or where some
    item has none.
    """
    years: NDArray[np.float64] | None = None
    """`(len(items),)`: when each song came out, NaN where nobody knows; None where nothing reads taggers."""
    starter: StarterTraining | None = None
    """What the starter was trained on; None where there is no starter or it answers another question."""

    def catalogue_columns(self, inputs: str) -> tuple[str, ...]:
        """The catalogue columns among those of an input, by the origin of its rows; none where it has none."""
        if inputs not in CATALOGUE_READERS:
            return ()
        return list_input_columns(self.origins[inputs][0])

    def list_blocks(self, inputs: str) -> tuple[int, ...]:
        """The widths of the blocks of an input's columns; none where they are not told apart."""
        return block_widths(inputs, n_descriptors=len(self.descriptor_names), taggers=self.taggers_read(inputs))

    def taggers_read(self, inputs: str) -> tuple[TaggerSpec, ...]:
        """The taggers that an input reads."""
        if inputs not in TAGGER_READERS:
            return ()
        read = pick_versions_read(inputs, list_versions(self.taggers))
        return tuple(tagger for tagger in self.taggers if tagger.name in read)

    def select_starter_rows(self, inputs: str) -> StarterSelection:
        """The starter's rows that a model of classes on `inputs` may learn from beside the items, or why there are
        none.
        """
        x = self.x.get(inputs, self.descriptors if inputs == "descriptors" else None)
        if self.starter is None or not isinstance(x, np.ndarray):
            return NO_STARTER_ROWS
        read = [
            *list_stages_read(inputs, self.origins.get(inputs, ())),
            *(one.name for one in self.taggers_read(inputs)),
        ]
        versions = {name: self.stages.get(name) for name in read}
        return self.starter.select_rows(inputs, versions=versions, n_features=x.shape[1])

    @property
    def model_head(self) -> ModelHead:
        """What its models answer."""
        name = self.snapshot.taxonomy
        head = self.snapshot.counts.get("head")
        classes = head["classes"] if head else None
        return ModelHead(kind=get_head_kind(name), name=name, outputs=tuple(classes or get_taxonomy(name).emotions))


def freeze_snapshot(
    repositories: Repositories,
    job_id: UUID,
    request: TrainRequest,
    *,
    spec: str,
    blobs: Blobs,
    taggers: Sequence[TaggerSpec] = (),
) -> SnapshotRow:
    """The snapshot of a training: made once, found again by a second attempt. `taggers` are those that are on; the
    snapshot keeps their versions where an input reads them.

    Raises PermanentError: `not_enough_labels`, with what to do, or `leak`, which would be our mistake.
    """
    snapshots = repositories.snapshots
    frozen = snapshots.get_by_job(job_id)
    if frozen is not None:
        return frozen
    repositories.artist_groups.refresh_groups()
    target_set = load_targets(repositories, request)
    versions = _require_taggers(request, taggers)
    examples, left_out = _collect_examples(repositories, request, target_set, spec=spec, blobs=blobs, versions=versions)
    fingerprints = repositories.fingerprints
    track_ids = {UUID(example.track_id) for example in examples}
    same_recordings = [(str(one), str(other)) for one, other in fingerprints.list_pairs(track_ids)]
    is_talk = request.protocol == TALK
    if is_talk:
        parted = split_at_random(examples, n_folds=request.n_folds, seed=request.seed)
    else:
        parted = split_examples(examples, n_folds=request.n_folds, same_recordings=same_recordings)
    words = {str(track_id): target.words for track_id, target in target_set.targets.items()}
    settled = HEAD_STRATEGIES[request.kind].prepare_targets(parted.items, request, words=words)
    report = leakage.check_leakage(settled.items, same_recordings=same_recordings)
    if report.state is LeakState.LEAK and not is_talk:
        raise PermanentError(Reason.LEAK, f"tracks, artists or audio stand in two folds: {report.as_card()}")
    counts: SnapshotCounts = {
        "n_items": len(settled.items),
        "n_artist_groups": len({item.group for item in settled.items}),
        "grouped_by": _count_groupings(settled.items),
        "set_aside": _count_set_aside(parted.set_aside, target_set.n_contradictory),
        "without_inputs": left_out,
        "same_recording_pairs": len(same_recordings),
        "not_compared": fingerprints.count_not_compared(track_ids),
        "taggers": versions,
        **settled.counts,
        **provenance.describe_provenance(
            repositories,
            [UUID(item.example.track_id) for item in settled.items],
            taxonomy=settled.head.name,
            inputs=request.inputs,
            spec=spec,
            kind=request.kind,
        ),
    }
    if not versions:
        del counts["taggers"]
    return snapshots.freeze_snapshot(
        job_id,
        {
            "taxonomy": settled.head.name,
            "inputs": list(request.inputs),
            "spec": spec,
            "synthetic": request.synthetic,
            "n_folds": request.n_folds,
            "seed": request.seed,
            "counts": counts,
            "leak_check": _mark_random_split(report.as_card()) if is_talk else report.as_card(),
        },
        (
            {
                "track_id": UUID(item.example.track_id),
                "target": item.example.target,
                "artist_group": item.group,
                "fold": item.fold,
                "numbers": list(item.example.values) or None,
                "origin": item.example.origin,
            }
            for item in settled.items
        ),
    )


def load_training_set(
    repositories: Repositories,
    snapshot: SnapshotRow,
    *,
    blobs: Blobs,
    folder: Path,
    taggers: Sequence[TaggerSpec] = (),
    starter_rows: StarterRows | None = None,
) -> TrainingSet:
    """The rows of a snapshot, for each input. What networks read is packed in `folder` where no pack is fresh.

    `taggers` are those that are known beside the built-in ones, `starter_rows` what the starter was trained on.
    """
    rows = repositories.snapshots.list_items(snapshot.id)
    track_ids = [row.track_id for row in rows]
    x: dict[str, FeatureArrays] = {}
    origins = {}
    named = snapshot.counts.get("taggers", {})
    versions = pick_tagger_versions(named, of_owner=named)
    for kind in snapshot.inputs:
        read = read_inputs(
            repositories,
            track_ids,
            kind=kind,
            spec=snapshot.spec,
            blobs=blobs,
            taggers=pick_versions_read(kind, versions),
        )
        _require_all(read, track_ids, kind=kind)
        if isinstance(read.x, LazyArrays):
            stacks = read_excerpt_arrays(
                repositories, track_ids, kind=kind, spec=snapshot.spec, blobs=blobs, folder=folder
            )
            rows_beside = read.x.descriptor_rows()
            x[kind] = stacks if rows_beside is None else DescriptorsAndExcerpts(rows_beside, stacks)
        else:
            x[kind] = read.x
        origins[kind] = tuple(sorted(set(read.origins)))
    items = tuple(_item_from_row(row) for row in rows)
    return TrainingSet(
        snapshot=snapshot,
        items=items,
        x=x,
        origins=origins,
        descriptor_names=repositories.features(spec=snapshot.spec).descriptor_names(),
        stages={**repositories.spec_stages.get_fingerprints(snapshot.spec), **versions},
        taggers=_require_versions(versions, taggers),
        descriptors=_read_descriptors(repositories, snapshot, track_ids, blobs=blobs) if versions else None,
        years=_read_years(repositories, track_ids) if versions else None,
        starter=load_starter_training(repositories, snapshot, items, starter_rows) if starter_rows else None,
    )


def _require_taggers(request: TrainRequest, taggers: Sequence[TaggerSpec]) -> dict[str, str]:
    """The versions of the taggers that the request reads, each input its own; none where it reads no taggers.

    Raises PermanentError(`not_enough_labels`) where none is on.
    """
    asked = set(request.inputs).intersection(TAGGER_READERS)
    pool = list_versions([MUSICNN_POOL]) if TAGGER_POOL in asked else {}
    if asked <= {TAGGER_POOL}:
        return pool
    if not taggers:
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            "no audio tagger is on, so no track has audio tags: name some in MER_TAGGERS, or train on descriptors",
        )
    return list_versions(taggers) | pool


def _require_versions(versions: Mapping[str, str], taggers: Sequence[TaggerSpec]) -> tuple[TaggerSpec, ...]:
    """The taggers of these versions. Raises PermanentError where there is another version today, or none."""
    try:
        return find_taggers(versions, [*taggers, MUSICNN_POOL])
    except ValueError as error:
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS, f"the training set reads audio taggers that are {error}: train again"
        ) from error


def _read_descriptors(
    repositories: Repositories, snapshot: SnapshotRow, track_ids: Sequence[UUID], *, blobs: Blobs
) -> NDArray[np.float32] | None:
    """The descriptors of all tracks; None where some have none."""
    read = read_inputs(repositories, track_ids, kind="descriptors", spec=snapshot.spec, blobs=blobs)
    assert isinstance(read.x, np.ndarray)
    return read.x if len(read.track_ids) == len(track_ids) else None


def _read_years(repositories: Repositories, track_ids: Sequence[UUID]) -> NDArray[np.float64]:
    years = repositories.track_lookups.get_release_years(track_ids)
    return np.array([years.get(track_id, np.nan) for track_id in track_ids], dtype=np.float64)


def _collect_examples(
    repositories: Repositories,
    request: TrainRequest,
    target_set: TargetSet,
    *,
    spec: str,
    blobs: Blobs,
    versions: Mapping[str, str],
) -> tuple[list[LabelledTrack], dict[str, int]]:
    """Tracks with a target that have every input asked for, and how many lack each.

    A recording whose tracks name different artists gives an example for each, so that the split unites them.
    """
    targets = target_set.targets
    kept = repositories.track_lookups.filter_permitted(
        sorted(targets), exclude_sources=request.exclude_sources, licences=request.licences, missing=request.missing
    )
    audio: dict[UUID, str | None] = {}
    left_out = {}
    for kind in request.inputs:
        read_versions = pick_versions_read(kind, versions)
        read = read_inputs(repositories, kept, kind=kind, spec=spec, blobs=blobs, taggers=read_versions)
        left_out[kind] = len(kept) - len(read.track_ids)
        kept = list(read.track_ids)
        audio.update(zip(read.track_ids, read.audio_sha256, strict=True))
    if not kept:
        lacking = f"{len(targets)} tracks have what is to be learned, but none has {' and '.join(request.inputs)}"
        advice = ": set MER_STORE_WAVEFORMS and recompute the features" if "waveform" in request.inputs else ""
        if TAGGER_POOL in request.inputs:
            advice = ": set MER_STORE_TAGGER_POOL, and wait until the library has the values (mer features status)"
        advice = advice or (f": {', '.join(versions)} have not been asked about them yet" if versions else "")
        raise PermanentError(Reason.NOT_ENOUGH_LABELS, lacking + advice)
    members = repositories.merges.list_members(kept)
    examples = [
        LabelledTrack(
            track_id=str(track_id),
            target=targets[track_id].text,
            values=targets[track_id].values,
            artist_group=group,
            audio_sha256=audio[track_id],
            grouping=grouping,
            origin=targets[track_id].origin,
        )
        for track_id in kept
        for group, grouping in _group_by_artist(members[track_id]).items()
    ]
    return examples, left_out


def _group_by_artist(tracks: Sequence[Track]) -> dict[str, ArtistGrouping]:
    """Each artist group of a recording, and by what it was told; unknown only where no track of it says more."""
    grouping_of: dict[str, ArtistGrouping] = {}
    for track in tracks:
        group, is_named = track.artist_group, fold_artist(track.artist) is not None
        grouping_of.setdefault(group, classify_track_grouping(group=group, album=track.album, is_named=is_named))
    known: dict[str, ArtistGrouping] = {
        group: grouping for group, grouping in grouping_of.items() if grouping is not ArtistGrouping.UNKNOWN
    }
    return known or {tracks[0].artist_group: ArtistGrouping.UNKNOWN}


def _count_groupings(items: Sequence[DatasetItem]) -> dict[str, int]:
    """How many items were grouped by their artist, by album, by folder, and by nothing."""
    counts = Counter(item.grouping for item in items)
    return {grouping.value: counts[grouping] for grouping in ArtistGrouping}


def _count_set_aside(parted: SetAside, n_contradictory: int) -> SetAsideCounts:
    """`ambiguous` is the sum of what contradicting annotators and contradicting copies made so."""
    return {
        "duplicate": parted.duplicate,
        "ambiguous": parted.ambiguous + n_contradictory,
        "contradictory": n_contradictory,
    }


def _mark_random_split(report: LeakReportCard) -> LeakReportCard:
    """The report as a leak: by chance a random split may be clean; its protocol is not, and the gate reads this."""
    return {**report, "clean": False, "state": LeakState.LEAK.value, "protocol": TALK}


def _item_from_row(row: SnapshotItem) -> DatasetItem:
    example = LabelledTrack(
        track_id=str(row.track_id),
        target=row.target,
        artist_group=row.artist_group,
        audio_sha256=None,
        values=tuple(row.numbers or ()),
        origin=row.origin,
    )
    return DatasetItem(example=example, group=row.artist_group, fold=row.fold)


def _require_all(read: ModelInputs, track_ids: Sequence[UUID], *, kind: str) -> None:
    if len(read.track_ids) < len(track_ids):
        missing = len(track_ids) - len(read.track_ids)
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS, f"{missing} tracks of the snapshot lost their {kind} since: train again"
        )
