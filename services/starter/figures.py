"""What the cards of the starter say beside the metrics of any model: figures by genre, and of the reading."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from services.starter.mood_words import LISTS, WordReading
from shared.arrays import Floats, Indices, Mask
from shared.domain.emotion import MOOD4, QUADRANT4
from shared.domain.starter import GenreFigures, WordListFigures, WordShares
from shared.inference.decoding import decode_predictions
from shared.metrics.confusion import confusion_matrix, macro_f1, per_class_metrics
from shared.metrics.ranking import roc_auc

MIN_CLIPS = 20
"""Genres with fewer clips have no figures."""
MIN_CLIPS_OF_CLASS = 10
NONE = "none"
ALL = "all"
_HIGH_ENOUGH = 0.5


def list_genres(genres: Sequence[Sequence[str]], *, least: int = MIN_CLIPS) -> dict[str, Indices]:
    """The rows of each genre that has enough clips, those with the most first."""
    counts = Counter(genre for of_clip in genres for genre in of_clip)
    return {
        genre: np.array([i for i, of_clip in enumerate(genres) if genre in of_clip], dtype=np.intp)
        for genre, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        if n >= least
    }


def class_figures_by_genre(
    y: Indices, probabilities: Floats, artists: Sequence[str], genres: Sequence[Sequence[str]]
) -> dict[str, GenreFigures]:
    """Of out-of-fold `probabilities: (n, 4)` of quadrants."""
    figures: dict[str, GenreFigures] = {}
    for genre, rows in list_genres(genres).items():
        counts = confusion_matrix(y[rows], probabilities[rows])
        _, _, f1, support = per_class_metrics(counts)
        figures[genre] = {
            "n_clips": len(rows),
            "n_artists": len({artists[i] for i in rows.tolist()}),
            "macro_f1": float(macro_f1(counts)),
            "accuracy": float(np.trace(counts) / counts.sum()),
            "per_class_f1": {
                emotion: float(value)
                for emotion, value, n in zip(QUADRANT4.emotions, f1, support, strict=True)
                if n >= MIN_CLIPS_OF_CLASS
            },
        }
    return figures


def plane_figures_by_genre(
    is_high: Mask,
    probabilities: Floats,
    artists: Sequence[str],
    genres: Sequence[Sequence[str]],
    *,
    names: Sequence[str],
) -> dict[str, GenreFigures]:
    """Of out-of-fold `probabilities: (n, 2)` of being positive and active."""
    figures: dict[str, GenreFigures] = {}
    for genre, rows in list_genres(genres).items():
        figures[genre] = {
            "n_clips": len(rows),
            "n_artists": len({artists[i] for i in rows.tolist()}),
            "roc_auc": {
                name: float(roc_auc(probabilities[rows, j], is_high[rows, j], np.ones(len(rows))))
                if 0 < is_high[rows, j].sum() < len(rows)
                else None
                for j, name in enumerate(names)
            },
            "accuracy": float(((probabilities[rows] > _HIGH_ENOUGH) == is_high[rows]).mean()),
        }
    return figures


def choose_none_below(probabilities: Floats, *, share: float) -> float:
    """The limit below which the share `share` of the rows' largest probabilities lies, to three digits."""
    return round(float(np.quantile(probabilities.max(axis=1), share)), 3)


def word_shares(probabilities: Floats, genres: Sequence[Sequence[str]], *, none_below: float) -> dict[str, WordShares]:
    """How often each word of `mood4` is the answer, or none is: of all clips and by genre."""
    answers = name_answers(probabilities, none_below=none_below)
    rows_of: Mapping[str, Indices] = {ALL: np.arange(len(answers)), **list_genres(genres)}
    return {
        genre: {
            "n_clips": len(rows),
            "shares": {
                word: sum(answers[i] == word for i in rows.tolist()) / len(rows) for word in (*MOOD4.emotions, NONE)
            },
        }
        for genre, rows in rows_of.items()
    }


def name_answers(probabilities: Floats, *, none_below: float) -> list[str]:
    """The word that each row of `probabilities: (n, 4)` is answered with, or `NONE`."""
    words, answers = decode_predictions(MOOD4.name, MOOD4.emotions, probabilities, none_below=none_below)
    return [NONE if answer is None else words[answer] for answer in answers]


def describe_word_lists(reading: WordReading, answers: Sequence[str]) -> WordListFigures:
    """Of the two lists. `answers: (n,)` are those of the reading, out of fold for the clips that it was trained on."""
    plain = Counter(word for word in reading.plain if word is not None)
    is_plain = [word is not None for word in reading.plain]
    both = reading.judged_by_both
    return {
        "lists": list(LISTS),
        "n_clips": len(answers),
        "n_both": len(both),
        "kappa": reading.kappa,
        "kappa_of_all": reading.kappa_of_all,
        "n_trained_on": {word: plain[word] for word in MOOD4.emotions},
        "n_without_word": sum(reading.without_word),
        "n_several_words": sum(reading.several),
        "n_disagree": len(answers) - sum(is_plain) - sum(reading.without_word) - sum(reading.several),
        "none_share": {
            "trained_on": _none_share(answers, is_plain),
            "without_word": _none_share(answers, reading.without_word),
        },
    }


def _none_share(answers: Sequence[str], chosen: Sequence[bool]) -> float:
    kept = [answer == NONE for answer, is_chosen in zip(answers, chosen, strict=True) if is_chosen]
    return sum(kept) / len(kept) if kept else 0.0
