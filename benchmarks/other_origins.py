"""Two tables of moods as one training set: the figure over all, and on each table when it was left out.

    python -m benchmarks other_origins --train DIR --test FILE.csv --json FILE

DIR holds the talk's tables, FILE those of another origin. Columns that the other table lacks are left out; tracks that
stand in both, by id, count for the other table only.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.cross_source import add_arguments
from benchmarks.mood_tables import MOODS, MoodRow, read_folder, read_table, table_of
from services.trainer.candidates.origin_holdout import evaluate_origins
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from services.trainer.splits import split_examples
from shared.domain.dataset import DatasetItem, LabelledTrack
from shared.domain.grouping import singleton_group
from shared.domain.head import CLASSES, ModelHead
from shared.domain.names import artist_group
from shared.domain.track import CATALOGUE_COLUMNS
from shared.domain.training import TrainRequest

__all__ = ["add_arguments", "run"]


def run(train: Path, test: Path, estimator: str = "boosting", imbalance: str = "soft_weights") -> dict[str, Any]:
    """There is no goal: how far it falls is the figure."""
    others = read_table(test)
    known = {row.track_id for row in others}
    by_origin = {"the talk": [row for row in read_folder(train) if row.track_id not in known], test.stem: others}
    columns = tuple(name for name in CATALOGUE_COLUMNS if all(name in row.values for row in others))
    rows: list[MoodRow] = []
    items: list[DatasetItem] = []
    for origin, given in by_origin.items():
        named = {row.track_id: row for row in given if row.artist}
        of_origin = _items([row for row in given if row.artist], origin)
        items += of_origin
        rows += [named[item.example.track_id] for item in of_origin]
    request = TrainRequest(estimators=(estimator,), inputs=("catalogue",), imbalance=imbalance)
    candidate = CandidateSpec(
        request=request,
        estimator=estimator,
        inputs="catalogue",
        x=table_of(rows, columns),
        items=items,
        head=ModelHead(kind=CLASSES, name="mood4", outputs=MOODS),
        seed=0,
    )
    figures: list[float] = []
    strategy = HEAD_STRATEGIES[CLASSES]
    strategy.cross_fit(candidate, on_fold=lambda step: figures.append(step.score), finished={})
    found = evaluate_origins(strategy, candidate, pooled=figures[-1], measure="macro F1")
    assert found is not None, "two origins"
    lines = [
        f"{row['origin']}: {row['n_tracks']} tracks, macro F1 {row['value']:.3f} ({row['low']:.3f}-{row['high']:.3f})"
        for row in found["origins"]
        if row["value"] is not None
    ]
    summary = "\n".join([f"{len(items)} tracks, macro F1 over all {figures[-1]:.3f}", *lines])
    return {"summary": summary, "ok": True, "estimator": estimator, "imbalance": imbalance, "columns": columns, **found}


def _items(rows: list[MoodRow], origin: str) -> list[DatasetItem]:
    examples = [
        LabelledTrack(
            track_id=row.track_id,
            target=row.mood,
            artist_group=artist_group(row.artist, ()) or singleton_group(row.track_id),
            audio_sha256=None,
        )
        for row in {(row.track_id, row.mood): row for row in rows}.values()
    ]
    parted = split_examples(examples, n_folds=5)
    return [replace(item, example=replace(item.example, origin=origin)) for item in parted.items]
