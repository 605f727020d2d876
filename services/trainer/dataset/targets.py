"""What was said of tracks, as the targets of a training: by the kind of its head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from shared.domain.annotation import Annotation, Annotator
from shared.domain.head import CLASSES, DIMENSIONS, TAGS
from shared.domain.targets import has_tags, has_valence_arousal, resolve_tags, resolve_valence_arousal, select_deciding
from shared.domain.training import TrainRequest
from shared.errors import PermanentError, Reason
from shared.store.repositories import Repositories


@dataclass(frozen=True, kw_only=True)
class TrainingTarget:
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
class TargetSet:
    """The targets of a library."""

    targets: Mapping[UUID, TrainingTarget]
    n_contradictory: int = 0
    """Tracks that the strongest annotators contradict evenly."""


def load_targets(repositories: Repositories, request: TrainRequest) -> TargetSet:
    """The targets that `request` asks for. Raises PermanentError(`not_enough_labels`) where there are none at all."""
    target_set = _TARGET_LOADERS[request.kind](repositories, request)
    if not target_set.targets:
        kind = "synthetic tracks have" if request.synthetic else "tracks have"
        what, how = _MISSING_TARGETS[request.kind]
        raise PermanentError(
            Reason.NOT_ENOUGH_LABELS,
            f"no {kind} {what.format(request.taxonomy)}: {how}"
            f"{'' if request.synthetic else '; for the demo library train with library synthetic'}",
        )
    return target_set


def _load_emotions(repositories: Repositories, request: TrainRequest) -> TargetSet:
    resolved = repositories.annotations.list_label_consensus(
        taxonomy=request.build_taxonomy().name, synthetic=request.synthetic
    )
    targets = {
        track_id: TrainingTarget(words=(consensus.label.emotion,), origin=_name_origin(consensus.label.annotator))
        for track_id, consensus in resolved.items()
        if consensus.label is not None
    }
    return TargetSet(targets=targets, n_contradictory=len(resolved) - len(targets))


def _load_tags(repositories: Repositories, request: TrainRequest) -> TargetSet:
    judged = repositories.annotations.list_annotated(synthetic=request.synthetic)
    tags_of = {track_id: resolve_tags(annotations) for track_id, annotations in judged.items()}
    return TargetSet(
        targets={
            track_id: TrainingTarget(words=words, origin=_latest_origin(select_deciding(judged[track_id], has_tags)))
            for track_id, words in tags_of.items()
            if words
        }
    )


def _load_valence_arousal(repositories: Repositories, request: TrainRequest) -> TargetSet:
    judged = repositories.annotations.list_annotated(synthetic=request.synthetic)
    points = {track_id: resolve_valence_arousal(annotations) for track_id, annotations in judged.items()}
    return TargetSet(
        targets={
            track_id: TrainingTarget(
                words=tuple(f"{number:.4f}" for number in point),
                values=point,
                origin=_latest_origin(select_deciding(judged[track_id], has_valence_arousal)),
            )
            for track_id, point in points.items()
            if point is not None
        }
    )


def _name_origin(annotator: Annotator) -> str:
    return f"{annotator.kind.value}: {annotator.name}"


def _latest_origin(annotations: Sequence[Annotation]) -> str:
    return _name_origin(max(annotations, key=lambda annotation: annotation.at).annotator)


_TARGET_LOADERS: Mapping[str, Callable[[Repositories, TrainRequest], TargetSet]] = MappingProxyType(
    {CLASSES: _load_emotions, TAGS: _load_tags, DIMENSIONS: _load_valence_arousal}
)
_MISSING_TARGETS = {
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
