"""From a track to an emotion: its label, what the champion predicts, and which of them decides."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

import numpy as np

from services.api.deps import ApiPorts, require_model, require_surviving_track, require_taxonomy
from services.api.errors import ProblemError, invalid_request, no_model, not_scorable
from shared.domain.annotation import Annotation
from shared.domain.content_kind import ContentKind
from shared.domain.dataset import NETWORK_INPUTS, SOUND, TAGGER_POOL, TAGGER_READERS
from shared.domain.emotion import find_emotion
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.job import ItemState, Stage
from shared.domain.labels import EmotionDecision, TrackLabel, decide_emotion
from shared.domain.prediction import PredictionBasis
from shared.domain.stages import list_stages_read
from shared.domain.taggers import TaggerSpec, list_versions
from shared.domain.targets import ValenceArousal
from shared.errors import Reason
from shared.inference.batch import may_answer
from shared.inference.decoding import decode_predictions, read_none_below
from shared.inference.model_inputs import ModelReading, read_inputs
from shared.inference.predictor import ModelOutput
from shared.inference.training_bases import find_training_predictions
from shared.metrics.prediction_sets import BY_CLASS, RequestedSets, prediction_set, prediction_set_by_class
from shared.metrics.selective_prediction import is_sure
from shared.store.features.tagger_outputs import TaggerVersions
from shared.store.models.training_predictions import TrainingPrediction
from shared.store.repositories import Repositories
from shared.store.tables import Model, Track
from shared.store.tracks.annotations import LabelResolver
from shared.store.tracks.decisions import AnsweringModel

_MISSING_INPUTS = MappingProxyType(
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

    @property
    def top_emotion(self) -> str | None:
        """The likeliest class; None where the model says that it is none of its classes."""
        return find_top_emotion(self.model, self.output.numbers)


@dataclass(frozen=True, kw_only=True)
class TrackEmotion:
    """The emotion of a track: what decides, the prediction and the label."""

    track: Track
    taxonomy: str
    decision: EmotionDecision[str]
    prediction: ModelPrediction | None
    """None where no model answers: then annotators decided."""
    label: TrackLabel | None
    content_kind: ContentKind | None
    """What is heard in a track that is no music and that nobody gives a mood."""


@dataclass(frozen=True)
class PendingTrack:
    """The track is still being analysed: ask again."""

    stage: Stage
    state: ItemState


def decide_track_emotion(
    ports: ApiPorts, track_id: UUID, taxonomy: str | None, *, model_id: UUID | None = None
) -> TrackEmotion | PendingTrack:
    """The emotion of a track, by its annotators and the champion or the model asked for; none of what is no music.

    Raises ProblemError: unknown track or model, or nothing is known and no model can say anything.
    """
    with ports.store.read() as repositories:
        track = require_surviving_track(repositories, track_id)
        annotations = repositories.annotations.list_by_track([track_id])[track_id]
        kinds = repositories.decisions.list_content_kinds([track_id], annotations={track_id: annotations})
    content_kind = kinds.get(track_id)
    answering = select_model(ports, taxonomy, synthetic=track.synthetic, model_id=model_id)
    with ports.store.read() as repositories:
        consensus_by_track = LabelResolver(answering.taxonomy).resolve_labels(
            repositories.annotations, {track_id: annotations}
        )
    consensus = consensus_by_track.get(track_id)
    label = consensus.label if consensus else None
    is_known = label is not None or content_kind is not None
    prediction = predict_or_none(ports, track, answering, is_known=is_known and model_id is None)
    if isinstance(prediction, PendingTrack):
        return prediction
    return TrackEmotion(
        track=track,
        taxonomy=answering.taxonomy,
        decision=decide_emotion(consensus, prediction.top_emotion if prediction else None, content_kind=content_kind),
        prediction=prediction,
        label=label,
        content_kind=content_kind,
    )


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
            raise _no_champion_error(ports, answering.taxonomy, synthetic=track.synthetic)
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
        raise _no_champion_error(ports, wanted, synthetic=synthetic)
    return ranked


def _no_champion_error(ports: ApiPorts, taxonomy: str, *, synthetic: bool) -> ProblemError:
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
            return _explain_unscored(ports, track_id, model)
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


def _explain_unscored(ports: ApiPorts, track_id: UUID, model: Model) -> PendingTrack:
    """Why a track cannot be scored: it is still being analysed, or ProblemError with what it lacks."""
    with ports.store.read() as repositories:
        open_stage = repositories.job_items.get_open_stage(track_id)
        features = (
            repositories.features(spec=model.spec, kind=_audio_kind(model)).list_by_track([track_id]).get(track_id)
        )
        stages = list_stages_read(model.inputs, model.card["origins"])
        outdated = repositories.features(spec=model.spec).list_outdated_stages(track_id, stages=stages)
        current_specs = repositories.spec_stages.list_specs_sharing(ports.spec.fingerprint, stages)
        versions = ModelReading.from_card(model.card).taggers
        outdated_taggers = repositories.tagger_outputs.list_outdated(track_id, versions=versions)
        untagged = repositories.tagger_outputs.list_missing(track_id, versions=versions)
    if open_stage is not None:
        return PendingTrack(*open_stage)
    if (features is None and outdated) or outdated_taggers:
        is_current = model.spec in current_specs and _are_taggers_current(versions, ports.features.known_taggers)
        raise not_scorable(OUTDATED, _explain_outdated([*outdated, *outdated_taggers], is_current=is_current))
    lacks_catalogue = model.inputs == "fusion" and features is not None and features.state == "ready"
    if model.inputs == "catalogue" or lacks_catalogue:
        columns = ModelReading.from_card(model.card).columns
        raise not_scorable(
            "no_catalogue_features",
            f"the model reads {len(columns)} catalogue columns ({', '.join(columns)}), and this track has not all of "
            "them: crawl a table that has, or train on descriptors",
        )
    if model.inputs in TAGGER_READERS and untagged and features is not None and features.state == "ready":
        is_pool = model.inputs == TAGGER_POOL
        setting = "MER_STORE_TAGGER_POOL asks for them" if is_pool else "MER_TAGGERS names them"
        raise not_scorable(
            "no_audio_tags",
            f"the model reads the values of {', '.join(versions)}, and this track has none of {', '.join(untagged)} "
            f"yet: they are computed in the background where {setting}, and POST /features/recompute asks for them now",
        )
    if model.inputs in NETWORK_INPUTS and features is not None and features.state == "ready":
        raise not_scorable(f"no_{model.inputs}", _MISSING_INPUTS[model.inputs])
    if features is not None and features.reason is not None:
        raise not_scorable(features.reason, f"this track has no features: {features.detail}")
    raise not_scorable(
        Reason.NO_AUDIO.value, "the model reads audio, and this track came without: crawl the folder that holds it"
    )


def _audio_kind(model: Model) -> str:
    """What of the model's input follows from audio: of fusion the descriptors, whose columns may be delivered."""
    return "descriptors" if model.inputs == "fusion" else model.inputs


def _are_taggers_current(versions: TaggerVersions, known_taggers: Iterable[TaggerSpec]) -> bool:
    """Whether taggers of today give these versions."""
    today = list_versions(known_taggers)
    return all(today.get(name) == digits for name, digits in versions.items())


def _explain_outdated(stages: Sequence[str], *, is_current: bool) -> str:
    names = " and ".join(stages)
    if is_current:
        return f"this track's {names} were made by another version than the model reads: POST /features/recompute"
    return (
        f"the model reads an earlier version of {names} than this track has: POST /features/recompute for the library, "
        "then train on today's"
    )


def _get_last_refusal(ports: ApiPorts, taxonomy: str, *, synthetic: bool) -> str | None:
    with ports.store.read() as repositories:
        latest = repositories.models.list_page(taxonomy=taxonomy, synthetic=synthetic, limit=1)
    return latest[0].metrics.get("promotion") if latest else None
