"""From a track to an emotion: its label, what the champion predicts, and which of them decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np

from services.api.deps import ApiPorts, require_model, require_surviving_track, require_taxonomy
from services.api.errors import ProblemError, invalid_request, no_model, not_scorable
from services.api.personal.service import add_person, predict_for_person
from services.api.tracks.unscored import PendingTrack, explain_unscored
from shared.domain.annotation import Annotation
from shared.domain.content_kind import ContentKind
from shared.domain.emotion import find_emotion
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.labels import EmotionDecision, TrackLabel, decide_emotion
from shared.domain.prediction import PredictionBasis
from shared.domain.targets import ValenceArousal
from shared.inference.batch import may_answer
from shared.inference.decoding import decode_predictions, read_none_below
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.inference.predictor import ModelOutput
from shared.inference.training_bases import find_training_predictions
from shared.metrics.prediction_sets import BY_CLASS, RequestedSets, prediction_set, prediction_set_by_class
from shared.metrics.selective_prediction import is_sure
from shared.store.models.training_predictions import TrainingPrediction
from shared.store.repositories import Repositories
from shared.store.tables import Model, Track
from shared.store.tracks.annotations import LabelResolver
from shared.store.tracks.decisions import AnsweringModel
from shared.store.tracks.personal_view import PersonalView


def find_top_emotion(model: Model, numbers: Sequence[float]) -> str | None:
    """The likeliest class of a model of classes; None where the model says that it is none of them."""
    emotions, (top,) = decode_predictions(
        model.taxonomy, model.card["classes"], np.array([numbers]), none_below=read_none_below(model.card)
    )
    return None if top is None else emotions[top]


@dataclass(frozen=True)
class ScoredOutput:
    """What a model predicts for a track."""

    numbers: list[float]
    """A probability, or a value on a dimension, for each of the card's classes."""
    valence_arousal: ValenceArousal | None
    """Of a model of classes that also predicts valence and arousal."""
    basis: PredictionBasis
    """Of the numbers."""

    @property
    def valence_arousal_basis(self) -> PredictionBasis | None:
        """Of `valence_arousal`: there are no out-of-fold ones, so those of a training track are always in-sample."""
        if self.valence_arousal is None:
            return None
        return PredictionBasis.HELD_OUT if self.basis is PredictionBasis.HELD_OUT else PredictionBasis.IN_SAMPLE


@dataclass(frozen=True, kw_only=True)
class ModelPrediction:
    """A model, and its output for a track."""

    model: Model
    output: ScoredOutput

    def numbers_by_class(self) -> dict[str, float]:
        """The numbers by the card's classes."""
        classes = self.model.card["classes"]
        return {name: round(float(number), 6) for name, number in zip(classes, self.output.numbers, strict=True)}

    @cached_property
    def top_emotion(self) -> str | None:
        """The likeliest class; None where the model says that it is none of its classes."""
        return find_top_emotion(self.model, self.output.numbers)


@dataclass(frozen=True, kw_only=True)
class TrackEmotion:
    """The emotion of a track: what decides, the prediction and the label."""

    synthetic: bool
    taxonomy: str
    decision: EmotionDecision[str]
    prediction: ModelPrediction | None
    """None where no model answers: then annotators decided."""
    label: TrackLabel | None
    content_kind: ContentKind | None
    """What is heard in a track that is no music and that nobody gives a mood."""
    personal: PersonalView | None = None
    """Whose answer it is; None: that of everybody together."""

    @property
    def is_shared(self) -> bool:
        """Whether the prediction is that of the model itself: what is promised of the model holds for no other."""
        return self.personal is None or self.personal.head is None


def decide_track_emotion(
    ports: ApiPorts,
    track_id: UUID,
    taxonomy: str | None,
    *,
    model_id: UUID | None = None,
    annotator: str | None = None,
) -> TrackEmotion | PendingTrack:
    """The emotion of a track, by its annotators and the champion or the model asked for; none of what is no music.

    With `annotator` it is that person's: by their own labels, and by the model as these change it. Raises ProblemError:
    unknown track, model or person, or nothing is known and no model can say anything.
    """
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        annotations = repositories.annotations.list_by_track([track_id])[track_id]
        kinds = repositories.decisions.list_content_kinds([track_id], annotations={track_id: annotations})
    content_kind = kinds.get(track_id)
    answering = add_person(
        ports, select_model(ports, taxonomy, synthetic=track.synthetic, model_id=model_id), annotator
    )
    personal = answering.personal
    deciding = annotations if personal is None else personal.keep_own(annotations)
    with ports.store.read() as repositories:
        consensus_by_track = LabelResolver(answering.taxonomy).resolve_labels(
            repositories.annotations, {track_id: deciding}
        )
    consensus = consensus_by_track.get(track_id)
    label = consensus.label if consensus else None
    is_known = label is not None or content_kind is not None
    prediction = predict_or_none(ports, track, answering, is_known=is_known and model_id is None)
    if isinstance(prediction, PendingTrack):
        return prediction
    if prediction is not None and personal is not None and personal.head is not None:
        prediction = _personalise(ports, track_id, prediction, personal, is_labelled=label is not None)
    return TrackEmotion(
        synthetic=track.synthetic,
        taxonomy=answering.taxonomy,
        decision=decide_emotion(consensus, prediction.top_emotion if prediction else None, content_kind=content_kind),
        prediction=prediction,
        label=label,
        content_kind=content_kind,
        personal=personal,
    )


def _personalise(
    ports: ApiPorts, track_id: UUID, prediction: ModelPrediction, personal: PersonalView, *, is_labelled: bool
) -> ModelPrediction:
    """The prediction as a person's labels change it: in-sample for a track that is among them."""
    output = prediction.output
    numbers = predict_for_person(ports, track_id, output.numbers, personal)
    basis = PredictionBasis.IN_SAMPLE if is_labelled else output.basis
    return replace(prediction, output=replace(output, numbers=numbers, basis=basis))


def predict_head(
    ports: ApiPorts,
    track_id: UUID,
    head: str,
    model_id: UUID | None,
    *,
    consensus: Callable[[Sequence[Annotation]], object],
) -> tuple[Track, Sequence[Annotation], ModelPrediction | None] | PendingTrack:
    """Of a head that is no taxonomy: the track, its annotations, and the prediction; None where `consensus` finds
    something in the annotations and no model answers. Raises ProblemError, as `decide_track_emotion`.
    """
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        annotations = repositories.annotations.list_by_track([track_id])[track_id]
    answering = select_model(ports, head, synthetic=track.synthetic, model_id=model_id)
    prediction = predict_or_none(ports, track, answering, is_known=bool(consensus(annotations)) and model_id is None)
    return prediction if isinstance(prediction, PendingTrack) else (track, annotations, prediction)


def get_answering_model(ports: ApiPorts, taxonomy: str | None, *, synthetic: bool) -> AnsweringModel:
    """The one model that answers for the tracks of a library, in the default taxonomy where none is named."""
    return ports.champions.get_answering(taxonomy, synthetic=synthetic)


def select_model(ports: ApiPorts, taxonomy: str | None, *, synthetic: bool, model_id: UUID | None) -> AnsweringModel:
    """`get_answering_model`, or the one model asked for. Raises ProblemError where that may not answer."""
    if model_id is None:
        return get_answering_model(ports, taxonomy, synthetic=synthetic)
    model = _require_answering_model(ports, model_id, taxonomy, synthetic=synthetic)
    return AnsweringModel(model.taxonomy, model)


def require_emotion(taxonomy: str, emotion_or_word: str) -> str:
    """The emotion of the taxonomy, by itself or by its word. Raises ProblemError (422) where it has none such."""
    known = require_taxonomy(taxonomy)
    emotion = find_emotion(known, emotion_or_word)
    if emotion is None:
        raise invalid_request(
            "unknown_emotion",
            f"{taxonomy} has no emotion {emotion_or_word!r}; it has {', '.join(known.emotions)}",
        )
    return emotion


def predict_or_none(
    ports: ApiPorts, track: Track, answering: AnsweringModel, *, is_known: bool
) -> ModelPrediction | PendingTrack | None:
    """The prediction of the answering model; None where it has none (yet) and something else is known of the track.

    Raises ProblemError where nothing is known either.
    """
    try:
        if answering.model is None:
            raise no_champion(ports, answering.taxonomy, synthetic=track.synthetic)
        output = predict_track(ports, track.id, answering.model)
    except ProblemError:
        if is_known:
            return None
        raise
    if isinstance(output, PendingTrack):
        return None if is_known else output
    return ModelPrediction(model=answering.model, output=output)


def list_candidate_models(
    ports: ApiPorts, taxonomy: str | None, *, synthetic: bool, model_id: UUID | None
) -> Sequence[Model]:
    """The models that may answer for an upload, the first in front: the champions, or the one model asked for.

    Raises ProblemError.
    """
    if model_id is not None:
        return [_require_answering_model(ports, model_id, taxonomy, synthetic=synthetic)]
    ranked = ports.champions.list_ranked(taxonomy, synthetic=synthetic)
    if not ranked:
        wanted = taxonomy or ports.champions.get_default_taxonomy(synthetic=synthetic)
        raise no_champion(ports, wanted, synthetic=synthetic)
    return ranked


def no_champion(ports: ApiPorts, taxonomy: str, *, synthetic: bool) -> ProblemError:
    """409: no model answers the taxonomy, with what is known of why."""
    return no_model(
        taxonomy,
        synthetic=synthetic,
        refused=_get_last_refusal(ports, taxonomy, synthetic=synthetic),
        lacking_taggers=() if synthetic else ports.champions.list_silent_starters().get(taxonomy, ()),
    )


def _require_answering_model(ports: ApiPorts, model_id: UUID, taxonomy: str | None, *, synthetic: bool) -> Model:
    with ports.store.read() as repositories:
        model = require_model(repositories, model_id)
    if model.synthetic != synthetic:
        learned, asked = (
            ("the demo library", "a real track") if model.synthetic else ("real tracks", "the demo library")
        )
        raise not_scorable("other_library", f"this model learned from {learned} and does not answer for {asked}")
    if taxonomy is None and get_head_kind(model.taxonomy) != CLASSES:
        raise not_scorable("other_taxonomy", f"this model answers {model.taxonomy}, which is no emotion")
    if taxonomy not in {None, model.taxonomy}:
        raise not_scorable("other_taxonomy", f"this model answers in {model.taxonomy}, not in {taxonomy}")
    return model


def compute_prediction_set(model: Model, probabilities: Sequence[float], wanted: RequestedSets) -> list[str] | None:
    """The prediction set; None for a model that was published without thresholds for such sets."""
    conformal, classes = model.metrics.get("conformal", {}), model.card["classes"]
    if wanted.sets == BY_CLASS:
        by_class = conformal.get(BY_CLASS)
        if by_class is None:
            return None
        return prediction_set_by_class(probabilities, classes, by_class["thresholds"], coverage=wanted.coverage)
    if "thresholds" not in conformal:
        return None
    return prediction_set(probabilities, classes, conformal["thresholds"], coverage=wanted.coverage)


def is_model_sure(model: Model, output: ScoredOutput) -> bool | None:
    """Whether the model is sure of its prediction; None for one that was published before it was measured, and for an
    in-sample prediction, because the promise is about artists that were not in the training set.
    """
    sure_metrics = model.metrics.get("conformal", {}).get("sure")
    if sure_metrics is None or output.basis is PredictionBasis.IN_SAMPLE:
        return None
    return is_sure(output.numbers, model.card["classes"], sure_metrics["thresholds"])


def predict_track(ports: ApiPorts, track_id: UUID, model: Model) -> ScoredOutput | PendingTrack:
    """The output of `model` for a track: the stored one, or one that is computed now and stored. Raises ProblemError.

    Of a training track the stored out-of-fold prediction.
    """
    with ports.store.read() as repositories:
        stored = repositories.models.get_prediction(track_id, model.id)
        if stored is not None:
            return ScoredOutput(stored.probabilities, stored.valence_arousal, PredictionBasis(stored.basis))
        reading = ModelReading.from_card(model.card)
        inputs = read_inputs(
            repositories, [track_id], kind=model.inputs, spec=model.spec, blobs=ports.blobs, reading=reading
        )
        if not inputs.track_ids:
            return explain_unscored(ports, track_id, model)
        training = find_training_predictions(repositories, model, [track_id]).get(track_id)
    scorer = ports.champions.get_predictor(model)
    if not may_answer(scorer.card, inputs.origins[0]):
        learned = ", ".join(scorer.card.origins)
        raise not_scorable(
            "unknown_origin",
            f"this track's catalogue features come from {inputs.origins[0]}, the model learned from {learned}",
        )
    model_output = scorer.predict_outputs(inputs.x)
    output = select_output(model_output, training)
    emotion = find_top_emotion(model, output.numbers)

    def save(repositories: Repositories) -> None:
        repositories.models.save_prediction(
            track_id,
            model.id,
            emotion=emotion,
            probabilities=output.numbers,
            valence_arousal=output.valence_arousal,
            basis=output.basis,
        )
        if model_output.embedding is not None:
            repositories.embeddings.save_vectors(model.id, [track_id], model_output.embedding)

    ports.store.transact("prediction.save", save)
    return output


def select_output(model_output: ModelOutput, training: TrainingPrediction | None) -> ScoredOutput:
    """The first row of what a model computed; of a training track its out-of-fold prediction instead."""
    numbers = [float(p) for p in model_output.probabilities[0]]
    if training is None:
        return ScoredOutput(numbers, model_output.get_valence_arousal(0), PredictionBasis.HELD_OUT)
    stored = training.probabilities
    return ScoredOutput(
        numbers if stored is None else list(stored), model_output.get_valence_arousal(0), training.basis
    )


def _get_last_refusal(ports: ApiPorts, taxonomy: str, *, synthetic: bool) -> str | None:
    with ports.store.read() as repositories:
        latest = repositories.models.list_page(taxonomy=taxonomy, synthetic=synthetic, limit=1)
    return latest[0].metrics.get("promotion") if latest else None
