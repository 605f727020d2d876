"""How far annotators agree with each other, and what each one's word weighs. Pure.

Conventions, for one annotator in one taxonomy, over the *shared* tracks: those that somebody else judged too.

- `agreement`: on each shared track the share of the others who say the same, averaged over the tracks. In [0, 1].
- `chance`: what that would be if the annotator and the others spoke independently, each as often as they do: the sum
  over emotions of the annotator's share of it times the others' (each track of the others counts once). In [0, 1].
- `kappa`: (agreement - chance) / (1 - chance), 1 at best, 0 at chance, below 0 under it (Cohen, *A Coefficient of
  Agreement for Nominal Scales*, 1960, eq. 1, with the others pooled as the second judge). None where chance is 1.
- `weight`: (n_shared * agreement + 1) / (n_shared + 2), in (0, 1): Laplace's rule of succession, so that one shared
  track makes nobody an authority; 1/2 for whom nobody can be compared with. That voters count by how often they agree
  with others is the idea of Snow et al., *Cheap and Fast - But is it Good?* (2008, section 6), with the other
  annotators in the place of a gold standard.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Judge = TypeVar("Judge", bound=Hashable)

_PRIOR_AGREED = 1
_PRIOR_SHARED = 2


@dataclass(frozen=True, kw_only=True)
class AnnotatorAgreement:
    """One annotator beside all others. `agreement`, `chance` and `kappa` are None without a shared track."""

    n_tracks: int
    n_shared: int
    agreement: float | None
    chance: float | None
    kappa: float | None
    weight: float


def measure_agreements(tracks: Iterable[Mapping[Judge, str]]) -> dict[Judge, AnnotatorAgreement]:
    """The agreement of everybody who judged any of `tracks`, each a map of annotator to emotion.

    The cost is linear in the number of annotations.
    """
    n_tracks: Counter[Judge] = Counter()
    n_shared: Counter[Judge] = Counter()
    agreed: defaultdict[Judge, float] = defaultdict(float)
    own: defaultdict[Judge, Counter[str]] = defaultdict(Counter)
    others: defaultdict[Judge, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for emotion_of in tracks:
        n_tracks.update(emotion_of.keys())
        if len(emotion_of) < 2:  # noqa: PLR2004 - nobody to compare with
            continue
        tally = Counter(emotion_of.values())
        n_others = len(emotion_of) - 1
        for judge, emotion in emotion_of.items():
            n_shared[judge] += 1
            agreed[judge] += (tally[emotion] - 1) / n_others
            own[judge][emotion] += 1
            for label, count in tally.items():
                others[judge][label] += (count - (label == emotion)) / n_others
    return {
        judge: _agreement_from_counts(n, n_shared[judge], agreed[judge], own[judge], others[judge])
        for judge, n in n_tracks.items()
    }


def _agreement_from_counts(
    n_tracks: int, n_shared: int, agreed: float, own: Mapping[str, int], others: Mapping[str, float]
) -> AnnotatorAgreement:
    weight = (agreed + _PRIOR_AGREED) / (n_shared + _PRIOR_SHARED)
    if n_shared == 0:
        return AnnotatorAgreement(n_tracks=n_tracks, n_shared=0, agreement=None, chance=None, kappa=None, weight=weight)
    observed = agreed / n_shared
    chance = sum(count * others.get(emotion, 0.0) for emotion, count in own.items()) / n_shared**2
    kappa = (observed - chance) / (1 - chance) if chance < 1 else None
    return AnnotatorAgreement(
        n_tracks=n_tracks, n_shared=n_shared, agreement=observed, chance=chance, kappa=kappa, weight=weight
    )
