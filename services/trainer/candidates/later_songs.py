"""How good a candidate with audio taggers is on songs that came out after the taggers were trained.

Earlier songs may have been among those that the taggers learned from; these cannot have been.
"""

from collections.abc import Sequence

import numpy as np

from services.trainer.candidates.origin_holdout import stack_targets
from services.trainer.heads.strategy import CandidateSpec
from shared.arrays import Floats, Mask
from shared.domain.head import DIMENSIONS
from shared.domain.taggers import TaggerSpec
from shared.json_objects import JsonObject
from shared.metrics.out_of_fold import OutOfFold
from shared.metrics.primary_metric import PRIMARY_METRICS

_MIN_SONGS = 50
_MIN_ARTISTS = 10
_MIN_ARTISTS_OF_OUTPUT = 3
"""Below these there is no figure: an emotion that two artists stand for makes half of its F1 chance."""
_N_RESAMPLES = 1000


def evaluate_later_songs(
    candidate: CandidateSpec, oof: Floats, *, taggers: Sequence[TaggerSpec], years: Floats
) -> JsonObject | None:
    """The primary metric of the head on later songs and on the others; None for a candidate that reads no taggers or
    one of which nobody knows the last year, or of whose songs no year is known.

    `oof: (n, k)` are the out-of-fold predictions, `years: (n,)` when each song came out, NaN where nobody knows.
    """
    trained_until = [tagger.trained_until for tagger in taggers]
    known = [year for year in trained_until if year is not None]
    if not known or len(known) < len(trained_until) or np.isnan(years).all():
        return None
    last = max(known)
    later = years > last
    figure: JsonObject = {"after": last, "n_unknown": int(np.isnan(years).sum())}
    return figure | {
        "later": _evaluate_songs(candidate, oof, later),
        "earlier": _evaluate_songs(candidate, oof, years <= last),
    }


def _evaluate_songs(candidate: CandidateSpec, oof: Floats, kept: Mask) -> JsonObject:
    """The metric of the rows `kept`, with its interval; or why there is none."""
    rows = np.flatnonzero(kept)
    items = [item for item, is_kept in zip(candidate.items, kept.tolist(), strict=True) if is_kept]
    groups = [item.group for item in items]
    counts: JsonObject = {"n_songs": len(rows), "n_artists": len(set(groups))}
    if len(rows) < _MIN_SONGS or len(set(groups)) < _MIN_ARTISTS:
        return counts | {"not_computed": f"it takes {_MIN_SONGS} songs by {_MIN_ARTISTS} artists"}
    answered = OutOfFold(
        predictions=oof[rows],
        targets=stack_targets(candidate)[rows],
        folds=np.array([item.fold for item in items], dtype=np.intp),
        groups=groups,
    )
    if candidate.head.kind != DIMENSIONS and answered.count_groups_with().min() < _MIN_ARTISTS_OF_OUTPUT:
        return counts | {"not_computed": f"it takes {_MIN_ARTISTS_OF_OUTPUT} artists of each label"}
    metric = PRIMARY_METRICS[candidate.head.kind]
    return counts | {metric.key: metric.figure_interval(answered, n_resamples=_N_RESAMPLES, seed=candidate.seed)}
