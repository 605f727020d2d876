"""`python -m services.starter --data DIR [--seed 0] [--keep DIR] [--to DIR]`: make the starter files.

`--data` is a folder with `tracks.csv` (id, artist, quadrant, mood_tags, genres, path), or one that holds it as
`audio_4q`. The same clips, seed, processor family and library versions give the same bytes. It takes some minutes; with
`--keep`, a folder, clips are analysed once.
"""

import argparse
import sys
from pathlib import Path

from services.starter.building import build_starter
from services.starter.clips import read_clips
from services.starter.curve import build_starter_curve
from services.starter.writing import write_starter
from shared.starter.curve import write_starter_curve
from shared.starter.rows import DATA


def main() -> int:
    """0 where the files were written."""
    parser = argparse.ArgumentParser(prog="python -m services.starter", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept")
    parser.add_argument("--to", type=Path, help="where the files are written; by default where mer reads them")
    arguments = parser.parse_args()
    data = next(
        (folder for folder in (arguments.data, arguments.data / "audio_4q") if (folder / "tracks.csv").is_file()), None
    )
    if data is None:
        parser.error(f"--data: {arguments.data} holds no tracks.csv")
    clips, n_refused = read_clips(data.resolve(), keep=arguments.keep)
    starter = build_starter(clips, seed=arguments.seed, n_refused=n_refused)
    folder = arguments.to or DATA
    write_starter(starter, folder)
    head, figures = build_starter_curve(starter.prepared, seed=arguments.seed, keep=arguments.keep)
    write_starter_curve(head, figures, folder)
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{len(starter.prepared.clips)} clips ({n_refused} refused), {size:,} bytes in {folder}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
