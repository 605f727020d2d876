"""Whether the ten nearest tracks sound alike: their quadrants and genres, by what tracks are compared by.

    python -m benchmarks similar_tracks --labelled DIR [--keep DIR] [--network cnn_attention] --json FILE

A folder holds `tracks.csv` with id, artist, quadrant, genres and path; `--keep` is that of `audio_emotion`. Compared
are the projections that the API makes: of descriptors, of what audio taggers gave, and of both as blocks; each also by
mutual proximity (Schnitzer et al., *Local and global scaling reduce hubs in space*, 2012), which makes hubs rare. No
clip by the artist of the query is among its ten.

- *quadrant*: how many of the ten share the quadrant of the query; *genre*: how many share one of its genres.
- *hubs*: clips that are in more than 5 % of the lists; a list drawn at random has none.

With `--network` (and `--keep`) the artists are split into two halves. A network is trained on each half, and its
embeddings are compared among the clips of the other one, beside the same projections among the same clips.

Intervals are over artists, resampled as wholes. `ok` if taggers are better than descriptors, in quadrant and in genre,
at the lower end of the paired interval.
"""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import network_emotion, recordings
from benchmarks.arguments import existing_path
from benchmarks.audio_emotion import Clips, read
from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.fitting.fit_plan import FitPlan
from services.trainer.networks.heads import EMBEDDING
from services.trainer.splits import inner_splits
from shared.domain.dataset import TAGGED_DESCRIPTORS
from shared.domain.taggers import BUILT_IN_TAGGERS
from shared.similarity.projection import DescriptorProjection

N_NEAREST = 10
HUB_SHARE = 0.05
N_RESAMPLES = 2000
BASELINE = "descriptors"
_PERCENTILES = (2.5, 97.5)

Floats = NDArray[np.float64]
Ranks = NDArray[np.intp]
"""`(n_clips, N_NEAREST)`: the nearest clips of each, the nearest first."""


@dataclass(frozen=True, eq=False)
class LabelledClips:
    """What is known of the clips."""

    quadrants: NDArray[np.str_]
    genres: NDArray[np.bool_]
    """`(n_clips, n_genres)`."""
    artists: NDArray[np.str_]

    def precision_of_quadrants(self, nearest: Ranks) -> Floats:
        """Of each clip, the share of its nearest ones with its quadrant."""
        precision: Floats = (self.quadrants[nearest] == self.quadrants[:, np.newaxis]).mean(axis=1)
        return precision

    def precision_of_genres(self, nearest: Ranks) -> Floats:
        """Of each clip, the share of its nearest ones that have one of its genres; NaN where it has none."""
        shares = (self.genres[nearest] & self.genres[:, np.newaxis]).any(axis=2).mean(axis=1)
        return np.where(self.genres.any(axis=1), shares, np.nan)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What this benchmark is told."""
    parser.add_argument("--labelled", type=existing_path, required=True, help="a folder with tracks.csv")
    parser.add_argument("--keep", type=Path, help="where analysed clips are kept, as those of audio_emotion")
    parser.add_argument("--network", help="an estimator with embeddings, trained on half of the artists: takes minutes")


def run(labelled: Path, keep: Path | None = None, network: str | None = None) -> dict[str, Any]:
    """Precision and hubs of each list, and paired differences to descriptors.

    Raises ValueError for a network without a folder to keep it in, and where it could not analyse the same clips.
    """
    clips = read(labelled.resolve(), inputs=TAGGED_DESCRIPTORS, keep=keep)
    known = _read_labels(labelled, clips)
    report = _report(_rank_by_all(clips, known.artists), known)
    if network is not None:
        if keep is None:
            raise ValueError("--network needs --keep")
        of_halves = _report(_rank_halves(clips, known, labelled.resolve(), network=network, keep=keep), known)
        report["within_halves"] = of_halves
        report["summary"] += f"\nwithin halves of the artists, {of_halves.pop('summary')}"
    return report


def _report(lists: dict[str, Ranks], known: LabelledClips) -> dict[str, Any]:
    draws = _draw_artists(known.artists)
    figures = {name: _measure(nearest, known, draws) for name, nearest in lists.items()}
    differences = {
        name: _compare(nearest, lists[BASELINE], known, draws) for name, nearest in lists.items() if name != BASELINE
    }
    lower = [difference["low"] for difference in differences["taggers"].values()]
    beside_taggers = {
        name: _compare(nearest, lists["taggers"], known, draws) for name, nearest in lists.items() if name != "taggers"
    }
    return {
        "summary": _summarise(figures, differences, beside_taggers, n_clips=len(known.artists)),
        "ok": min(lower) > 0,
        "n_clips": len(known.artists),
        "n_artists": len(set(known.artists.tolist())),
        "lists": figures,
        "differences_to_descriptors": differences,
        "differences_to_taggers": beside_taggers,
    }


def _read_labels(folder: Path, clips: Clips) -> LabelledClips:
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        genres_of = {row["id"]: _split_genres(row.get("genres") or "") for row in csv.DictReader(file)}
    genres = sorted(set().union(*genres_of.values()))
    return LabelledClips(
        quadrants=np.array(clips.quadrants),
        genres=np.array([[genre in genres_of[clip] for genre in genres] for clip in clips.ids], dtype=bool),
        artists=np.array(clips.artists),
    )


def _split_genres(written: str) -> set[str]:
    return {genre.strip() for genre in written.split(";")} - {""}


def _rank_halves(clips: Clips, known: LabelledClips, folder: Path, *, network: str, keep: Path) -> dict[str, Ranks]:
    """Ranks within the half of the artists of each clip, by a network of the other half and by the projections."""
    read_by_network = recordings.read(folder, keep=keep / "clips")
    if read_by_network.ids != clips.ids:
        raise ValueError("the network reads other clips than the taggers: begin with an empty --keep")
    is_first = np.zeros(len(clips.ids), dtype=bool)
    embeddings: list[tuple[NDArray[np.intp], NDArray[np.float32]]] = []
    for train, test in inner_splits(read_by_network.y, clips.artists, seed=0, n_splits=2):
        name = f"0-{len(embeddings)}-of-2"
        outputs = network_emotion.fit_fold(
            network_emotion.Part(read_by_network, train),
            network_emotion.Part(read_by_network, test),
            FitPlan(estimator=network),
            seed=0,
            keep=keep / network,
            name=name,
        )
        embeddings.append((test, outputs[EMBEDDING]))
        if not is_first.any():
            is_first[test] = True
    distances = {name: _project(x, widths) for name, (x, widths) in _list_spaces(clips).items()}
    of_network = np.full((len(clips.ids),) * 2, np.inf)
    for test, embedding in embeddings:
        of_network[np.ix_(test, test)] = _cosine_distances(embedding)
    distances[f"{network}, trained on the other half"] = of_network
    is_across = is_first[:, np.newaxis] != is_first
    return {name: _rank(np.where(is_across, np.inf, one), known.artists) for name, one in distances.items()}


def _rank_by_all(clips: Clips, artists: NDArray[np.str_]) -> dict[str, Ranks]:
    lists = {}
    for name, (x, widths) in _list_spaces(clips).items():
        distances = _project(x, widths)
        lists[name] = _rank(distances, artists)
        lists[f"{name}, mutual proximity"] = _rank(_mutual_distances(distances), artists)
    lists["random"] = _rank(np.random.default_rng(0).random((len(artists),) * 2), artists)
    return lists


def _list_spaces(clips: Clips) -> dict[str, tuple[NDArray[np.float32], tuple[int, ...]]]:
    """Columns and the widths of their blocks, by name."""
    n_descriptors = len(DESCRIPTORS)
    of_taggers = tuple(width for tagger in BUILT_IN_TAGGERS.values() for width in tagger.scaled_widths)
    return {
        "descriptors": (clips.x[:, :n_descriptors], ()),
        "taggers": (clips.x[:, n_descriptors:], of_taggers),
        "taggers and descriptors": (clips.x, (n_descriptors, *of_taggers)),
    }


def _project(x: NDArray[np.float32], widths: tuple[int, ...]) -> Floats:
    """Distances `(n_clips, n_clips)` under the projection that the API makes of a library of these clips."""
    return _cosine_distances(DescriptorProjection.from_sample(x, widths=widths).project_rows(x))


def _cosine_distances(rows: NDArray[np.float32]) -> Floats:
    unit = rows.astype(np.float64) / np.linalg.norm(rows, axis=1, keepdims=True)
    distances: Floats = 1 - unit @ unit.T
    return distances


def _mutual_distances(distances: Floats) -> Floats:
    """1 less the share of clips that are farther from one than the other is, in both directions, by normal tails."""
    from scipy.stats import norm  # noqa: PLC0415 - slow to import

    others = distances.copy()
    np.fill_diagonal(others, np.nan)
    mean, deviation = np.nanmean(others, axis=1), np.nanstd(others, axis=1)
    farther = norm.sf(distances, loc=mean[:, np.newaxis], scale=deviation[:, np.newaxis])
    mutual: Floats = 1 - farther * farther.T
    return mutual


def _rank(distances: Floats, artists: NDArray[np.str_]) -> Ranks:
    others = np.where(artists[:, np.newaxis] == artists, np.inf, distances)
    nearest: Ranks = np.argsort(others, axis=1, kind="stable")[:, :N_NEAREST]
    return nearest


def _draw_artists(artists: NDArray[np.str_]) -> NDArray[np.intp]:
    """`(N_RESAMPLES, n_artists)`: how often each artist is drawn. The same for all lists: differences are paired."""
    n_artists = len(np.unique(artists))
    rng = np.random.default_rng(0)
    return np.stack(
        [np.bincount(rng.integers(n_artists, size=n_artists), minlength=n_artists) for _ in range(N_RESAMPLES)]
    )


def _measures(known: LabelledClips) -> dict[str, Any]:
    return {"quadrant": known.precision_of_quadrants, "genre": known.precision_of_genres}


def _measure(nearest: Ranks, known: LabelledClips, draws: NDArray[np.intp]) -> dict[str, Any]:
    n_lists = np.bincount(nearest.ravel(), minlength=len(nearest))
    return {
        **{name: _interval(precision(nearest), known.artists, draws) for name, precision in _measures(known).items()},
        "n_hubs": int((n_lists > HUB_SHARE * len(nearest)).sum()),
        "most_lists": int(n_lists.max()),
        "n_in_no_list": int((n_lists == 0).sum()),
    }


def _interval(values: Floats, artists: NDArray[np.str_], draws: NDArray[np.intp]) -> dict[str, float]:
    """Mean over clips, and its 95 % interval over artists. Clips without a value are left out."""
    is_known = np.isfinite(values)
    _, group = np.unique(artists, return_inverse=True)
    sums = np.bincount(group[is_known], weights=values[is_known], minlength=draws.shape[1])
    counts = np.bincount(group[is_known], minlength=draws.shape[1])
    n_known = draws @ counts
    low, high = np.percentile((draws @ sums)[n_known > 0] / n_known[n_known > 0], _PERCENTILES)
    return {"value": float(values[is_known].mean()), "low": float(low), "high": float(high)}


def _compare(one: Ranks, other: Ranks, known: LabelledClips, draws: NDArray[np.intp]) -> dict[str, dict[str, float]]:
    """Paired differences of the measures, by name."""
    return {
        name: _interval(precision(one) - precision(other), known.artists, draws)
        for name, precision in _measures(known).items()
    }


def _summarise(
    figures: dict[str, Any], differences: dict[str, Any], beside_taggers: dict[str, Any], *, n_clips: int
) -> str:
    lines = [f"of the {N_NEAREST} nearest of {n_clips} clips, by other artists; 95 % intervals over artists"]
    for name, found in figures.items():
        parts = [f"{measure} {_format(found[measure])}" for measure in ("quadrant", "genre")]
        if name in differences:
            parts += [f"{measure} {_format(differences[name][measure], sign='+')}" for measure in ("quadrant", "genre")]
        lines.append(f"{name}: {', '.join(parts)}; {found['n_hubs']} hubs, at most in {found['most_lists']} lists")
    for name, found in beside_taggers.items():
        parts = [f"{measure} {_format(difference, sign='+')}" for measure, difference in found.items()]
        lines.append(f"{name} beside taggers: {', '.join(parts)}")
    return "\n".join(lines)


def _format(found: dict[str, float], *, sign: str = "") -> str:
    return f"{found['value']:{sign}.3f} ({found['low']:{sign}.3f} to {found['high']:{sign}.3f})"
