"""What the artist groups do to figures on real clips, and how long a library takes to get its groups.

    python -m benchmarks artist_groups --data DIR [--tracks 1000000] --json FILE

1. `DIR/audio_4q`: macro F1 of `svm` on descriptors in the trainer's own folds, and in three other assignments of
   artists to five folds, with the groups of versions before `shared.domain.names` ("before"), with those of today
   ("after"), and with every clip alone, as where no artist is known ("alone"). Beside each stands how many artists of
   today stand in two of the trainer's folds.
2. A library of `--tracks` tracks by a tenth as many artists, every fifth without an artist in folders of ten: the first
   refresh, which writes the groups of tracks without an artist, and the next one, which changes nothing.

Goals: no artist in two folds after, and a refresh that changes nothing within 60 s for a million tracks.
"""

import argparse
import csv
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from benchmarks.artists import artist_groups
from benchmarks.audio_emotion import Clips, read
from benchmarks.running import servers
from services.trainer.fitting.cross_validation import cross_fit
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.splits import inner_splits
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.emotion import QUADRANT4
from shared.domain.grouping import singleton_group
from shared.metrics.reports.classification import classification_report
from shared.settings import StoreSettings
from shared.store import open_store
from shared.store.migrate import run_migrations
from shared.store.tracks.artist_groups import ArtistGroups

DATA_FILES = ("audio_4q/tracks.csv",)
N_FOLDS = 5
N_ASSIGNMENTS = 3
MAX_REFRESH_S = 60.0
_TAIL = re.compile(r"\b(?:feat|ft|featuring|vs)\b|[&,;]")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--tracks", type=int, default=1_000_000)


def run(data: Path, tracks: int = 1_000_000) -> dict[str, Any]:
    """`ok` if the goals are reached."""
    clips = read((data / "audio_4q").resolve())
    with (data / "audio_4q" / "tracks.csv").open(encoding="utf-8") as file:
        artists = {row["id"]: row["artist"] for row in csv.DictReader(file)}
    named = [artists[key] or None for key in clips.ids]
    groupings = {
        "before": [_before(artist, key) for artist, key in zip(named, clips.ids, strict=True)],
        "after": artist_groups(named, clips.ids),
        "alone": [singleton_group(key) for key in clips.ids],
    }
    figures = {name: _figures(clips, groups, today=groupings["after"]) for name, groups in groupings.items()}
    library = _library(tracks)
    lines = [
        f"{name}: {one['n_groups']} groups, macro F1 {one['own_folds']:.3f} in the trainer's folds and "
        f"{', '.join(f'{value:.3f}' for value in one['assignments'])} in others, "
        f"{one['artists_in_two_folds']} artists in two folds"
        for name, one in figures.items()
    ]
    lines.append(
        f"{tracks:,} tracks: {library['first_s']:.1f} s for {library['first_changed']:,} new groups, "
        f"{library['second_s']:.1f} s where nothing changes"
    )
    ok = figures["after"]["artists_in_two_folds"] == 0 and library["second_s"] <= MAX_REFRESH_S
    return {"ok": ok, "summary": "\n".join(lines), "figures": figures, "library": library}


def _before(artist: str | None, key: str) -> str:
    """The rule of earlier versions."""
    folded = unicodedata.normalize("NFKD", artist or "").casefold()
    heads = (_TAIL.split(folded, maxsplit=1)[0], folded)
    names = [*("".join(filter(str.isalnum, head)) for head in heads), "".join(folded.split())]
    return next(filter(None, names), singleton_group(key))


def _figures(clips: Clips, groups: Sequence[str], *, today: Sequence[str]) -> dict[str, Any]:
    y = np.array([QUADRANT4.emotion_index(quadrant) for quadrant in clips.quadrants], dtype=np.intp)
    own = np.array([assign_fold(group, N_FOLDS) for group in groups], dtype=np.intp)
    others = []
    for seed in range(N_ASSIGNMENTS):
        fold = np.zeros(len(y), dtype=np.intp)
        for number, (_, test) in enumerate(inner_splits(y, groups, seed=seed, n_splits=N_FOLDS)):
            fold[test] = number
        others.append(_macro_f1(clips, groups, fold))
    folds: defaultdict[str, set[int]] = defaultdict(set)
    for group, number in zip(today, own.tolist(), strict=True):
        folds[group].add(number)
    return {
        "n_groups": len(set(groups)),
        "own_folds": _macro_f1(clips, groups, own),
        "assignments": others,
        "artists_in_two_folds": sum(len(numbers) > 1 for numbers in folds.values()),
    }


def _macro_f1(clips: Clips, groups: Sequence[str], fold: NDArray[np.intp]) -> float:
    items = [
        DatasetItem(
            example=LabelledTrack(track_id=key, target=quadrant, artist_group=group, audio_sha256=None),
            group=group,
            fold=number,
        )
        for key, quadrant, group, number in zip(clips.ids, clips.quadrants, groups, fold.tolist(), strict=True)
    ]
    oof = cross_fit(
        FitPlan(estimator="svm").build_classifier, clips.x, items, QUADRANT4.emotions, seed=0, on_fold=lambda _: None
    )
    metrics = classification_report(oof, items, classes=QUADRANT4.emotions, taxonomy="quadrant4", seed=0, n_resamples=2)
    return float(metrics["macro_f1"]["value"])


def _library(n_tracks: int) -> dict[str, Any]:
    with servers() as (_, postgres, _redis):
        url = postgres.create_database(f"artist_groups_{time.time_ns()}")
        run_migrations(create_engine(url, poolclass=NullPool))
        store = open_store(StoreSettings(database_url=url))
        store.transact_session(
            "bench.fill", lambda session: [session.execute(query, {"n": n_tracks}) for query in _FILL]
        )
        found: dict[str, Any] = {"n_tracks": n_tracks}
        for name in ("first", "second"):
            began = time.perf_counter()
            found[f"{name}_changed"] = store.transact_session(
                "bench.refresh", lambda session: ArtistGroups(session).refresh_groups()
            )
            found[f"{name}_s"] = time.perf_counter() - began
        store.close()
    return found


_FILL = (
    text("""
        insert into tracks (id, title, artist, artist_group, synthetic)
        select md5(i::text)::uuid, 'song ' || i, case when i % 5 > 0 then 'Artist ' || i % (:n / 10) end,
            case when i % 5 > 0 then 'artist' || i % (:n / 10) else 'track:' || md5(i::text)::uuid end, false
        from generate_series(1, :n) as i
    """),
    text("""
        insert into track_sources (track_id, source, source_id, locator)
        select md5(i::text)::uuid, 'folder', file, file from generate_series(1, :n) as i,
            lateral (select 'music/' || i / 50 || '/' || i % 5 || '/' || i || '.mp3' as file) as files
    """),
    text("analyze tracks, track_sources"),  # what autovacuum does within a minute of a crawl
)
