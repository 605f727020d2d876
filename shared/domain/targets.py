"""What annotations say together of a track for the heads that are no taxonomy: its tags, and its valence and arousal.

The strongest kind of annotators decides, as for emotions. Between people the latest word does; playlists and imports
count side by side: their tags are put together, and their points averaged, as the makers of such data sets do
(Aljanabi et al., *Developing a benchmark for emotional analysis of music*, 2017).
"""

from collections.abc import Callable, Iterable

from shared.domain.annotation import Annotation, Annotator, AnnotatorKind
from shared.domain.labels import ConsensusAnswer

ValenceArousal = tuple[float, float]
"""Valence and arousal, each in [-1, 1]."""


def normalise_tag(tag: str) -> str:
    """A tag as it is compared: case and the spaces around and within it make no difference."""
    return " ".join(tag.casefold().split())


def resolve_tags(annotations: Iterable[Annotation]) -> tuple[str, ...]:
    """The tags of a track, sorted, each once; empty where nobody gave any."""
    deciding = select_deciding(annotations, has_tags)
    words = {normalise_tag(tag) for annotation in deciding for tag in annotation.tags}
    return tuple(sorted(words - {""}))


def resolve_valence_arousal(annotations: Iterable[Annotation]) -> ValenceArousal | None:
    """Where a track lies on the plane; None where nobody said both numbers."""
    deciding = select_deciding(annotations, has_valence_arousal)
    points = [(annotation.valence or 0.0, annotation.arousal or 0.0) for annotation in deciding]
    if not points:
        return None
    valence, arousal = (sum(numbers) / len(points) for numbers in zip(*points, strict=True))
    return valence, arousal


def consensus_tags(annotations: Iterable[Annotation]) -> ConsensusAnswer[tuple[str, ...]] | None:
    """`resolve_tags` with the kind of annotators that gave them; None where nobody gave any."""
    annotations = list(annotations)
    tags = resolve_tags(annotations)
    return ConsensusAnswer(tags, _annotator_kind(select_deciding(annotations, has_tags))) if tags else None


def consensus_valence_arousal(annotations: Iterable[Annotation]) -> ConsensusAnswer[ValenceArousal] | None:
    """`resolve_valence_arousal` with the kind of annotators that gave it; None where nobody gave both numbers."""
    annotations = list(annotations)
    point = resolve_valence_arousal(annotations)
    return ConsensusAnswer(point, _annotator_kind(select_deciding(annotations, has_valence_arousal))) if point else None


def has_tags(annotation: Annotation) -> bool:
    """Whether it has tags."""
    return bool(annotation.tags)


def has_valence_arousal(annotation: Annotation) -> bool:
    """Whether it has both numbers."""
    return annotation.valence is not None and annotation.arousal is not None


def select_deciding(annotations: Iterable[Annotation], says: Callable[[Annotation], bool]) -> list[Annotation]:
    """The latest word of each annotator of the strongest kind, and of people only the very latest."""
    latest: dict[Annotator, Annotation] = {}
    for annotation in sorted(annotations, key=lambda a: a.at):
        if says(annotation):
            latest[annotation.annotator] = annotation
    for kind in AnnotatorKind:
        of_kind = [annotation for annotation in latest.values() if annotation.annotator.kind is kind]
        if of_kind:
            return [max(of_kind, key=lambda a: a.at)] if kind is AnnotatorKind.PERSON else of_kind
    return []


def _annotator_kind(annotations: Iterable[Annotation]) -> AnnotatorKind:
    return next(iter(annotations)).annotator.kind
