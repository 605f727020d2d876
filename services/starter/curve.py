"""`python -m services.starter.curve --data DIR [--seed 0] [--keep DIR] [--to DIR]`: make the starter's curve head.

It is fitted to windows of the clips that the starter's models are made from, in the same folds, and written beside
them.
The same clips, seed, processor family and library versions give the same bytes. `python -m services.starter` writes it
too.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from services.featurizer.windows.computation import compute_file_windows
from services.starter.clips import SPEC, read_clips
from services.starter.training_sets import PreparedClips, prepare_clips
from shared.arrays import Tensor
from shared.curve.fitting import LabelledWindows, fit_curve_head
from shared.curve.head import CurveHead
from shared.domain.emotion import QUADRANT4
from shared.domain.head import CLASSES
from shared.domain.taggers import list_versions
from shared.domain.windows import EXCERPT, WINDOW_TAGGERS, fingerprint_windows
from shared.json_objects import JsonObject
from shared.starter.curve import write_starter_curve
from shared.starter.rows import DATA

_TAGGERS = tuple(WINDOW_TAGGERS.values())


def build_starter_curve(
    prepared: PreparedClips, *, seed: int = 0, keep: Path | None = None
) -> tuple[CurveHead, JsonObject]:
    """The head and its held-out figures; with `keep`, a folder, windows are made once."""
    windows = read_windows([clip.path for clip in prepared.clips], keep=keep)
    tracks = [
        LabelledWindows(values=values, target=QUADRANT4.emotion_index(clip.quadrant), fold=item.fold)
        for values, clip, item in zip(windows, prepared.clips, prepared.items, strict=True)
    ]
    with threadpool_limits(1):  # sums over several threads may differ in their last bits
        head, figures = fit_curve_head(
            tracks, outputs=QUADRANT4.emotions, kind=CLASSES, versions=list_versions(_TAGGERS), seed=seed
        )
    return head, {**figures.to_document(), "n_labelled": len(tracks), "n_without_windows": 0}


def read_windows(paths: Sequence[Path], *, keep: Path | None = None) -> list[Tensor]:
    """`(n_windows, n_values)` of the excerpt of each clip, rounded as they are stored."""
    versions = fingerprint_windows(list_versions(_TAGGERS))
    digits = hashlib.sha256("\n".join([SPEC.fingerprint, versions, *map(str, paths)]).encode()).hexdigest()[:12]
    kept = keep / f"windows-{digits}.npz" if keep else None
    if kept is not None and kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            values, lengths = stored["values"].astype(np.float32), stored["lengths"]
        return np.split(values, np.cumsum(lengths)[:-1])
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(_compute, paths, chunksize=4))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, values=np.concatenate(made), lengths=np.array([len(one) for one in made]))
    return [one.astype(np.float32) for one in made]


def _compute(path: Path) -> np.ndarray:
    return compute_file_windows(path, spec=SPEC, taggers=_TAGGERS, span=EXCERPT).values.astype(np.float16)


def main() -> int:
    """0 where the files were written."""
    parser = argparse.ArgumentParser(prog="python -m services.starter.curve", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where analysed clips and their windows are kept")
    parser.add_argument("--to", type=Path, default=DATA, help="where the files are written")
    arguments = parser.parse_args()
    data = next((one for one in (arguments.data, arguments.data / "audio_4q") if (one / "tracks.csv").is_file()), None)
    if data is None:
        parser.error(f"--data: {arguments.data} holds no tracks.csv")
    clips, _ = read_clips(data.resolve(), keep=arguments.keep)
    head, figures = build_starter_curve(prepare_clips(clips), seed=arguments.seed, keep=arguments.keep)
    write_starter_curve(head, figures, arguments.to)
    print(figures)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
