"""What was said of tracks, as the targets of a training: by the kind of its head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.annotation import Annotation, Annotator
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.domain.targets import deciding, place_heard, says_place, says_tags, tags_heard
from shared.domain.training import TrainRequest
from shared.errors import PermanentError, Reason
from shared.store.tracks.annotations import Annotations


@dataclass(frozen=True, kw_only=True)
class Target:
    """Of one track. What contradicts another target of the same recording has other `words`."""

    words: tuple[str, ...]
    """The emotion, the tags, or the numbers as text."""
    values: tuple[float, ...] = ()
    """Of dimensions."""
    origin: str | None = None
    """Kind and name of the annotator who decided; of several side by side the latest."""

    @property
    def text(self) -> str:
        """The words as one."""
        return ", ".join(self.words)


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The targets of a library."""

    targets: Mapping[UUID, Target]
    n_contradictory: int = 0
    """Tracks that the strongest annotators contradict evenly."""


def hear(session: Session, request: TrainRequest) -> Heard:
    """The targets that `request` asks for. Raises PermanentError(`not_enough_labels`) where there are none at all."""
    heard = _HEARERS[request.kind](session, request)
    if not heard.targets:
        kind = "synthetic tracks have" if request.synthetic else "tracks have"
        what, how = _WANTED[request.kind]
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            f"no {kind} {what.format(request.taxonomy)}: {how}"
            f"{'' if request.synthetic else '; for the demo library train with library synthetic'}",
        )
    return heard


def _emotions(session: Session, request: TrainRequest) -> Heard:
    resolved = Annotations(session).label_consensus(taxonomy=request.head().name, synthetic=request.synthetic)
    targets = {
        track_id: Target(words=(consensus.label.emotion,), origin=_origin(consensus.label.annotator))
        for track_id, consensus in resolved.items()
        if consensus.label is not None
    }
    return Heard(targets=targets, n_contradictory=len(resolved) - len(targets))


def _tags(session: Session, request: TrainRequest) -> Heard:
    judged = Annotations(session).judgements(synthetic=request.synthetic)
    said = {track_id: tags_heard(annotations) for track_id, annotations in judged.items()}
    return Heard(
        targets={
            track_id: Target(words=words, origin=_latest_origin(deciding(judged[track_id], says_tags)))
            for track_id, words in said.items()
            if words
        }
    )


def _places(session: Session, request: TrainRequest) -> Heard:
    judged = Annotations(session).judgements(synthetic=request.synthetic)
    said = {track_id: place_heard(annotations) for track_id, annotations in judged.items()}
    return Heard(
        targets={
            track_id: Target(
                words=tuple(f"{number:.4f}" for number in place),
                values=place,
                origin=_latest_origin(deciding(judged[track_id], says_place)),
            )
            for track_id, place in said.items()
            if place is not None
        }
    )


def _origin(annotator: Annotator) -> str:
    return f"{annotator.kind.value}: {annotator.name}"


def _latest_origin(annotations: Sequence[Annotation]) -> str:
    return _origin(max(annotations, key=lambda annotation: annotation.at).annotator)


_HEARERS: Mapping[str, Callable[[Session, TrainRequest], Heard]] = MappingProxyType(
    {CLASSES: _emotions, TAGS: _tags, DIMENSIONS: _places}
)
_WANTED = {
    CLASSES: (
        "a {} label",
        "crawl a labelled table, crawl a folder with an emotion, or label tracks by hand",
    ),
    TAGS: ("tags", "crawl a source that has tags, crawl with --tag, or tag tracks by hand"),
    DIMENSIONS: (
        "valence and arousal from anybody",
        "crawl a table with valence_label and arousal_label, or say both of tracks by hand",
    ),
}
