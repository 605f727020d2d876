"""Splits examples into folds: removes duplicates and ambiguous recordings, unites artist groups, assigns folds.

Rules: `docs/explain/evaluation.md`. All of it happens before anything is fitted; `leakage` checks it afterwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Indices
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.grouping import group_sort_key


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """How many examples are not in the split, and why."""

    duplicate: int
    """The same track or audio again, with the same target: one was kept."""
    ambiguous: int
    """The same track or audio with different targets: none was kept."""

    def as_dict(self) -> dict[str, int]:
        """The counts by reason, for the card."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class DatasetSplit:
    """The items of a snapshot, ordered by track id, and what was set aside."""

    items: tuple[DatasetItem, ...]
    set_aside: SetAside


class _UnionFind:
    """Disjoint sets of names; each set is called by its first name in `order`, whatever the order of joining."""

    def __init__(self, order: Callable[[str], Any] = str) -> None:
        self._parent: dict[str, str] = {}
        self._order = order

    def find_root(self, name: str) -> str:
        """The first name of the set that holds `name`."""
        root = name
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while name != root:
            self._parent[name], name = root, self._parent[name]
        return root

    def join_sets(self, first_node: str, second_node: str) -> None:
        """Make one set of two."""
        first, second = sorted((self.find_root(first_node), self.find_root(second_node)), key=self._order)
        self._parent[second] = first


def split_examples(
    examples: Iterable[LabelledTrack], *, n_folds: int, same_recordings: Iterable[tuple[str, str]] = ()
) -> DatasetSplit:
    """Make the items of a snapshot. The same examples in any order give the same split.

    A recording is everything that shares a track id or an audio hash, or stands in a pair of track ids of
    `same_recordings` (by their acoustic fingerprints), directly or through others. The artist groups
    of one recording are united even where the recording itself is set aside: a shared recording says that two names
    may stand for the same artist; an artist's name is the group's then, before that of an album or a folder. Raises
    ValueError for fewer than two folds.
    """
    ordered = sorted(examples, key=_sort_key)
    recordings, artists = _UnionFind(), _UnionFind(order=group_sort_key)
    for example in ordered:
        if example.audio_sha256 is not None:
            recordings.join_sets(f"track:{example.track_id}", f"audio:{example.audio_sha256}")
    for first, second in same_recordings:
        recordings.join_sets(f"track:{first}", f"track:{second}")
    takes: dict[str, list[LabelledTrack]] = {}
    for example in ordered:
        takes.setdefault(recordings.find_root(f"track:{example.track_id}"), []).append(example)
    kept: list[LabelledTrack] = []
    n_ambiguous = 0
    for take in takes.values():
        for example in take[1:]:
            artists.join_sets(take[0].artist_group, example.artist_group)
        if len({example.target for example in take}) == 1:
            kept.append(take[0])
        else:
            n_ambiguous += len(take)
    groups = [artists.find_root(example.artist_group) for example in kept]
    items = tuple(
        DatasetItem(example=e, group=g, fold=assign_fold(g, n_folds)) for e, g in zip(kept, groups, strict=True)
    )
    n_duplicate = len(ordered) - n_ambiguous - len(items)
    return DatasetSplit(items=items, set_aside=SetAside(duplicate=n_duplicate, ambiguous=n_ambiguous))


def split_at_random(examples: Iterable[LabelledTrack], *, n_folds: int, seed: int) -> DatasetSplit:
    """The talk's own split: every row in, duplicates and contradictions too, at random into folds of equal size.

    It leaks, and is there to show by how much. The groups of the items are those of the artists, so that the leak check
    can say which stand on both sides.
    """
    ordered = sorted(examples, key=_sort_key)
    fold = np.random.default_rng(seed).permutation(np.arange(len(ordered)) % n_folds).tolist()
    items = tuple(DatasetItem(example=e, group=e.artist_group, fold=f) for e, f in zip(ordered, fold, strict=True))
    return DatasetSplit(items=items, set_aside=SetAside(duplicate=0, ambiguous=0))


def _sort_key(example: LabelledTrack) -> tuple[str, str, int, str, str]:
    """By track; of one track the example whose artist is named comes first."""
    group, audio = example.artist_group, example.audio_sha256 or ""
    return example.track_id, example.target, example.grouping.sureness_rank, group, audio


def inner_splits(
    targets: NDArray[np.intp], groups: Sequence[str], *, seed: int, n_splits: int = 3
) -> list[tuple[Indices, Indices]]:
    """Artist-grouped `(train, test)` row indices inside one training fold, for calibration and tuning.

    The tests part the rows: each row is in exactly one. Every class stands in every train, which is why there may be
    up to one split per class more than `n_splits`. `targets` has shape `(n,)`. Raises ValueError where a class has
    fewer than two groups, for then no such splits exist.
    """
    names, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    classes, class_of = np.unique(targets, return_inverse=True)
    counts = np.zeros((len(names), len(classes)), dtype=np.intp)
    np.add.at(counts, (group_of, class_of), 1)
    if ((counts > 0).sum(axis=0) < 2).any():  # noqa: PLR2004 - one side each
        raise ValueError("every class needs two artist groups, one for each side of an inner split")
    fold = _spread_groups(counts, n_splits=n_splits, seed=seed)[group_of]
    return [(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in np.unique(fold)]


def _spread_groups(counts: Indices, *, n_splits: int, seed: int) -> Indices:
    """A fold for each group, from `counts: (n_groups, n_classes)`: the rarest class is dealt out first."""
    rng = np.random.default_rng(seed)
    fold = np.full(len(counts), -1, dtype=np.intp)
    load = np.zeros((n_splits, counts.shape[1]), dtype=np.intp)
    for c in np.argsort((counts > 0).sum(axis=0), kind="stable"):
        waiting = rng.permutation(np.flatnonzero((counts[:, c] > 0) & (fold < 0)))
        for group in waiting[np.argsort(-counts[waiting, c], kind="stable")]:
            fold[group] = np.lexsort((load.sum(axis=1), load[:, c]))[0]
            load[fold[group]] += counts[group]
    for c in range(counts.shape[1]):
        members = np.flatnonzero(counts[:, c])
        if len(np.unique(fold[members])) == 1:
            # a group moved to a fold of its own takes no other class out of any train
            fold[members[np.argmin(counts[members].sum(axis=1))]] = fold.max() + 1
    return fold
