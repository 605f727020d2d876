"""From the store to a snapshot, and from a snapshot to arrays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from services.trainer.dataset import leakage, provenance
from services.trainer.dataset.pack_loading import read_stacks
from services.trainer.dataset.targets import Heard, hear
from services.trainer.fitting.cross_validation import Features as Rows
from services.trainer.heads import WAYS
from services.trainer.networks.paired_inputs import Sounds
from services.trainer.splits import SetAside, split, split_as_the_talk
from shared.blobs import Blobs
from shared.domain.catalogue import input_columns
from shared.domain.dataset import CATALOGUE_READERS, Example, Item
from shared.domain.emotion import taxonomy_called
from shared.domain.grouping import Grouping, grouping_of_track
from shared.domain.head import Head, kind_of
from shared.domain.leaks import LeakState
from shared.domain.names import fold_artist
from shared.domain.training import TALK, TrainRequest
from shared.errors import PermanentError, Reason
from shared.inference.lazy_arrays import Recordings
from shared.inference.model_inputs import Inputs, read_inputs
from shared.store.features.fingerprints import Fingerprints
from shared.store.features.repository import Features
from shared.store.features.spec_stages import SpecStages
from shared.store.models.snapshots import Snapshots
from shared.store.tables import SnapshotItem, SnapshotRow, Track
from shared.store.tracks.artist_groups import ArtistGroups
from shared.store.tracks.lookups import Lookups
from shared.store.tracks.merges import Merges


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """A snapshot with the rows that its candidates read."""

    snapshot: SnapshotRow
    items: tuple[Item, ...]
    x: dict[str, Rows]
    """By input: `(len(items), n_features)`, or the arrays of a network; rows in the order of `items`."""
    origins: dict[str, tuple[str, ...]]
    """By input: the origins of its rows, sorted, each once."""
    descriptor_names: tuple[str, ...]
    stages: Mapping[str, str] = field(default_factory=dict)
    """The fingerprint of each stage of the snapshot's spec."""

    def catalogue_columns(self, inputs: str) -> tuple[str, ...]:
        """The catalogue columns among those of an input, by the origin of its rows; none where it has none."""
        if inputs not in CATALOGUE_READERS:
            return ()
        return input_columns(self.origins[inputs][0])

    @property
    def head(self) -> Head:
        """What its models answer."""
        name = self.snapshot.taxonomy
        told = self.snapshot.counts.get("head", {}).get("classes")
        return Head(kind=kind_of(name), name=name, outputs=tuple(told or taxonomy_called(name).emotions))


def freeze(session: Session, job_id: UUID, request: TrainRequest, *, spec: str, blobs: Blobs) -> SnapshotRow:
    """The snapshot of a training: made once, found again by a second attempt.

    Raises PermanentError: `not_enough_labels`, with what to do, or `leak`, which would be our mistake.
    """
    snapshots = Snapshots(session)
    frozen = snapshots.of_job(job_id)
    if frozen is not None:
        return frozen
    ArtistGroups(session).refresh()
    heard = hear(session, request)
    examples, left_out = _examples(session, request, heard, spec=spec, blobs=blobs)
    fingerprints = Fingerprints(session)
    track_ids = {UUID(example.track_id) for example in examples}
    same_recordings = [(str(one), str(other)) for one, other in fingerprints.pairs(track_ids)]
    is_talk = request.protocol == TALK
    if is_talk:
        parted = split_as_the_talk(examples, n_folds=request.n_folds, seed=request.seed)
    else:
        parted = split(examples, n_folds=request.n_folds, same_recordings=same_recordings)
    words = {str(track_id): target.words for track_id, target in heard.targets.items()}
    settled = WAYS[request.kind].settle(parted.items, request, words=words)
    report = leakage.check(settled.items, same_recordings=same_recordings)
    if report.state is LeakState.LEAK and not is_talk:
        raise PermanentError(Reason.LEAK, f"tracks, artists or audio stand in two folds: {report.as_dict()}")
    counts = {
        "n_items": len(settled.items),
        "n_artist_groups": len({item.group for item in settled.items}),
        "grouped_by": _grouped_by(settled.items),
        "set_aside": _set_aside(parted.set_aside, heard.n_contradictory),
        "without_inputs": left_out,
        "same_recording_pairs": len(same_recordings),
        "not_compared": fingerprints.n_not_compared(track_ids),
        **settled.counts,
        **provenance.describe(
            session,
            [UUID(item.example.track_id) for item in settled.items],
            taxonomy=settled.head.name,
            inputs=request.inputs,
            spec=spec,
            kind=request.kind,
        ),
    }
    return snapshots.freeze(
        job_id,
        {
            "taxonomy": settled.head.name,
            "inputs": list(request.inputs),
            "spec": spec,
            "synthetic": request.synthetic,
            "n_folds": request.n_folds,
            "seed": request.seed,
            "counts": counts,
            # by chance a random split may be clean; its protocol is not, and the gate reads this
            "leak_check": report.as_dict()
            | ({"clean": False, "state": LeakState.LEAK.value, "protocol": TALK} if is_talk else {}),
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


def load(session: Session, snapshot: SnapshotRow, *, blobs: Blobs, folder: Path) -> TrainingSet:
    """The rows of a snapshot, for each input. What networks read is packed in `folder` where no pack is fresh."""
    rows = Snapshots(session).items(snapshot.id)
    track_ids = [row.track_id for row in rows]
    x: dict[str, Rows] = {}
    origins = {}
    for kind in snapshot.inputs:
        read = read_inputs(session, track_ids, kind=kind, spec=snapshot.spec, blobs=blobs)
        _require_all(read, track_ids, kind=kind)
        if isinstance(read.x, Recordings):
            stacks = read_stacks(session, track_ids, kind=kind, spec=snapshot.spec, blobs=blobs, folder=folder)
            rows_beside = read.x.rows()
            x[kind] = stacks if rows_beside is None else Sounds(rows_beside, stacks)
        else:
            x[kind] = read.x
        origins[kind] = tuple(sorted(set(read.origins)))
    return TrainingSet(
        snapshot=snapshot,
        items=tuple(_item(row) for row in rows),
        x=x,
        origins=origins,
        descriptor_names=Features(session, spec=snapshot.spec).descriptor_names(),
        stages=SpecStages(session).fingerprints(snapshot.spec),
    )


def _examples(
    session: Session, request: TrainRequest, heard: Heard, *, spec: str, blobs: Blobs
) -> tuple[list[Example], dict[str, int]]:
    """Tracks with a target that have every input asked for, and how many lack each.

    A recording whose tracks name different artists gives an example for each, so that the split unites them.
    """
    targets = heard.targets
    kept = Lookups(session).permitted(
        sorted(targets), exclude_sources=request.exclude_sources, licences=request.licences, missing=request.missing
    )
    audio: dict[UUID, str | None] = {}
    left_out = {}
    for kind in request.inputs:
        read = read_inputs(session, kept, kind=kind, spec=spec, blobs=blobs)
        left_out[kind] = len(kept) - len(read.track_ids)
        kept = list(read.track_ids)
        audio.update(zip(read.track_ids, read.audio_sha256, strict=True))
    if not kept:
        lacking = f"{len(targets)} tracks have what is to be learned, but none has {' and '.join(request.inputs)}"
        advice = ": set MER_STORE_WAVEFORMS and recompute the features" if "waveform" in request.inputs else ""
        raise PermanentError(Reason.NOT_ENOUGH_LABELS, lacking + advice)
    members = Merges(session).members(kept)
    examples = [
        Example(
            track_id=str(track_id),
            target=targets[track_id].text,
            values=targets[track_id].values,
            artist_group=group,
            audio_sha256=audio[track_id],
            grouping=grouping,
            origin=targets[track_id].origin,
        )
        for track_id in kept
        for group, grouping in _artist_groups(members[track_id]).items()
    ]
    return examples, left_out


def _artist_groups(tracks: Sequence[Track]) -> dict[str, Grouping]:
    """Each artist group of a recording, and by what it was told; unknown only where no track of it says more."""
    found: dict[str, Grouping] = {}
    for track in tracks:
        group, is_named = track.artist_group, fold_artist(track.artist) is not None
        found.setdefault(group, grouping_of_track(group=group, album=track.album, is_named=is_named))
    told: dict[str, Grouping] = {
        group: grouping for group, grouping in found.items() if grouping is not Grouping.UNKNOWN
    }
    return told or {tracks[0].artist_group: Grouping.UNKNOWN}


def _grouped_by(items: Sequence[Item]) -> dict[str, int]:
    """How many items were grouped by their artist, by album, by folder, and by nothing."""
    counts = Counter(item.grouping for item in items)
    return {grouping.value: counts[grouping] for grouping in Grouping}


def _set_aside(parted: SetAside, n_contradictory: int) -> dict[str, int]:
    """`ambiguous` is the sum of what contradicting annotators and contradicting copies made so."""
    counts = parted.as_dict()
    return {**counts, "ambiguous": counts["ambiguous"] + n_contradictory, "contradictory": n_contradictory}


def _item(row: SnapshotItem) -> Item:
    example = Example(
        track_id=str(row.track_id),
        target=row.target,
        artist_group=row.artist_group,
        audio_sha256=None,
        values=tuple(row.numbers or ()),
        origin=row.origin,
    )
    return Item(example=example, group=row.artist_group, fold=row.fold)


def _require_all(read: Inputs, track_ids: Sequence[UUID], *, kind: str) -> None:
    if len(read.track_ids) < len(track_ids):
        missing = len(track_ids) - len(read.track_ids)
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS, f"{missing} tracks of the snapshot lost their {kind} since: train again"
        )
