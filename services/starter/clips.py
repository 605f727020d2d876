"""The labelled clips that the starter is made from, analysed as the featurizer analyses a track.

The folder holds `tracks.csv` with id, artist, quadrant, mood_tags, genres and path. Names are used here, to keep
artists apart, and are written nowhere.
"""

import csv
import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.featurizer.analysis import analyse_clip
from shared.arrays import Features
from shared.domain.features import FeatureSpec
from shared.domain.grouping import singleton_group
from shared.domain.names import KnownArtists, artist_group, credited_artists
from shared.domain.stages import FINGERPRINT
from shared.domain.taggers import BUILT_IN_TAGGERS
from shared.errors import PermanentError
from shared.fingerprints.matching import N_BANDS, Fingerprint
from shared.store.features.output_values import decode_values, encode_values

TAGGERS = tuple(BUILT_IN_TAGGERS.values())
SPEC = FeatureSpec()
_WANTED = frozenset({"descriptors", FINGERPRINT})


@dataclass(frozen=True, kw_only=True, eq=False)
class AnalysedClip:
    """What is read of one file."""

    row: Features
    """`(n_features,)`: descriptors, then the values of the taggers as they are stored."""
    audio_sha256: str
    fingerprint: Fingerprint


@dataclass(frozen=True, kw_only=True)
class StarterClip:
    """One labelled clip."""

    quadrant: str
    artist_group: str
    credited: frozenset[str]
    """Folds of every artist who is credited."""
    mood_tags: tuple[str, ...]
    genres: tuple[str, ...]
    analysis: AnalysedClip
    path: Path = Path()


def read_clips(folder: Path, *, keep: Path | None = None) -> tuple[list[StarterClip], int]:
    """`(clips, number refused)`, in the order of the table; with `keep`, a folder, they are analysed once."""
    with (folder / "tracks.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    analysed = _analyse_clips([folder / row["path"] for row in rows], keep=keep)
    known = KnownArtists.from_names(row["artist"] for row in rows if row["artist"])
    clips = [
        StarterClip(
            quadrant=row["quadrant"],
            artist_group=artist_group(row["artist"], known) or singleton_group(row["id"]),
            credited=credited_artists(row["artist"]),
            mood_tags=_split_words(row["mood_tags"]),
            genres=_split_words(row["genres"]),
            analysis=one,
            path=folder / row["path"],
        )
        for row, one in zip(rows, analysed, strict=True)
        if one is not None
    ]
    return clips, len(rows) - len(clips)


def _split_words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(";") if word.strip())


def _analyse_clips(paths: Sequence[Path], *, keep: Path | None) -> list[AnalysedClip | None]:
    versions = [SPEC.fingerprint, *(tagger.fingerprint for tagger in TAGGERS)]
    digits = hashlib.sha256("\n".join([*versions, *map(str, paths)]).encode()).hexdigest()[:12]
    kept = keep / f"starter-{digits}.npz" if keep else None
    if kept is not None and kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            return _unpack({name: stored[name] for name in stored.files})
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        analysed = list(pool.map(_analyse_clip, paths, chunksize=4))
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **_pack(analysed))
    return analysed


def _analyse_clip(path: Path) -> AnalysedClip | None:
    """None where it is refused."""
    try:
        analysis = analyse_clip(path, spec=SPEC, wanted=_WANTED, taggers=TAGGERS)
    except PermanentError:
        return None
    values = [decode_values(encode_values(analysis.tagger_outputs[tagger.name])) for tagger in TAGGERS]
    assert analysis.fingerprint is not None
    return AnalysedClip(
        row=np.concatenate([analysis.descriptors, *values]).astype(np.float32),
        audio_sha256=analysis.audio_sha256,
        fingerprint=analysis.fingerprint,
    )


def pack_fingerprints(fingerprints: Sequence[Fingerprint]) -> dict[str, Any]:
    """All of them as four arrays: words and levels one after the other, and how many each has."""
    return {
        "words": np.concatenate([one.words for one in fingerprints]).astype("<u4"),
        "n_words": np.array([len(one.words) for one in fingerprints], dtype="<i4"),
        "levels": np.concatenate([one.levels for one in fingerprints]).astype(np.uint8),
        "n_levels": np.array([len(one.levels) for one in fingerprints], dtype="<i4"),
    }


def _pack(analysed: Sequence[AnalysedClip | None]) -> dict[str, Any]:
    there = [one for one in analysed if one is not None]
    return {
        "is_there": np.array([one is not None for one in analysed]),
        "x": np.array([one.row for one in there]),
        "audio_sha256": np.array([one.audio_sha256 for one in there]),
        **pack_fingerprints([one.fingerprint for one in there]),
    }


def _unpack(kept: Mapping[str, np.ndarray]) -> list[AnalysedClip | None]:
    words = np.split(kept["words"], np.cumsum(kept["n_words"])[:-1])
    levels = np.split(kept["levels"].reshape(-1, N_BANDS), np.cumsum(kept["n_levels"])[:-1])
    there = iter(zip(kept["x"], kept["audio_sha256"].tolist(), words, levels, strict=True))

    def take_next() -> AnalysedClip:
        row, digits, own_words, own_levels = next(there)
        return AnalysedClip(row=row, audio_sha256=digits, fingerprint=Fingerprint(words=own_words, levels=own_levels))

    return [take_next() if is_there else None for is_there in kept["is_there"].tolist()]
