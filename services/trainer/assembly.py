"""From the store to a snapshot, and from a snapshot to arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.trainer import fitting, leakage, provenance
from services.trainer.splits import SetAside, split, split_as_the_talk
from shared.blobs import Blobs
from shared.domain.dataset import Example, Item
from shared.domain.training import TALK, TrainRequest
from shared.errors import PermanentError, Reason
from shared.registry.inputs import Inputs, read_inputs
from shared.store.annotations import Annotations
from shared.store.features import Features
from shared.store.lookups import Lookups
from shared.store.merges import Merges
from shared.store.snapshots import Snapshots
from shared.store.tables import SnapshotItem, SnapshotRow, Track


@dataclass(frozen=True, kw_only=True)
class TrainingSet:
    """A snapshot with the rows that its candidates read."""

    snapshot: SnapshotRow
    items: tuple[Item, ...]
    x: dict[str, NDArray[np.float32]]
    """By input: `(len(items), n_features)`, rows in the order of `items`."""
    origins: dict[str, tuple[str, ...]]
    """By input: the origins of its rows, sorted, each once."""
    descriptor_names: tuple[str, ...]


def freeze(session: Session, job_id: UUID, request: TrainRequest, *, spec: str, blobs: Blobs) -> SnapshotRow:
    """The snapshot of a training: made once, found again by a second attempt.

    Raises PermanentError: `not_enough_labels`, with what to do, or `leak`, which would be our mistake.
    """
    snapshots = Snapshots(session)
    frozen = snapshots.of_job(job_id)
    if frozen is not None:
        return frozen
    examples, left_out, n_contradictory = _examples(session, request, spec=spec, blobs=blobs)
    is_talk = request.protocol == TALK
    if is_talk:
        parted = split_as_the_talk(examples, n_folds=request.n_folds, seed=request.seed)
    else:
        parted = split(examples, n_folds=request.n_folds)
    head = request.head()
    fitting.require_enough(parted.items, head.emotions)
    report = leakage.check(parted.items)
    if not (report.clean or is_talk):
        raise PermanentError(Reason.LEAK, f"tracks, artists or audio stand in two folds: {report.as_dict()}")
    counts = {
        "n_items": len(parted.items),
        "by_emotion": _tally(item.example.target for item in parted.items),
        "n_artist_groups": len({item.group for item in parted.items}),
        "set_aside": _set_aside(parted.set_aside, n_contradictory),
        "without_inputs": left_out,
        "head": {"classes": list(head.emotions), "description": head.description},
        **provenance.describe(
            session, [UUID(item.example.track_id) for item in parted.items], taxonomy=request.taxonomy,
            inputs=request.inputs, spec=spec,
        ),
    }  # fmt: skip
    return snapshots.freeze(
        job_id,
        {
            "taxonomy": head.name, "inputs": list(request.inputs), "spec": spec, "synthetic": request.synthetic,
            "n_folds": request.n_folds, "seed": request.seed, "counts": counts,
            # by chance a random split may be clean; its protocol is not, and the gate reads this
            "leak_check": report.as_dict() | ({"clean": False, "protocol": TALK} if is_talk else {}),
        },
        (
            {"track_id": UUID(item.example.track_id), "target": item.example.target, "artist_group": item.group,
             "fold": item.fold}
            for item in parted.items
        ),
    )  # fmt: skip


def load(session: Session, snapshot: SnapshotRow, *, blobs: Blobs) -> TrainingSet:
    """The rows of a snapshot, for each of its inputs."""
    rows = Snapshots(session).items(snapshot.id)
    track_ids = [row.track_id for row in rows]
    x, origins = {}, {}
    for kind in snapshot.inputs:
        read = read_inputs(session, track_ids, kind=kind, spec=snapshot.spec, blobs=blobs)
        _require_all(read, track_ids, kind=kind)
        assert isinstance(read.x, np.ndarray)
        x[kind] = read.x
        origins[kind] = tuple(sorted(set(read.origins)))
    return TrainingSet(
        snapshot=snapshot,
        items=tuple(_item(row) for row in rows),
        x=x,
        origins=origins,
        descriptor_names=Features(session, spec=snapshot.spec).descriptor_names(),
    )


def _examples(
    session: Session, request: TrainRequest, *, spec: str, blobs: Blobs
) -> tuple[list[Example], dict[str, int], int]:
    """Labelled tracks that have every input asked for, how many lack each, and how many are contradicted evenly.

    A recording whose tracks name different artists gives an example for each, so that the split unites them.
    """
    standings = Annotations(session).standings(taxonomy=request.taxonomy, synthetic=request.synthetic)
    labels = {track_id: standing.label for track_id, standing in standings.items() if standing.label is not None}
    if not labels:
        kind = "synthetic tracks have" if request.synthetic else "tracks have"
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            f"no {kind} a {request.taxonomy} label: crawl a labelled table, crawl a folder with an emotion, or label "
            f"tracks by hand{'' if request.synthetic else '; for the demo library train with library synthetic'}",
        )
    targets = {track_id: target for track_id, label in labels.items() if (target := request.target_of(label.emotion))}
    kept = Lookups(session).permitted(
        sorted(targets), exclude_sources=request.exclude_sources, licences=request.licences
    )
    audio: dict[UUID, str | None] = {}
    left_out = {}
    for kind in request.inputs:
        read = read_inputs(session, kept, kind=kind, spec=spec, blobs=blobs)
        left_out[kind] = len(kept) - len(read.track_ids)
        kept = list(read.track_ids)
        audio.update(zip(read.track_ids, read.audio_sha256, strict=True))
    if not kept:
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            f"{len(labels)} tracks have a {request.taxonomy} label, but none has {' and '.join(request.inputs)}",
        )
    members = Merges(session).members(kept)
    examples = [
        Example(
            track_id=str(track_id),
            target=targets[track_id],
            artist_group=group,
            audio_sha256=audio[track_id],
        )
        for track_id in kept
        for group in _artist_groups(members[track_id])
    ]
    return examples, left_out, len(standings) - len(labels)


def _artist_groups(tracks: Sequence[Track]) -> list[str]:
    """Each artist group of a recording once; a track of nobody counts only where no other names an artist."""
    named = [track.artist_group for track in tracks if track.artist]
    return list(dict.fromkeys(named or [tracks[0].artist_group]))


def _set_aside(parted: SetAside, n_contradictory: int) -> dict[str, int]:
    """`ambiguous` is the sum of what contradicting annotators and contradicting copies made so."""
    counts = parted.as_dict()
    return {**counts, "ambiguous": counts["ambiguous"] + n_contradictory, "contradictory": n_contradictory}


def _item(row: SnapshotItem) -> Item:
    example = Example(track_id=str(row.track_id), target=row.target, artist_group=row.artist_group, audio_sha256=None)
    return Item(example=example, group=row.artist_group, fold=row.fold)


def _require_all(read: Inputs, track_ids: Sequence[UUID], *, kind: str) -> None:
    if len(read.track_ids) < len(track_ids):
        missing = len(track_ids) - len(read.track_ids)
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS, f"{missing} tracks of the snapshot lost their {kind} since: train again"
        )


def _tally(words: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found
