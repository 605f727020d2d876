"""Judgements about a track, and the label that follows from them.

Annotations are append-only. A person's stands over a playlist's, a playlist's over an imported table's; a model's
prediction is no annotation at all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.emotion import project


class AnnotatorKind(StrEnum):
    """Who judged, strongest first."""

    PERSON = "person"
    PLAYLIST = "playlist"
    IMPORT = "import"


_RANK = {kind: rank for rank, kind in enumerate(AnnotatorKind)}


@dataclass(frozen=True)
class Annotator:
    """A person, a playlist, or an imported table or folder."""

    kind: AnnotatorKind
    name: str


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """One judgement: this annotator hears this emotion, in the words of this taxonomy."""

    annotator: Annotator
    taxonomy: str
    emotion: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Label:
    """The emotion that stands for a track in one taxonomy, and whose word it is."""

    taxonomy: str
    emotion: str
    annotator: Annotator
    at: datetime


def derive_label(annotations: Iterable[Annotation], *, taxonomy: str) -> Label | None:
    """The label of a track in `taxonomy`, or None: nobody said, or the strongest annotators disagree evenly.

    Each annotator's latest word counts. Among annotators of the strongest kind the majority wins; between people, who
    correct themselves and each other, the latest word does.
    """
    latest: dict[Annotator, Label] = {}
    for annotation in sorted(annotations, key=lambda a: a.at):
        emotion = project(annotation.emotion, taxonomy=annotation.taxonomy, onto=taxonomy)
        if emotion is not None:
            latest[annotation.annotator] = Label(
                taxonomy=taxonomy, emotion=emotion, annotator=annotation.annotator, at=annotation.at
            )
    if not latest:
        return None
    strongest = min(_RANK[annotator.kind] for annotator in latest)
    voices = [label for label in latest.values() if _RANK[label.annotator.kind] == strongest]
    if voices[0].annotator.kind is AnnotatorKind.PERSON:
        return max(voices, key=lambda label: label.at)
    by_emotion: dict[str, list[Label]] = defaultdict(list)
    for label in voices:
        by_emotion[label.emotion].append(label)
    most = max(len(labels) for labels in by_emotion.values())
    winners = [labels for labels in by_emotion.values() if len(labels) == most]
    return max(winners[0], key=lambda label: label.at) if len(winners) == 1 else None
