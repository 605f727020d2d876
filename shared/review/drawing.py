"""Draw the tracks that a person labels next, each with the probability of its draw. Pure.

Tracks are drawn, not taken from the top of a list: only then do the labels say something about the whole library, and
only then does a model that is wrong with confidence find out. The probability of a draw is

    π = .3 / n + .7 · softmax(score)

over the n tracks that may be drawn: before any label the score spreads the draws over clusters of tracks that sound
alike; afterwards it is standardised

    (1 − margin between the two likeliest classes) · distance to the nearest label  [ + need of the classes ]

each part divided by its mean over those tracks. Need counts only once the person has five labels of every class.

A batch is drawn one by one. A track that was drawn, and the other tracks of its artist, may not be drawn again in the
batch, and its distance counts as if it were labelled. So the π that is kept is that of one draw, given the draws before
it in the batch; it sums to 1 over the tracks that might have been drawn instead, and is never below .3 / N, where N is
the size of the whole pool. Weights 1 / (N · π) make the mean over drawn tracks that over the pool, up to what the batch
itself takes out of it (Des Raj 1956).

Sources: Settles, *Active Learning Literature Survey* (2009), on margins and density; Imberg, Jonasson & Axelson-Fisk,
*Optimal sampling in unbiased active learning* (2020), on mixing with uniform draws; Farquhar, Gal & Rainforth, *On
statistical bias in active learning* (2021), on weights.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from shared.arrays import Floats, Floats32, Indices, Mask, Probabilities
from shared.domain.review import ASKED_AGAIN_SHARE, MIN_LABELS_PER_CLASS, UNIFORM_SHARE, ReviewReason
from shared.review.clusters import find_clusters

SHARPNESS = 2.0
"""By which standardised scores are multiplied before the softmax: `benchmarks review` compares values."""
NEED_SHARE = 6.0
"""What the need of classes counts beside margin and distance, both of mean 1."""
_MAX_DEVIATIONS = 4.0
"""A score counts no more than that above the mean, so that no single track takes all draws."""
_CHUNK = 4096
"""Labelled tracks compared at a time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ReviewPool:
    """The tracks that may be drawn, or a uniform sample of them."""

    vectors: Floats32
    """`(n, d)`: where they lie in the projection by which similar tracks are found; NaN where that is not known."""
    artists: Indices
    """`(n,)`: the position of each track's artist group among all."""
    probabilities: Probabilities
    """`(n, k)` by the model that answers; NaN where it has no answer."""
    is_music: Mask
    """`(n,)`. What is held not to be music has no score: it is drawn by chance alone, so that errors come to light."""
    n_tracks: int
    """N: the size of the pool of which this may be a sample."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelledTracks:
    """What the person has labelled."""

    vectors: Floats32
    """`(m, d)`, as in `ReviewPool`."""
    class_counts: Indices
    """`(k,)`: labels of each class that the model answers."""


@dataclass(frozen=True, kw_only=True)
class DrawnTrack:
    """A track that was drawn."""

    row: int
    """Its position in the pool."""
    probability: float
    """π, over the whole pool: of this draw, given those before it in the batch."""
    reason: ReviewReason


def draw_batch(
    pool: ReviewPool,
    labelled: LabelledTracks,
    *,
    n: int,
    rng: np.random.Generator,
    excluded_artists: Collection[int] = (),
    sharpness: float = SHARPNESS,
) -> list[DrawnTrack]:
    """`n` tracks, one an artist; fewer where there are not so many artists beside `excluded_artists`."""
    if not len(pool.artists):
        return []
    design = (
        _ScoredDesign(pool, labelled, sharpness=sharpness)
        if len(labelled.vectors)
        else _ClusterDesign(pool, n_clusters=n, rng=rng)
    )
    eligible = ~np.isin(pool.artists, list(excluded_artists))
    drawn: list[DrawnTrack] = []
    for _ in range(n):
        if not eligible.any():
            break
        uniform = eligible / eligible.sum()
        targeted = design.compute_shares(eligible)
        shares = uniform if targeted is None else UNIFORM_SHARE * uniform + (1 - UNIFORM_SHARE) * targeted
        row = int(rng.choice(len(shares), p=shares / shares.sum()))
        is_targeted = targeted is not None and (1 - UNIFORM_SHARE) * targeted[row] > UNIFORM_SHARE * uniform[row]
        drawn.append(
            DrawnTrack(
                row=row,
                # the sample is uniform: a track is in it with the probability len(pool) / N
                probability=float(shares[row] * len(pool.artists) / pool.n_tracks),
                reason=design.explain(row, eligible) if is_targeted else ReviewReason.CHANCE,
            )
        )
        eligible &= pool.artists != pool.artists[row]
        design.mark_drawn(row)
    return drawn


def count_asked_again(n: int, *, rng: np.random.Generator) -> int:
    """How many of `n` tracks are to be old ones: one in 20 on average, and exactly one of 20."""
    whole, rest = divmod(n * ASKED_AGAIN_SHARE, 1)
    return int(whole) + int(rng.random() < rest)


def measure_distances(vectors: Floats32, others: Floats32) -> Floats:
    """`(n,)`: the cosine distance of each of `vectors: (n, d)` to the nearest of `others: (m, d)`, in [0, 2].

    NaN where a vector is not known or has no direction, and everywhere where none of `others` has one.
    """
    mine, theirs = _normalise(vectors), _normalise(others)
    theirs = theirs[np.isfinite(theirs).all(axis=1)]
    if not len(theirs):
        return np.full(len(vectors), np.nan)
    nearest = np.full(len(vectors), -np.inf, dtype=np.float32)
    for start in range(0, len(theirs), _CHUNK):
        nearest = np.maximum(nearest, (mine @ theirs[start : start + _CHUNK].T).max(axis=1))
    return np.maximum(1 - nearest.astype(np.float64), 0)


class _ScoredDesign:
    """Draws by what the model does not know and the person has not labelled."""

    def __init__(self, pool: ReviewPool, labelled: LabelledTracks, *, sharpness: float) -> None:
        self._pool = pool
        self._sharpness = sharpness
        self._uncertainty = _fill_unknown(_measure_uncertainty(pool.probabilities))
        self._distance = measure_distances(pool.vectors, labelled.vectors)
        self._need = _measure_need(pool.probabilities, labelled.class_counts)

    def compute_shares(self, eligible: Mask) -> Floats | None:
        """`(n,)`: the softmax of the scores; None where no track that may be drawn has one."""
        scored = eligible & self._pool.is_music
        if not scored.any():
            return None
        score = _over_mean(self._uncertainty * _fill_unknown(self._distance), scored)
        if self._need is not None:
            score = score + NEED_SHARE * _over_mean(self._need, scored)
        mean, deviation = score[scored].mean(), score[scored].std()
        standardised = (score - mean) / deviation if deviation > 0 else np.zeros(len(score))
        exponents = np.exp(self._sharpness * (np.minimum(standardised, _MAX_DEVIATIONS) - _MAX_DEVIATIONS))
        weights = np.where(scored, exponents, 0)
        shares: Floats = weights / weights.sum()
        return shares

    def explain(self, row: int, eligible: Mask) -> ReviewReason:
        """The part of the score that stands highest among those of the tracks that might have been drawn."""
        parts = {ReviewReason.UNCERTAIN: self._uncertainty, ReviewReason.UNLIKE: _fill_unknown(self._distance)}
        if self._need is not None:
            parts[ReviewReason.NEEDED] = self._need
        ranks = {reason: float((part[eligible] < part[row]).mean()) for reason, part in parts.items()}
        return max(ranks, key=lambda reason: ranks[reason])

    def mark_drawn(self, row: int) -> None:
        """From now on its neighbours are near a track that will be labelled."""
        to_drawn = measure_distances(self._pool.vectors, self._pool.vectors[[row]])
        self._distance = np.fmin(self._distance, to_drawn)


class _ClusterDesign:
    """Draws before there is any label: every cluster alike, and of each cluster every track alike."""

    def __init__(self, pool: ReviewPool, *, n_clusters: int, rng: np.random.Generator) -> None:
        self._is_music = pool.is_music
        unit = _normalise(pool.vectors)
        known = np.isfinite(unit).all(axis=1)
        self._cluster_of = np.full(len(unit), n_clusters, dtype=np.intp)  # those without a vector are one more
        if known.any():
            self._cluster_of[known] = find_clusters(unit[known], n_clusters, rng=rng)
        self._is_drawn = np.zeros(n_clusters + 1, dtype=np.bool_)

    def compute_shares(self, eligible: Mask) -> Floats | None:
        """`(n,)`: the softmax of minus the logarithm of the cluster's size; None where no cluster is left."""
        free = eligible & self._is_music & ~self._is_drawn[self._cluster_of]
        if not free.any():
            return None
        sizes = np.bincount(self._cluster_of[free], minlength=len(self._is_drawn))
        weights = np.where(free, 1 / np.maximum(sizes, 1)[self._cluster_of], 0)
        shares: Floats = weights / weights.sum()
        return shares

    def explain(self, row: int, eligible: Mask) -> ReviewReason:  # noqa: ARG002 - as of the other design
        """There is one."""
        return ReviewReason.SPREAD

    def mark_drawn(self, row: int) -> None:
        """Its cluster has its track."""
        self._is_drawn[self._cluster_of[row]] = True


def _measure_uncertainty(probabilities: Probabilities) -> Floats:
    """`(n,)`: 1 less the margin between the two likeliest classes."""
    if probabilities.shape[1] < 2:  # noqa: PLR2004 - no margin between fewer
        return np.full(len(probabilities), np.nan)
    second, first = np.partition(probabilities, -2, axis=1)[:, -2:].T
    margins: Floats = first - second
    return 1 - margins


def _measure_need(probabilities: Probabilities, class_counts: Indices) -> Floats | None:
    """`(n,)`: the expected need of a track's class, higher for classes with fewer labels; None before it is known."""
    if not len(class_counts) or class_counts.min() < MIN_LABELS_PER_CLASS:
        return None
    return _fill_unknown(probabilities @ (class_counts.min() / class_counts))


def _fill_unknown(values: Floats) -> Floats:
    """With the median where a value is not known; all 1 where none is."""
    known = np.isfinite(values)
    if known.all():
        return values
    return np.where(known, values, np.median(values[known]) if known.any() else 1.0)


def _over_mean(values: Floats, scored: Mask) -> Floats:
    mean = values[scored].mean()
    return values / mean if mean > 0 else values


def _normalise(vectors: Floats32) -> Floats32:
    """Of length 1; NaN where a vector has no direction."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, np.nan)).astype(np.float32)
