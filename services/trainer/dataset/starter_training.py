"""The rows that the starter was trained on, as rows that an owner's own model may learn from beside the labelled ones.

They count in training only: no figure, no calibration of a card and no count of labels is of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.trainer.protocols.added_rows import AddedRows
from shared.arrays import Mask
from shared.domain.dataset import DatasetItem
from shared.domain.emotion import QUADRANT4
from shared.starter.overlaps import find_overlaps
from shared.starter.rows import StarterRows
from shared.store.repositories import Repositories
from shared.store.tables import SnapshotRow

_GROUP = "starter:"
"""How the groups of the starter's artists begin, whose names nobody knows; no group of a track does."""


@dataclass(frozen=True, kw_only=True)
class StarterSelection:
    """The rows that a model may learn from, or none."""

    rows: AddedRows | None = None
    refusal: str | None = None
    """Why there are none, for the card; None where a model of this kind never learns from them."""


NO_STARTER_ROWS = StarterSelection()


@dataclass(frozen=True, kw_only=True, eq=False)
class StarterTraining:
    """The starter's rows beside the items of a training set."""

    rows: StarterRows
    overlaps: Mask
    """`(n_items, n_rows)`: where an item and a row are of the same artist, or of the same recording."""

    def select_rows(self, inputs: str, *, versions: Mapping[str, str | None], n_features: int) -> StarterSelection:
        """The columns of `inputs`, if the starter has them.

        `versions` are the fingerprints of the stages and taggers that the items' `n_features` columns are of.
        """
        x = self.rows.select_columns(inputs)
        if x is None:
            return NO_STARTER_ROWS
        theirs = self.rows.stage_fingerprints
        other = [name for name, digits in versions.items() if theirs.get(name) != digits]
        if other:
            return StarterSelection(refusal=f"its values of {', '.join(other)} are of another version")
        if x.shape[1] != n_features:
            return StarterSelection(refusal=f"it has {x.shape[1]} columns of {inputs}, these tracks have {n_features}")
        return StarterSelection(
            rows=AddedRows(
                x=x,
                y=np.array([QUADRANT4.emotion_index(quadrant) for quadrant in self.rows.quadrants], dtype=np.intp),
                groups=np.array([f"{_GROUP}{digits}" for digits in self.rows.artist_hashes], dtype=str),
                overlaps=self.overlaps,
            )
        )


def load_starter_training(
    repositories: Repositories, snapshot: SnapshotRow, items: Sequence[DatasetItem], rows: StarterRows
) -> StarterTraining | None:
    """The starter's rows for a snapshot of quadrants of real tracks; None for any other."""
    if snapshot.synthetic or snapshot.taxonomy != QUADRANT4.name:
        return None
    track_ids = [UUID(item.example.track_id) for item in items]
    by_track = find_overlaps(repositories, track_ids, [item.group for item in items], rows)
    overlaps = np.zeros((len(items), len(rows.quadrants)), dtype=bool)
    for position, track_id in enumerate(track_ids):
        if track_id in by_track:
            overlaps[position, sorted(by_track[track_id].rows)] = True
    return StarterTraining(rows=rows, overlaps=overlaps)
