"""The starter: models that come with mer and answer before anybody labelled a track. What their cards say besides.

Standard library only; the files are read in `shared.starter`.
"""

from typing import NotRequired, TypedDict


class GenreFigures(TypedDict):
    """Out of fold, on the clips of one genre; a clip counts in each of its genres. Heads lack some of the keys."""

    n_clips: int
    n_artists: int
    macro_f1: NotRequired[float]
    accuracy: NotRequired[float]
    per_class_f1: NotRequired[dict[str, float]]
    """Of classes with at least ten clips of the genre."""
    roc_auc: NotRequired[dict[str, float | None]]
    """By dimension; None where all clips of the genre are on one side."""


class WordShares(TypedDict):
    """What the reading answers on the clips of one genre, or on all: shares in [0, 1] by word, `none` among them."""

    n_clips: int
    shares: dict[str, float]


class WordListFigures(TypedDict):
    """Of the two lists of words that say which clips a reading is trained on."""

    lists: list[str]
    n_clips: int
    n_both: int
    """Clips to which both lists give exactly one word."""
    kappa: float
    """Cohen's, on these."""
    kappa_of_all: float
    """Cohen's on all clips, where *no word, or several* is a fifth answer."""
    n_trained_on: dict[str, int]
    """Clips to which both give the same word, by word."""
    n_without_word: int
    n_several_words: int
    """Clips left out: neither list names a word; either names several."""
    n_disagree: int
    none_share: dict[str, float]
    """Shares that are answered with none of the words, in [0, 1]: `trained_on` (out of fold) and `without_word`."""


class StarterCard(TypedDict):
    """What the card of a starter says of itself, beside its metrics."""

    version: int
    licence: str
    data: str
    provenance: str
    derived: bool
    """Whether it is a reading: made from words that other labels were translated to, without a figure of accuracy."""
    by_genre: dict[str, GenreFigures]
    meaning: NotRequired[str]
    """`probability`: valence and arousal are 2p - 1, with p the probability that a song is positive, or active."""
    none_below: NotRequired[float]
    """A reading answers with none of its words where the largest probability is below it."""
    word_lists: NotRequired[WordListFigures]
    word_shares: NotRequired[dict[str, WordShares]]
    """By genre, and `all`."""
