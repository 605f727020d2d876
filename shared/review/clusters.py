"""Groups of tracks that sound alike: k-means on directions. Pure."""

import numpy as np

from shared.arrays import Floats32, Indices

_N_ROUNDS = 15
_MAX_FITTED = 5000
"""More vectors than that change the centres little; the others are assigned to them."""


def find_clusters(vectors: Floats32, n_clusters: int, *, rng: np.random.Generator) -> Indices:
    """`(n,)`: the cluster of each of the unit `vectors: (n, d)`, in [0, n_clusters), n ≥ 1. A cluster may be empty.

    Spherical k-means with the seeding of k-means++ (Dhillon & Modha 2001; Arthur & Vassilvitskii 2007).
    """
    n = len(vectors)
    fitted = vectors if n <= _MAX_FITTED else vectors[rng.choice(n, _MAX_FITTED, replace=False)]
    centres = _choose_centres(fitted, min(n_clusters, len(fitted)), rng=rng)
    for _ in range(_N_ROUNDS):
        cluster_of = (fitted @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, cluster_of, fitted)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        moved = np.where(lengths > 0, sums / np.maximum(lengths, np.finfo(np.float32).tiny), centres)
        if np.array_equal(moved, centres):
            break
        centres = moved
    nearest: Indices = (vectors @ centres.T).argmax(axis=1)
    return nearest


def _choose_centres(vectors: Floats32, n_clusters: int, *, rng: np.random.Generator) -> Floats32:
    """`(n_clusters, d)`: each far from those chosen before, by chance."""
    chosen = [int(rng.integers(len(vectors)))]
    distances = 1 - vectors @ vectors[chosen[0]]
    for _ in range(n_clusters - 1):
        shares = np.maximum(distances, 0).astype(np.float64)
        total = shares.sum()
        chosen.append(int(rng.choice(len(vectors), p=shares / total) if total > 0 else rng.integers(len(vectors))))
        distances = np.minimum(distances, 1 - vectors @ vectors[chosen[-1]])
    centres: Floats32 = vectors[chosen].copy()
    return centres
