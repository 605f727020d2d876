"""Judgements about a track, and the label that follows from them.

Annotations are append-only. A person's stands over a playlist's, a playlist's over an imported table's; a model's
prediction is no annotation at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.emotion import QUADRANT4, project, quadrant_of


class AnnotatorKind(StrEnum):
    """Who judged, strongest first."""

    PERSON = "person"
    PLAYLIST = "playlist"
    IMPORT = "import"


EVEN_WEIGHT = 0.5
"""Of an annotator of whom nothing is known yet."""
_SAME_WEIGHT = 1e-9  # sums of the same weights in another order

_RANK = {kind: rank for rank, kind in enumerate(AnnotatorKind)}


@dataclass(frozen=True)
class Annotator:
    """A person, a playlist, or an imported table or folder."""

    kind: AnnotatorKind
    name: str


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One judgement: an emotion in the words of a taxonomy, tags, a place on the plane, or several of them."""

    annotator: Annotator
    at: datetime
    taxonomy: str | None = None
    emotion: str | None = None
    tags: tuple[str, ...] = ()
    """Free words."""
    valence: float | None = None
    """In [-1, 1], as `arousal`."""
    arousal: float | None = None

    def heard_as(self, taxonomy: str) -> str | None:
        """The emotion in the words of `taxonomy`, or None where the judgement says nothing there."""
        if self.emotion is not None and self.taxonomy is not None:
            return project(self.emotion, taxonomy=self.taxonomy, onto=taxonomy)
        if self.valence is not None and self.arousal is not None:
            quadrant = quadrant_of(self.valence, self.arousal)
            return quadrant and project(quadrant, taxonomy=QUADRANT4.name, onto=taxonomy)
        return None


@dataclass(frozen=True, kw_only=True)
class Label:
    """The emotion that stands for a track in one taxonomy, and whose word it is."""

    taxonomy: str
    emotion: str
    annotator: Annotator
    at: datetime
    shares: Mapping[str, float] = field(default_factory=dict)
    """The soft label: the share of each emotion heard, of the weight of the voices that were asked; they sum to 1."""
    n_voices: int = 1
    """Annotators of the deciding kind who judged."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the judgements of a track stand in one taxonomy; `label` is None where they contradict each other evenly."""

    taxonomy: str
    kind: AnnotatorKind
    shares: Mapping[str, float]
    n_voices: int
    label: Label | None


@dataclass(frozen=True)
class Voice:
    """An annotator's latest word on a track in one taxonomy."""

    emotion: str
    at: datetime


def voices(annotations: Iterable[Annotation], *, taxonomy: str) -> dict[Annotator, Voice]:
    """Who says what of one track, each by the latest word that says something in `taxonomy`."""
    latest: dict[Annotator, Voice] = {}
    for annotation in sorted(annotations, key=lambda a: a.at):
        emotion = annotation.heard_as(taxonomy)
        if emotion is not None:
            latest[annotation.annotator] = Voice(emotion, annotation.at)
    return latest


def stand(
    annotations: Iterable[Annotation], *, taxonomy: str, weights: Mapping[Annotator, float] | None = None
) -> Standing | None:
    """How a track's judgements stand in `taxonomy`; None: nobody said anything.

    The strongest kind of annotators decides. Between people, who correct themselves and each other, the latest word
    does. Among playlists the most weight wins (`weights`, of `agreement`; without them all weigh the same), among
    imports the most voices. An even contradiction gives no label.
    """
    latest = voices(annotations, taxonomy=taxonomy)
    if not latest:
        return None
    kind = min((annotator.kind for annotator in latest), key=lambda kind: _RANK[kind])
    asked = {annotator: voice for annotator, voice in latest.items() if annotator.kind is kind}
    known = (weights or {}) if kind is AnnotatorKind.PLAYLIST else {}
    weight: defaultdict[str, float] = defaultdict(float)
    for annotator, voice in asked.items():
        weight[voice.emotion] += known.get(annotator, EVEN_WEIGHT)
    total = sum(weight.values())
    shares = {emotion: one / total for emotion, one in sorted(weight.items(), key=lambda pair: -pair[1])}
    decisive = _latest(asked) if kind is AnnotatorKind.PERSON else _weightiest(asked, weight)
    label = None
    if decisive is not None:
        annotator, voice = decisive
        label = Label(
            taxonomy=taxonomy, emotion=voice.emotion, annotator=annotator, at=voice.at, shares=shares,
            n_voices=len(asked),
        )  # fmt: skip
    return Standing(taxonomy=taxonomy, kind=kind, shares=shares, n_voices=len(asked), label=label)


def derive_label(
    annotations: Iterable[Annotation], *, taxonomy: str, weights: Mapping[Annotator, float] | None = None
) -> Label | None:
    """The label of a track in `taxonomy`, or None: nobody said, or the strongest annotators disagree evenly."""
    standing = stand(annotations, taxonomy=taxonomy, weights=weights)
    return standing.label if standing else None


def contested(annotations: Iterable[Annotation], *, taxonomy: str) -> bool:
    """Whether the label depends on how much each annotator weighs."""
    standing = stand(annotations, taxonomy=taxonomy)
    return standing is not None and standing.kind is AnnotatorKind.PLAYLIST and len(standing.shares) > 1


def _latest(asked: Mapping[Annotator, Voice]) -> tuple[Annotator, Voice]:
    return max(asked.items(), key=lambda pair: pair[1].at)


def _weightiest(asked: Mapping[Annotator, Voice], weight: Mapping[str, float]) -> tuple[Annotator, Voice] | None:
    most = max(weight.values())
    winners = [emotion for emotion, one in weight.items() if most - one < _SAME_WEIGHT]
    if len(winners) > 1:
        return None
    return _latest({annotator: voice for annotator, voice in asked.items() if voice.emotion == winners[0]})
