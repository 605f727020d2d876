"""The clips that the starter was trained on: their features, quadrants and hashes of artists; no audio, no names.

Features are standardised by column and rounded to float16. The models were fitted to the rounded values, so that the
rows given here are exactly those that they know.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.arrays import Features, Floats, Indices
from shared.domain.dataset import AUDIO_TAGS, TAGGED_DESCRIPTORS
from shared.fingerprints.matching import N_BANDS, Fingerprint

DATA = Path(__file__).parent / "data"
"""Empty, or not there, where the starter is left out."""
FEATURES_FILE, ROWS_FILE = "features.bin", "rows.npz"
_DIGITS = 16
"""Hexadecimal digits of a hashed artist group."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StarterRows:
    """A row a clip."""

    x: Features
    """`(n, n_features)` of `descriptors+audio_tags`, as a library's tracks have them: not standardised."""
    n_descriptors: int
    """How many of the first columns are descriptors; the others are those of the audio taggers."""
    quadrants: tuple[str, ...]
    """Of `quadrant4`."""
    artist_hashes: tuple[str, ...]
    """`hash_artist_group` of the artist group of each clip."""
    known_artist_hashes: frozenset[str]
    """Also of all artists who are credited together: a library may group such a credit otherwise."""
    folds: Indices
    """`(n,)`: in which fold each clip was held out."""
    out_of_fold: Floats
    """`(n, 4)`: the quadrant's probabilities by a model that did not know the clip's artist."""
    fingerprints: tuple[Fingerprint, ...]
    """Acoustic ones; empty where a clip has none."""
    fingerprint_version: int
    """Of `FingerprintSpec`; fingerprints of another version are not compared."""
    stage_fingerprints: Mapping[str, str]
    """Of the stages of analysis and the taggers whose values the columns are."""

    def select_columns(self, inputs: str) -> Features | None:
        """`(n, d)`: the columns that models of `inputs` read; None for inputs that are not among them."""
        parts = {
            "descriptors": self.x[:, : self.n_descriptors],
            AUDIO_TAGS: self.x[:, self.n_descriptors :],
            TAGGED_DESCRIPTORS: self.x,
        }
        return parts.get(inputs)


def load_starter_rows(folder: Path = DATA) -> StarterRows | None:
    """The rows; None where the starter is left out."""
    if not (folder / ROWS_FILE).is_file():
        return None
    with np.load(folder / ROWS_FILE, allow_pickle=False) as stored:
        kept = {name: stored[name] for name in stored.files}
    about = json.loads(str(kept["about"]))
    rounded = np.fromfile(folder / FEATURES_FILE, dtype="<f2").reshape(len(kept["quadrants"]), -1)
    return StarterRows(
        x=restore_features(rounded, mean=kept["mean"], scale=kept["scale"]),
        n_descriptors=about["n_descriptors"],
        quadrants=tuple(about["classes"][i] for i in kept["quadrants"].tolist()),
        artist_hashes=tuple(_read_hashes(kept["artists"])),
        known_artist_hashes=frozenset(_read_hashes(kept["known_artists"])),
        folds=kept["folds"].astype(np.intp),
        out_of_fold=kept["out_of_fold"].astype(np.float64),
        fingerprints=_read_fingerprints(kept),
        fingerprint_version=about["fingerprint_version"],
        stage_fingerprints=about["stage_fingerprints"],
    )


def restore_features(
    rounded: NDArray[np.float16], *, mean: NDArray[np.float32], scale: NDArray[np.float32]
) -> Features:
    """Raw values `(n, d)` of rounded standardised ones; the starter's graphs compute the same bits."""
    raw: Features = (rounded.astype(np.float64) * scale.astype(np.float64) + mean.astype(np.float64)).astype(np.float32)
    return raw


def hash_artist_group(group: str) -> str:
    """Sixteen hexadecimal digits over an artist group as tracks have it (`shared.domain.names.artist_group`)."""
    return hashlib.sha256(group.encode()).hexdigest()[:_DIGITS]


def _read_hashes(digests: NDArray[np.uint64]) -> list[str]:
    return [f"{digest:0{_DIGITS}x}" for digest in digests.tolist()]


def _read_fingerprints(kept: Mapping[str, NDArray[np.generic]]) -> tuple[Fingerprint, ...]:
    words = np.split(kept["words"].astype(np.uint32), np.cumsum(kept["n_words"])[:-1])
    levels = np.split(kept["levels"].astype(np.uint8).reshape(-1, N_BANDS), np.cumsum(kept["n_levels"])[:-1])
    return tuple(Fingerprint(words=one, levels=other) for one, other in zip(words, levels, strict=True))
