"""Tables of moods from catalogue columns, read as the crawler reads them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.artists import artist_groups
from services.crawler.tables.reader import find_header, read_rows
from services.crawler.tables.rows import parse_row
from services.trainer.splits import DatasetSplit, split_examples
from shared.domain.dataset import LabelledTrack
from shared.domain.emotion import project_emotion
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import PermanentError

MOODS = ("calm", "sad", "energetic", "happy")
_LENGTH = ("length", "duration", "length_ms")
"""Other names of `duration_ms`, in milliseconds too."""


@dataclass(frozen=True)
class MoodRow:
    """One row of a table, as it stands there: nothing is merged."""

    track_id: str
    artist: str | None
    mood: str
    values: dict[str, float]


def read_folder(folder: Path) -> list[MoodRow]:
    """The four tables of the talk, a file a mood. Accepts the folder above it too."""
    if not (folder / "calm.csv").exists():
        folder /= "spotify_moods"
    return [row for mood in MOODS for row in read_table(folder / f"{mood}.csv")]


def read_table(path: Path) -> list[MoodRow]:
    """The rows that have an id and a mood; stray header lines and others are passed over."""
    found = []
    header = find_header(path)
    header = replace(header, columns=tuple("duration_ms" if name in _LENGTH else name for name in header.columns))
    for number, row in enumerate(read_rows(path, header)):
        if "cells" not in row:
            continue
        try:
            parsed = parse_row(row["cells"], line=row["line"], taxonomy="mood4")
        except PermanentError:
            continue
        if parsed.label is not None:
            track_id = parsed.track_id or f"{path.stem}:{number}"
            found.append(MoodRow(track_id, parsed.artist, parsed.label.emotion, parsed.catalogue))
    return found


def table_of(rows: Sequence[MoodRow], columns: Sequence[str] = CATALOGUE_COLUMNS) -> NDArray[np.float32]:
    """`(len(rows), len(columns))`. What a table writes where it found no value (a tempo of 0) stands as it was written:
    the talk learned from it.
    """
    return np.array([[row.values.get(name, 0.0) for name in columns] for row in rows], dtype=np.float32)


def honest(rows: Sequence[MoodRow], *, taxonomy: str = "mood4") -> tuple[DatasetSplit, NDArray[np.float32]]:
    """The split of the trainer, and the features of its items: duplicates out, ambiguous aside, artists grouped."""
    unique = list({(row.track_id, row.mood): row for row in rows}.values())
    groups = artist_groups([row.artist for row in unique], [row.track_id for row in unique])
    examples = [
        LabelledTrack(
            track_id=row.track_id,
            target=project_emotion(row.mood, taxonomy="mood4", onto=taxonomy) or row.mood,
            artist_group=group,
            audio_sha256=None,
        )
        for row, group in zip(unique, groups, strict=True)
    ]
    parted = split_examples(examples, n_folds=5)
    by_id = {row.track_id: row for row in rows}
    return parted, table_of([by_id[item.example.track_id] for item in parted.items])
