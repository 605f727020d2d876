"""Folds of a candidate that is still being trained: kept, so that a killed training goes on where it was."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from shared.store.base_repository import BaseRepository
from shared.store.tables import FoldResult


class FoldResults(BaseRepository):
    """All SQL on finished folds."""

    def get_by_item(self, job_item_id: int) -> dict[int, NDArray[np.float64]]:
        """By fold: probabilities `(n_test, n_classes)` in the order of the snapshot's items."""
        rows = self._session.scalars(select(FoldResult).where(FoldResult.job_item_id == job_item_id))
        return {row.fold: np.array(row.probabilities, dtype=np.float64).reshape(-1, row.n_classes) for row in rows}

    def get_chosen(self, job_item_id: int) -> dict[int, dict[str, Any]]:
        """By fold: the hyperparameters that were chosen in it."""
        query = select(FoldResult.fold, FoldResult.chosen).where(FoldResult.job_item_id == job_item_id)
        return dict(self._session.execute(query).all())

    def save_fold(
        self, job_item_id: int, *, fold: int, probabilities: NDArray[np.float64], chosen: Mapping[str, Any]
    ) -> None:
        """Keep what was said of the rows of a fold. What is there already stays."""
        self._session.execute(
            insert(FoldResult)
            .values(
                job_item_id=job_item_id,
                fold=fold,
                n_classes=probabilities.shape[1],
                probabilities=probabilities.ravel().tolist(),
                chosen=dict(chosen),
            )
            .on_conflict_do_nothing()
        )

    def forget_item(self, job_item_id: int) -> None:
        """The model is published: its out-of-fold predictions are kept with it."""
        self._session.execute(delete(FoldResult).where(FoldResult.job_item_id == job_item_id))
