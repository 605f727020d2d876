"""From a track to an emotion: its label, what the champion predicts, and which of them stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from services.api.deps import Ports, known_taxonomy, surviving_track
from services.api.errors import ProblemError, invalid, no_model, not_found, not_scorable
from shared.domain.annotation import Annotation
from shared.domain.dataset import NETWORK_INPUTS, SOUND
from shared.domain.head import CLASSES, kind_of
from shared.domain.job import ItemState, Stage
from shared.domain.labels import Decision, Label, decide_emotion
from shared.domain.prediction import Basis
from shared.domain.stages import stages_read
from shared.domain.targets import Place
from shared.errors import Reason
from shared.inference.batch import may_answer
from shared.inference.decoding import in_a_word
from shared.inference.model_inputs import CatalogueReading, read_inputs
from shared.inference.predictor import Answer as RawAnswer
from shared.metrics.prediction_sets import BY_CLASS, RequestedSets, prediction_set, prediction_set_by_class
from shared.metrics.selective_prediction import is_sure
from shared.store.features.repository import Features
from shared.store.features.spec_stages import SpecStages
from shared.store.jobs.items import JobItems
from shared.store.models.repository import Models
from shared.store.models.training_predictions import TrainingAnswer, TrainingAnswers
from shared.store.similarity.embeddings import Embeddings
from shared.store.tables import Model, Track
from shared.store.tracks.annotations import Annotations, LabelResolver
from shared.store.tracks.decisions import AnsweringModel

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


OUTDATED = "outdated"
"""The track has what the model reads in another version only."""


@dataclass(frozen=True)
class Said:
    """What a model says of a track."""

    numbers: list[float]
    """A probability, or a value on a dimension, for each of the card's classes."""
    place: Place | None
    """Of a model of classes that also answers valence and arousal."""
    basis: Basis
    """Of the numbers."""

    @property
    def place_basis(self) -> Basis | None:
        """Of the place: there is no out-of-fold one, so that of a training track is always in-sample."""
        if self.place is None:
            return None
        return Basis.HELD_OUT if self.basis is Basis.HELD_OUT else Basis.IN_SAMPLE


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """A model, and what it says of a track."""

    model: Model
    said: Said

    def by_name(self) -> dict[str, float]:
        """The numbers by the card's classes."""
        classes = self.model.card["classes"]
        return {name: round(float(number), 6) for name, number in zip(classes, self.said.numbers, strict=True)}

    @property
    def emotion(self) -> str:
        """The likeliest class."""
        emotions: list[str] = self.model.card["classes"]
        return emotions[int(np.argmax(self.said.numbers))]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What there is to say about a track's emotion."""

    track: Track
    taxonomy: str
    decision: Decision[str]
    model_answer: ModelAnswer | None
    """None where no model answers: then annotators decided."""
    label: Label | None


@dataclass(frozen=True)
class InWork:
    """The track is on its way: ask again."""

    stage: Stage
    state: ItemState


def answer(ports: Ports, track_id: UUID, taxonomy: str | None, *, model_id: UUID | None = None) -> Answer | InWork:
    """The emotion of a track, by its annotators and the champion or the model asked for.

    Raises ProblemError: unknown track or model, or nothing is known and no model can say anything.
    """
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        annotations = Annotations(session).of([track_id])[track_id]
    answering = asked_model(ports, taxonomy, synthetic=track.synthetic, model_id=model_id)
    with ports.store.read() as session:
        resolved = LabelResolver(answering.taxonomy).resolve(session, {track_id: annotations})
    consensus = resolved.get(track_id)
    label = consensus.label if consensus else None
    found = answer_or_none(ports, track, answering, is_known=label is not None and model_id is None)
    if isinstance(found, InWork):
        return found
    return Answer(
        track=track,
        taxonomy=answering.taxonomy,
        decision=decide_emotion(consensus, found.emotion if found else None),
        model_answer=found,
        label=label,
    )


def annotated_answer(
    ports: Ports, track_id: UUID, head: str, model_id: UUID | None, *, says: Callable[[Sequence[Annotation]], object]
) -> tuple[Track, Sequence[Annotation], ModelAnswer | None] | InWork:
    """Of a head that is no taxonomy: the track, its annotations, and what the model says; None where `says` finds
    something in the annotations and no model answers. Raises ProblemError, as `answer`.
    """
    with ports.store.read() as session:
        track = surviving_track(session, track_id)
        annotations = Annotations(session).of([track_id])[track_id]
    answering = asked_model(ports, head, synthetic=track.synthetic, model_id=model_id)
    found = answer_or_none(ports, track, answering, is_known=bool(says(annotations)) and model_id is None)
    return found if isinstance(found, InWork) else (track, annotations, found)


def answering_model(ports: Ports, taxonomy: str | None, *, synthetic: bool) -> AnsweringModel:
    """The one champion that answers for the tracks of a library."""
    return ports.champions.answering(taxonomy, synthetic=synthetic, default_taxonomy=ports.settings.default_taxonomy)


def asked_model(ports: Ports, taxonomy: str | None, *, synthetic: bool, model_id: UUID | None) -> AnsweringModel:
    """`answering_model`, or the one model asked for. Raises ProblemError where that may not answer."""
    if model_id is None:
        return answering_model(ports, taxonomy, synthetic=synthetic)
    model = _asked_for(ports, model_id, taxonomy, synthetic=synthetic)
    return AnsweringModel(model.taxonomy, model)


def require_emotion(taxonomy: str, emotion: str | None) -> None:
    """Raises ProblemError (422) for a word that the taxonomy has not."""
    emotions = known_taxonomy(taxonomy).emotions
    if emotion is not None and emotion not in emotions:
        known = ", ".join(emotions)
        raise invalid("unknown_emotion", f"{taxonomy} has no emotion {emotion!r}; it has {known}")


def answer_or_none(
    ports: Ports, track: Track, answering: AnsweringModel, *, is_known: bool
) -> ModelAnswer | InWork | None:
    """What the answering model says of a track; None where it cannot answer (yet) and annotators said something.

    Raises ProblemError where nothing is known either.
    """
    try:
        if answering.model is None:
            raise _no_champion(ports, answering.taxonomy, synthetic=track.synthetic)
        said = predicted(ports, track.id, answering.model)
    except ProblemError:
        if is_known:
            return None
        raise
    if isinstance(said, InWork):
        return None if is_known else said
    return ModelAnswer(model=answering.model, said=said)


def candidates(ports: Ports, taxonomy: str | None, *, synthetic: bool, model_id: UUID | None) -> Sequence[Model]:
    """Who may be asked about a song that is sent in, the first in front: the champions, or the one model asked for.

    Raises ProblemError.
    """
    if model_id is not None:
        return [_asked_for(ports, model_id, taxonomy, synthetic=synthetic)]
    wanted = taxonomy or ports.settings.default_taxonomy
    found = ports.champions.ranked(taxonomy, synthetic=synthetic, default_taxonomy=ports.settings.default_taxonomy)
    if not found:
        raise _no_champion(ports, wanted, synthetic=synthetic)
    return found


def _no_champion(ports: Ports, taxonomy: str, *, synthetic: bool) -> ProblemError:
    return no_model(taxonomy, synthetic=synthetic, refused=_last_refusal(ports, taxonomy, synthetic=synthetic))


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


def set_of(model: Model, probabilities: Sequence[float], wanted: RequestedSets) -> list[str] | None:
    """The prediction set; None for a model that was published without thresholds for such sets."""
    kept, classes = model.metrics.get("conformal", {}), model.card["classes"]
    if wanted.sets == BY_CLASS:
        by_class = kept.get(BY_CLASS)
        if by_class is None:
            return None
        return prediction_set_by_class(probabilities, classes, by_class["thresholds"], coverage=wanted.coverage)
    if "thresholds" not in kept:
        return None
    return prediction_set(probabilities, classes, kept["thresholds"], coverage=wanted.coverage)


def sure_of(model: Model, said: Said) -> bool | None:
    """Whether the model is sure of its answer; None for one that was published before it was measured, and for an
    in-sample answer, because the promise is about answers for artists that the answering model had not heard.
    """
    kept = model.metrics.get("conformal", {}).get("sure")
    if kept is None or said.basis is Basis.IN_SAMPLE:
        return None
    return is_sure(said.numbers, model.card["classes"], kept["thresholds"])


def predicted(ports: Ports, track_id: UUID, model: Model) -> Said | InWork:
    """What `model` says of a track: what it said before, or says now, which is kept. Raises ProblemError.

    Of a training track the stored out-of-fold answer.
    """
    with ports.store.read() as session:
        kept = Models(session).prediction(track_id, model.id)
        if kept is not None:
            return Said(kept.probabilities, kept.place, Basis(kept.basis))
        reading = CatalogueReading.of_card(model.card)
        inputs = read_inputs(
            session, [track_id], kind=model.inputs, spec=model.spec, blobs=ports.blobs, reading=reading
        )
        if not inputs.track_ids:
            return _why_not(ports, track_id, model)
        training = TrainingAnswers(session, model).list_by_track([track_id]).get(track_id)
    scorer = ports.champions.scorer(model)
    if not may_answer(scorer.card, inputs.origins[0]):
        learned = ", ".join(scorer.card.origins)
        raise not_scorable(
            "unknown_origin",
            f"this track's catalogue features come from {inputs.origins[0]}, the model learned from {learned}",
        )
    found = scorer.answer(inputs.x)
    said = said_of(found, training)
    words, (answered,) = in_a_word(model.taxonomy, model.card["classes"], np.array([said.numbers]))

    def save(session: Session) -> None:
        Models(session).save_prediction(
            track_id, model.id, emotion=words[answered], probabilities=said.numbers, place=said.place, basis=said.basis
        )
        if found.embedding is not None:
            Embeddings(session).save(model.id, [track_id], found.embedding)

    ports.store.transact("prediction.save", save)
    return said


def said_of(found: RawAnswer, training: TrainingAnswer | None) -> Said:
    """The first row of what a model computed; of a training track what it had predicted out of fold instead."""
    numbers = [float(p) for p in found.probabilities[0]]
    if training is None:
        return Said(numbers, found.place_of(0), Basis.HELD_OUT)
    stored = training.probabilities
    return Said(numbers if stored is None else list(stored), found.place_of(0), training.basis)


def _why_not(ports: Ports, track_id: UUID, model: Model) -> InWork:
    """Still in work, or a refusal that says why there is nothing to score."""
    with ports.store.read() as session:
        at = JobItems(session).open_stage_of(track_id)
        features = Features(session, spec=model.spec, kind=_heard_kind(model)).many([track_id]).get(track_id)
        read = stages_read(model.inputs, model.card["origins"])
        outdated = Features(session, spec=model.spec).outdated_stages(track_id, stages=read)
        of_today = SpecStages(session).sharing(ports.spec.fingerprint, read)
    if at is not None:
        return InWork(*at)
    if features is None and outdated:
        raise not_scorable(OUTDATED, _why_outdated(outdated, is_of_today=model.spec in of_today))
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


def _heard_kind(model: Model) -> str:
    """What of the model's input follows from audio: of fusion the descriptors, whose columns may be delivered."""
    return "descriptors" if model.inputs == "fusion" else model.inputs


def _why_outdated(stages: Sequence[str], *, is_of_today: bool) -> str:
    names = " and ".join(stages)
    if is_of_today:
        return f"this track's {names} were made by another version than the model reads: POST /features/recompute"
    return (
        f"the model reads an earlier version of {names} than this track has: POST /features/recompute for the library, "
        "then train on today's"
    )


def _last_refusal(ports: Ports, taxonomy: str, *, synthetic: bool) -> str | None:
    with ports.store.read() as session:
        latest = Models(session).page(taxonomy=taxonomy, synthetic=synthetic, limit=1)
    return latest[0].metrics.get("promotion") if latest else None
