"""From the store to a snapshot, and from a snapshot to arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.trainer import fitting, leakage
from services.trainer.splits import split, split_as_the_talk
from shared.blobs import Blobs
from shared.domain.dataset import Example, Item
from shared.domain.training import TALK, TrainRequest
from shared.errors import PermanentError, Reason
from shared.registry.inputs import Inputs, read_inputs
from shared.store.annotations import Annotations
from shared.store.features import Features
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
    examples, left_out = _examples(session, request, spec=spec, blobs=blobs)
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
        "set_aside": parted.set_aside.as_dict(),
        "without_inputs": left_out,
        "head": {"classes": list(head.emotions), "description": head.description},
    }
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
) -> tuple[list[Example], dict[str, int]]:
    """Labelled tracks that have every input asked for, and how many lack each."""
    labels = Annotations(session).labels(taxonomy=request.taxonomy, synthetic=request.synthetic)
    if not labels:
        kind = "synthetic tracks have" if request.synthetic else "tracks have"
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            f"no {kind} a {request.taxonomy} label: crawl a labelled table, crawl a folder with an emotion, or label "
            f"tracks by hand{'' if request.synthetic else '; for the demo library train with library synthetic'}",
        )
    targets = {track_id: target for track_id, label in labels.items() if (target := request.target_of(label.emotion))}
    kept = sorted(targets)
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
    groups = {track_id: session.get_one(Track, track_id).artist_group for track_id in kept}
    return [
        Example(
            track_id=str(track_id),
            target=targets[track_id],
            artist_group=groups[track_id],
            audio_sha256=audio[track_id],
        )
        for track_id in kept
    ], left_out


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
