"""The label consensus of a track's annotations, and the decision between people, a model and everybody else.

The one home of two rules.

- *Consensus.* The strongest kind of annotators decides: people over playlists, playlists over imported tables and
  folders. Between people, who correct themselves and each other, the latest word does. Among playlists the most weight
  wins (`domain.agreement`), among imports the most votes. An even contradiction gives no label.
- *Decision.* A person's label; else the champion's answer; else, where no model answers, the consensus of the others.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.content_kind import ContentKind

Answer = TypeVar("Answer")
"""An emotion, a tuple of tags, or a point on the valence-arousal plane."""
TrackKey = TypeVar("TrackKey", bound=Hashable)

AgreementWeights = Mapping[Annotator, float]
"""What the vote of each annotator weighs, in (0, 1)."""
NO_WEIGHTS: AgreementWeights = MappingProxyType({})
"""Every annotator weighs the same."""
EVEN_WEIGHT = 0.5
"""Of an annotator of whom nothing is known yet."""
_SAME_WEIGHT = 1e-9  # sums of the same weights in another order

_RANK = {kind: rank for rank, kind in enumerate(AnnotatorKind)}


@dataclass(frozen=True)
class LabelVote:
    """An annotator's latest annotation of a track in one taxonomy."""

    emotion: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class TrackLabel:
    """The emotion that stands for a track in one taxonomy, and who gave it."""

    taxonomy: str
    emotion: str
    annotator: Annotator
    at: datetime
    shares: Mapping[str, float] = field(default_factory=dict)
    """The soft label: the share of each emotion, of the weight of the votes that were counted; they sum to 1."""
    n_votes: int = 1
    """Annotators of the deciding kind."""


@dataclass(frozen=True, kw_only=True)
class LabelConsensus:
    """What a track's annotators say together in one taxonomy; `label` is None where they contradict evenly."""

    taxonomy: str
    kind: AnnotatorKind
    shares: Mapping[str, float]
    n_votes: int
    label: TrackLabel | None


class DecidedBy(StrEnum):
    """Who decided what stands for a track."""

    PERSON = "person"
    MODEL = "model"
    PLAYLIST = "playlist"
    IMPORT = "import"


@dataclass(frozen=True)
class ConsensusAnswer(Generic[Answer]):
    """What annotators of one kind say together."""

    answer: Answer
    kind: AnnotatorKind


@dataclass(frozen=True)
class EmotionDecision(Generic[Answer]):
    """What stands for a track, and who decided; both None where nothing is known."""

    answer: Answer | None
    decided_by: DecidedBy | None


def decide_answer(
    person: Answer | None, prediction: Answer | None, others: ConsensusAnswer[Answer] | None
) -> EmotionDecision[Answer]:
    """The person's label; else the champion's answer; else the consensus of the other annotators; else nothing.

    `prediction` is None where no model answers: no champion, nothing that it could read, or not scored yet.
    """
    if person is not None:
        return EmotionDecision(person, DecidedBy.PERSON)
    if prediction is not None:
        return EmotionDecision(prediction, DecidedBy.MODEL)
    if others is not None:
        return EmotionDecision(others.answer, DecidedBy(others.kind.value))
    return EmotionDecision(None, None)


def decide_between(consensus: ConsensusAnswer[Answer] | None, prediction: Answer | None) -> EmotionDecision[Answer]:
    """`decide_answer`, with the consensus told apart: people's is a person's label, any other is that of the others."""
    if consensus is not None and consensus.kind is AnnotatorKind.PERSON:
        return decide_answer(consensus.answer, prediction, None)
    return decide_answer(None, prediction, consensus)


def decide_emotion(
    consensus: LabelConsensus | None, prediction: str | None, *, content_kind: ContentKind | None = None
) -> EmotionDecision[str]:
    """`decide_between` for emotions. Annotators who contradict each other evenly say nothing.

    Of what is no music (`content_kind`) the model says nothing either.
    """
    if content_kind is not None:
        prediction = None
    label = consensus.label if consensus else None
    return decide_between(ConsensusAnswer(label.emotion, label.annotator.kind) if label else None, prediction)


def latest_votes(annotations: Iterable[Annotation], *, taxonomy: str) -> dict[Annotator, LabelVote]:
    """The vote of each annotator of one track: the latest annotation that says something in `taxonomy`."""
    latest: dict[Annotator, LabelVote] = {}
    for annotation in sorted(annotations, key=lambda a: a.at):
        emotion = annotation.emotion_in(taxonomy)
        if emotion is not None:
            latest[annotation.annotator] = LabelVote(emotion, annotation.at)
    return latest


def resolve_consensus(
    annotations: Iterable[Annotation], *, taxonomy: str, weights: AgreementWeights
) -> LabelConsensus | None:
    """The consensus of one track's annotators in `taxonomy`; None: nobody annotated it there."""
    latest = latest_votes(annotations, taxonomy=taxonomy)
    if not latest:
        return None
    kind = min((annotator.kind for annotator in latest), key=lambda kind: _RANK[kind])
    votes = {annotator: vote for annotator, vote in latest.items() if annotator.kind is kind}
    known = weights if kind is AnnotatorKind.PLAYLIST else NO_WEIGHTS
    weight: defaultdict[str, float] = defaultdict(float)
    for annotator, vote in votes.items():
        weight[vote.emotion] += known.get(annotator, EVEN_WEIGHT)
    total = sum(weight.values())
    shares = {emotion: one / total for emotion, one in sorted(weight.items(), key=lambda pair: -pair[1])}
    decisive = _latest_vote(votes) if kind is AnnotatorKind.PERSON else _heaviest_vote(votes, weight)
    label = None
    if decisive is not None:
        annotator, vote = decisive
        label = TrackLabel(
            taxonomy=taxonomy, emotion=vote.emotion, annotator=annotator, at=vote.at, shares=shares, n_votes=len(votes)
        )
    return LabelConsensus(taxonomy=taxonomy, kind=kind, shares=shares, n_votes=len(votes), label=label)


def resolve_label(annotations: Iterable[Annotation], *, taxonomy: str, weights: AgreementWeights) -> TrackLabel | None:
    """The label of a track in `taxonomy`; None: nobody annotated it, or the strongest annotators contradict evenly."""
    consensus = resolve_consensus(annotations, taxonomy=taxonomy, weights=weights)
    return consensus.label if consensus else None


def resolve_all_consensus(
    by_track: Mapping[TrackKey, Iterable[Annotation]], *, taxonomy: str, weights: AgreementWeights
) -> dict[TrackKey, LabelConsensus]:
    """The consensus of every track that somebody annotated in `taxonomy`."""
    resolved = {
        track: resolve_consensus(annotations, taxonomy=taxonomy, weights=weights)
        for track, annotations in by_track.items()
    }
    return {track: consensus for track, consensus in resolved.items() if consensus is not None}


def depends_on_weights(annotations: Iterable[Annotation], *, taxonomy: str) -> bool:
    """Whether the label depends on how much each annotator weighs: playlists decide, and they differ."""
    consensus = resolve_consensus(annotations, taxonomy=taxonomy, weights=NO_WEIGHTS)
    return consensus is not None and consensus.kind is AnnotatorKind.PLAYLIST and len(consensus.shares) > 1


def _latest_vote(votes: Mapping[Annotator, LabelVote]) -> tuple[Annotator, LabelVote]:
    return max(votes.items(), key=lambda pair: pair[1].at)


def _heaviest_vote(
    votes: Mapping[Annotator, LabelVote], weight: Mapping[str, float]
) -> tuple[Annotator, LabelVote] | None:
    most = max(weight.values())
    winners = [emotion for emotion, one in weight.items() if most - one < _SAME_WEIGHT]
    if len(winners) > 1:
        return None
    return _latest_vote({annotator: vote for annotator, vote in votes.items() if vote.emotion == winners[0]})
