"""From a track to an emotion: the label, the champion's word, and which of them decides."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from services.api.deps import Ports
from services.api.errors import no_model, not_found, not_scorable
from shared.domain.annotation import AnnotatorKind, Label, derive_label
from shared.domain.emotion import TAXONOMIES
from shared.domain.job import ItemState, Stage
from shared.errors import Reason
from shared.registry.inputs import read_inputs
from shared.store.annotations import Annotations
from shared.store.features import Features
from shared.store.items import JobItems
from shared.store.models import Models
from shared.store.tables import Model, Track
from shared.store.tracks import Tracks


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What there is to say about a track's emotion."""

    track: Track
    model: Model
    emotion: str
    decided_by: str
    predicted: str
    probabilities: dict[str, float]
    label: Label | None


@dataclass(frozen=True)
class InWork:
    """The track is on its way: ask again."""

    stage: Stage
    state: ItemState


def answer(ports: Ports, track_id: UUID, taxonomy: str | None) -> Answer | InWork:
    """The emotion of a track. Raises ProblemError: unknown track, no model, or a track that cannot be scored."""
    with ports.store.read() as session:
        track = Tracks(session).get(track_id)
        annotations = Annotations(session).of([track_id])[track_id]
    if track is None:
        raise not_found("track", track_id)
    model = ports.champions.find(taxonomy, synthetic=track.synthetic, default_taxonomy=ports.settings.default_taxonomy)
    if model is None:
        raise no_model(taxonomy, synthetic=track.synthetic, refused=_last_refusal(ports, taxonomy, track))
    probabilities = _predicted(ports, track_id, model)
    if isinstance(probabilities, InWork):
        return probabilities
    emotions = TAXONOMIES[model.taxonomy].emotions
    predicted = emotions[int(np.argmax(probabilities))]
    label = derive_label(annotations, taxonomy=model.taxonomy)
    by_person = label is not None and label.annotator.kind is AnnotatorKind.PERSON
    return Answer(
        track=track,
        model=model,
        emotion=label.emotion if label and by_person else predicted,
        decided_by="person" if by_person else "model",
        predicted=predicted,
        probabilities={e: round(float(p), 6) for e, p in zip(emotions, probabilities, strict=True)},
        label=label,
    )


def _predicted(ports: Ports, track_id: UUID, model: Model) -> list[float] | InWork:
    with ports.store.read() as session:
        kept = Models(session).prediction(track_id, model.id)
        if kept is not None:
            return kept.probabilities
        inputs = read_inputs(session, [track_id], kind=model.inputs, spec=model.spec, blobs=ports.blobs)
        if not inputs.track_ids:
            return _why_not(ports, track_id, model)
    scorer = ports.champions.scorer(model)
    if model.inputs == "catalogue" and inputs.origins[0] not in scorer.card.origins:
        learned = ", ".join(scorer.card.origins)
        raise not_scorable(
            "unknown_origin",
            f"this track's catalogue features come from {inputs.origins[0]}, the model learned from {learned}",
        )
    probabilities: list[float] = [float(p) for p in scorer.score(inputs.x)[0]]
    emotions = TAXONOMIES[model.taxonomy].emotions
    row = {
        "track_id": track_id, "model_id": model.id, "probabilities": probabilities,
        "emotion": emotions[int(np.argmax(probabilities))],
    }  # fmt: skip
    ports.store.transact("prediction.save", lambda session: Models(session).save_predictions([row]))
    return probabilities


def _why_not(ports: Ports, track_id: UUID, model: Model) -> InWork:
    """Still in work, or a refusal that says why there is nothing to score."""
    with ports.store.read() as session:
        at = JobItems(session).open_stage_of(track_id)
        features = Features(session, spec=model.spec).get(track_id)
    if at is not None:
        return InWork(*at)
    if features is not None and features.reason is not None:
        raise not_scorable(features.reason, f"this track has no features: {features.detail}")
    needs = "catalogue features (danceability … time_signature)" if model.inputs == "catalogue" else "audio"
    raise not_scorable(
        Reason.NO_AUDIO.value,
        f"the model reads {model.inputs}, and this track has no {needs}: crawl it from where it has",
    )


def _last_refusal(ports: Ports, taxonomy: str | None, track: Track) -> str | None:
    wanted = taxonomy or ports.settings.default_taxonomy
    with ports.store.read() as session:
        latest = Models(session).page(taxonomy=wanted, synthetic=track.synthetic, limit=1)
    return latest[0].metrics.get("promotion") if latest else None
