"""Whether a candidate becomes the champion. Pure.

Both are compared by what they said out of fold, on the tracks that both of them were judged on: neither is ever asked
about an artist that it had learned from, because the fold of an artist is the same in every snapshot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.trainer.evaluation import confusion_matrix, macro_f1


@dataclass(frozen=True)
class Verdict:
    """Whether to promote, and why, in words for the model's history."""

    promote: bool
    why: str


def judge(
    candidate: Mapping[UUID, Sequence[float]],
    champion: Mapping[UUID, Sequence[float]] | None,
    targets: Mapping[UUID, int],
    *,
    macro: float,
    floor: float,
) -> Verdict:
    """`candidate` and `champion` are out-of-fold probabilities by track; `macro` and `floor` the candidate's macro F1
    and that of the majority class. A tie keeps the champion.
    """
    if macro <= floor:
        return Verdict(promote=False, why=f"macro F1 {macro:.3f} is not above the majority baseline of {floor:.3f}")
    if champion is None:
        return Verdict(promote=True, why=f"the first to beat the majority baseline ({macro:.3f} over {floor:.3f})")
    shared = sorted(candidate.keys() & champion.keys() & targets.keys())
    if not shared:
        return Verdict(promote=True, why="the champion was judged on none of these tracks")
    y = np.array([targets[track_id] for track_id in shared], dtype=np.intp)
    mine, theirs = (
        float(macro_f1(confusion_matrix(y, np.array([said[track_id] for track_id in shared]))))
        for said in (candidate, champion)
    )
    if mine > theirs:
        return Verdict(
            promote=True, why=f"macro F1 {mine:.3f} over the champion's {theirs:.3f} on {len(shared)} shared tracks"
        )
    return Verdict(
        promote=False,
        why=f"macro F1 {mine:.3f} is not above the champion's {theirs:.3f} on {len(shared)} shared tracks; "
        "POST /models/<id>/promote overrules this",
    )
