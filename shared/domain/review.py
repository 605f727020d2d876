"""Which tracks a person is asked to label next, in words and numbers that the store, the API and the drawing share."""

from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

UNIFORM_SHARE = 0.3
"""Of the probability of a draw: the same for every track of the pool. It bounds the weight of a label by 1 / .3."""
ASKED_AGAIN_SHARE = 1 / 20
"""Of the tracks of a batch: tracks that the person labelled before."""
ASKED_AGAIN_AFTER = timedelta(days=7)
"""A label is that old when its track is asked about again, and a track that long not asked about again."""
MIN_LABELS_PER_CLASS = 5
"""Until a person has so many labels of every class, their numbers say nothing about what is needed."""
MIN_LABELS_FOR_FIGURES = 30
"""Below it a progress report holds counts only."""


class ReviewReason(StrEnum):
    """Why a track was drawn."""

    CHANCE = "chance"
    SPREAD = "spread"
    UNCERTAIN = "uncertain"
    UNLIKE = "unlike"
    NEEDED = "needed"
    ASKED_AGAIN = "asked_again"


REASON_TEXTS = MappingProxyType(
    {
        ReviewReason.CHANCE: "drawn by chance, so that the figures hold for the whole library",
        ReviewReason.SPREAD: "stands for a group of tracks that sound alike",
        ReviewReason.UNCERTAIN: "the model hesitates between two answers",
        ReviewReason.UNLIKE: "sounds unlike what you have labelled so far",
        ReviewReason.NEEDED: "may be of a kind of which you have labelled few",
        ReviewReason.ASKED_AGAIN: "asked again: shows how often you agree with yourself",
    }
)
"""What a person reads. None names a mood, which would suggest the label."""


def compute_draw_weight(probability: float, n_tracks: int) -> float:
    """How many tracks of the pool, in units of the average, a drawn track stands for: 1 / (N · π).

    The mean of a quantity over a pool of `n_tracks` is, in expectation, that of the drawn tracks with these weights
    (Hansen & Hurwitz, *On the theory of sampling from finite populations*, 1943). Raises ValueError unless both are
    above 0.
    """
    if probability <= 0 or n_tracks <= 0:
        raise ValueError("a drawn track has a probability above 0, in a pool that holds it")
    return 1 / (n_tracks * probability)
