"""From a track to an emotion: the label, the champion's word, and which of them decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from services.api.deps import Ports, surviving_track
from services.api.errors import ProblemError, no_model, not_found, not_scorable
from services.api.labels import stand_in
from shared.domain.annotation import AnnotatorKind, Label
from shared.domain.dataset import NETWORK_INPUTS, SOUND
from shared.domain.head import CLASSES, kind_of
from shared.domain.job import ItemState, Stage
from shared.domain.targets import Place
from shared.errors import Reason
from shared.registry.answering import in_a_word
from shared.registry.bulk import may_answer
from shared.registry.inputs import CatalogueReading, read_inputs
from shared.registry.prediction_sets import prediction_set
from shared.store.annotations import Annotations
from shared.store.embeddings import Embeddings
from shared.store.features import Features
from shared.store.items import JobItems
from shared.store.models import Models
from shared.store.tables import Model, Track

_LACKS = MappingProxyType(
    {
        "spectrogram": "the model reads the mel spectrograms of the whole clip, and this track has none: POST "
        "/features/recompute",
        SOUND: "the model reads descriptors and the mel spectrograms of the whole clip, and this track has no "
        "spectrograms: POST /features/recompute",
        "waveform": "the model reads samples, and this track's are not stored: set MER_STORE_WAVEFORMS and POST "
        "/features/recompute",
    }
)
"""What to do about a track that was analysed and lacks what a network reads."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What there is to say about a track's emotion."""

    track: Track
    model: Model
    emotion: str
    decided_by: str
    predicted: str
    probabilities: dict[str, float]
    prediction_set: list[str] | None
    place: Place | None
    label: Label | None


@dataclass(frozen=True)
class Said:
    """What a model says of a track."""

    numbers: list[float]
    """A probability, or a value on a dimension, for each of the card's classes."""
    place: Place | None
    """Of a model of classes that also answers valence and arousal."""


@dataclass(frozen=True)
class InWork:
    """The track is on its way: ask again."""

    stage: Stage
    state: ItemState


def answer(
    ports: Ports, track_id: UUID, taxonomy: str | None, *, coverage: float, model_id: UUID | None = None
) -> Answer | InWork:
    """The emotion of a track, from the champions or from the model asked for.

    Raises ProblemError: unknown track or model, no model, or a track that cannot be scored.
    """
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        annotations = Annotations(session).of([track_id])[track_id]
    models = candidates(ports, taxonomy, synthetic=track.synthetic, model_id=model_id)
    found = first_that_can(ports, track, models)
    if isinstance(found, InWork):
        return found
    model, said = found
    probabilities = said.numbers
    emotions: list[str] = model.card["classes"]
    predicted = emotions[int(np.argmax(probabilities))]
    with ports.store.read() as session:
        standing = stand_in(session, {track_id: annotations}, taxonomy=model.taxonomy).get(track_id)
    label = standing.label if standing else None
    by_person = label is not None and label.annotator.kind is AnnotatorKind.PERSON
    return Answer(
        track=track,
        model=model,
        emotion=label.emotion if label and by_person else predicted,
        decided_by="person" if by_person else "model",
        predicted=predicted,
        probabilities={e: round(float(p), 6) for e, p in zip(emotions, probabilities, strict=True)},
        prediction_set=set_of(model, probabilities, coverage=coverage),
        place=said.place,
        label=label,
    )


def candidates(ports: Ports, taxonomy: str | None, *, synthetic: bool, model_id: UUID | None) -> Sequence[Model]:
    """Who may be asked, the first in front: the champions, or the one model asked for. Raises ProblemError."""
    if model_id is not None:
        return [_asked_for(ports, model_id, taxonomy, synthetic=synthetic)]
    wanted = taxonomy or ports.settings.default_taxonomy
    found = ports.champions.ranked(taxonomy, synthetic=synthetic, default_taxonomy=ports.settings.default_taxonomy)
    if not found:
        raise no_model(wanted, synthetic=synthetic, refused=_last_refusal(ports, wanted, synthetic=synthetic))
    return found


def _asked_for(ports: Ports, model_id: UUID, taxonomy: str | None, *, synthetic: bool) -> Model:
    with ports.store.read() as session:
        model = Models(session).get(model_id)
    if model is None:
        raise not_found("model", model_id)
    if model.synthetic != synthetic:
        learned, asked = (
            ("the demo library", "a real track") if model.synthetic else ("real tracks", "the demo library")
        )
        raise not_scorable("other_library", f"this model learned from {learned} and does not answer for {asked}")
    if taxonomy is None and kind_of(model.taxonomy) != CLASSES:
        raise not_scorable("other_taxonomy", f"this model answers {model.taxonomy}, which is no emotion")
    if taxonomy not in {None, model.taxonomy}:
        raise not_scorable("other_taxonomy", f"this model answers in {model.taxonomy}, not in {taxonomy}")
    return model


def set_of(model: Model, probabilities: Sequence[float], *, coverage: float) -> list[str] | None:
    """The prediction set; None for a model that was published without thresholds."""
    kept = model.metrics.get("conformal")
    if kept is None:
        return None
    return prediction_set(probabilities, model.card["classes"], kept["thresholds"], coverage=coverage)


def first_that_can(ports: Ports, track: Track, models: Sequence[Model]) -> tuple[Model, Said] | InWork:
    """The first of the models that can score this track. Raises what hinders the one that should have answered."""
    hindrance: ProblemError | None = None
    for model in models:
        try:
            said = predicted(ports, track.id, model)
        except ProblemError as error:
            hindrance = hindrance or error
        else:
            return said if isinstance(said, InWork) else (model, said)
    assert hindrance is not None
    raise hindrance


def predicted(ports: Ports, track_id: UUID, model: Model) -> Said | InWork:
    """What `model` says of a track: what it said before, or says now, which is kept. Raises ProblemError."""
    with ports.store.read() as session:
        kept = Models(session).prediction(track_id, model.id)
        if kept is not None:
            return Said(kept.probabilities, kept.place)
        reading = CatalogueReading.of_card(model.card)
        inputs = read_inputs(
            session, [track_id], kind=model.inputs, spec=model.spec, blobs=ports.blobs, reading=reading
        )
        if not inputs.track_ids:
            return _why_not(ports, track_id, model)
    scorer = ports.champions.scorer(model)
    if not may_answer(scorer.card, inputs.origins[0]):
        learned = ", ".join(scorer.card.origins)
        raise not_scorable(
            "unknown_origin",
            f"this track's catalogue features come from {inputs.origins[0]}, the model learned from {learned}",
        )
    found = scorer.answer(inputs.x)
    said = Said([float(p) for p in found.probabilities[0]], found.place_of(0))
    words, (answered,) = in_a_word(model.taxonomy, model.card["classes"], np.array([said.numbers]))

    def save(session: Session) -> None:
        Models(session).save_prediction(
            track_id, model.id, emotion=words[answered], probabilities=said.numbers, place=said.place
        )
        if found.embedding is not None:
            Embeddings(session).save(model.id, [track_id], found.embedding)

    ports.store.transact("prediction.save", save)
    return said


def _why_not(ports: Ports, track_id: UUID, model: Model) -> InWork:
    """Still in work, or a refusal that says why there is nothing to score."""
    with ports.store.read() as session:
        at = JobItems(session).open_stage_of(track_id)
        features = Features(session, spec=model.spec).many([track_id]).get(track_id)
    if at is not None:
        return InWork(*at)
    lacks_catalogue = model.inputs == "fusion" and features is not None and features.state == "ready"
    if model.inputs == "catalogue" or lacks_catalogue:
        columns = CatalogueReading.of_card(model.card).columns
        raise not_scorable(
            "no_catalogue_features",
            f"the model reads {len(columns)} catalogue columns ({', '.join(columns)}), and this track has not all of "
            "them: crawl a table that has, or train on descriptors",
        )
    if model.inputs in NETWORK_INPUTS and features is not None and features.state == "ready":
        raise not_scorable(f"no_{model.inputs}", _LACKS[model.inputs])
    if features is not None and features.reason is not None:
        raise not_scorable(features.reason, f"this track has no features: {features.detail}")
    raise not_scorable(
        Reason.NO_AUDIO.value, "the model reads audio, and this track came without: crawl the folder that holds it"
    )


def _last_refusal(ports: Ports, taxonomy: str, *, synthetic: bool) -> str | None:
    with ports.store.read() as session:
        latest = Models(session).page(taxonomy=taxonomy, synthetic=synthetic, limit=1)
    return latest[0].metrics.get("promotion") if latest else None
