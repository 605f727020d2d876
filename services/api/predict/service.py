"""Predictions for uploads: a song is stored until it is analysed, then a champion predicts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.api.deps import ApiPorts
from services.api.errors import not_found, not_scorable
from services.api.models.schemas import UploadEmotionResponse
from services.api.predict.uploads import ReceivedSong
from services.api.schemas.content_kind import explain_no_emotion
from services.api.schemas.model import ModelReference, is_starter
from services.api.schemas.valence_arousal import ValenceArousalResponse, probabilities_of_point
from services.api.tracks.head_schemas import UploadTagsResponse, UploadValenceArousalResponse
from services.api.tracks.service import (
    ScoredOutput,
    compute_prediction_set,
    find_top_emotion,
    is_model_sure,
    list_candidate_models,
    select_output,
)
from shared.domain.content_kind import ContentKind, has_mood
from shared.domain.emotion import locate_quadrant, name_emotion
from shared.domain.head import DIMENSIONS, TAGS, get_head_kind
from shared.domain.job import ItemState, Stage
from shared.domain.prediction import PredictionBasis
from shared.inference.decoding import chosen_tags
from shared.inference.model_inputs import AUDIO_INPUTS, ModelReading, read_upload_row
from shared.inference.training_bases import find_upload_prediction
from shared.metrics.prediction_sets import RequestedSets, describe_guarantee
from shared.store.features.tagger_outputs import find_upload_kind
from shared.store.repositories import Repositories
from shared.store.tables import JobItem, Model, Upload
from shared.store.tracks.uploads import UploadRequest
from shared.worker.context import send_hints

UploadResponse = UploadEmotionResponse | UploadTagsResponse | UploadValenceArousalResponse
"""By the head of the model that answers."""


def require_audio_models(ports: ApiPorts, taxonomy: str | None, model_id: UUID | None) -> Sequence[Model]:
    """The models that may answer for a song that is nothing but audio. Raises ProblemError where there is none."""
    candidates = list_candidate_models(ports, taxonomy, synthetic=False, model_id=model_id)
    audio_models = [model for model in candidates if model.inputs in AUDIO_INPUTS]
    if not audio_models:
        raise not_scorable(
            "no_audio_model", "the models that may answer read catalogue columns, and a song has none: train on audio"
        )
    return audio_models


def accept_upload(ports: ApiPorts, song: ReceivedSong, request: UploadRequest) -> UUID:
    """Store the song and let it be analysed. The id of its job."""
    upload = ports.store.transact("upload.announce", lambda repositories: repositories.uploads.announce_upload(request))
    assert upload.audio_key is not None
    ports.blobs.put(upload.audio_key, song.content)

    def start(repositories: Repositories) -> tuple[UUID, list[int]]:
        return repositories.uploads.start_analysis(upload)

    job_id, item_ids = ports.store.transact("upload.start", start)
    send_hints(ports.bus, Stage.UPLOAD, item_ids)
    return job_id


def has_ended(ports: ApiPorts, job_id: UUID) -> bool:
    """Whether the analysis of a song is over, well or not."""
    with ports.store.read(autocommit=True) as repositories:
        return repositories.job_items.have_ended(job_id)


def predict_upload(ports: ApiPorts, job_id: UUID, *, wanted: RequestedSets) -> UploadResponse | None:
    """The prediction for a song; None: it is still being analysed. Raises ProblemError where there will be none."""
    upload = find_analysed_upload(ports, job_id)
    if upload is None:
        return None
    models = require_audio_models(ports, upload.taxonomy, upload.model_id)
    for model in models:
        reading = ModelReading.from_card(model.card)
        with ports.store.read() as repositories:
            row = read_upload_row(repositories, upload, kind=model.inputs, spec=model.spec, taggers=reading.taggers)
        if row is not None:
            with ports.store.read() as repositories:
                training = find_upload_prediction(repositories, model, upload.audio_sha256)
                content_kind = _find_content_kind(repositories, upload)
            output = select_output(ports.champions.get_predictor(model).predict_outputs(row), training)
            response = _upload_response(upload, job_id, model, output, wanted, content_kind=content_kind)
            if isinstance(response, UploadEmotionResponse) and output.basis is PredictionBasis.HELD_OUT:
                with ports.store.read() as repositories:
                    response.track_record = ports.starter_records.describe(repositories, model, response.emotion)
            return response
    raise not_scorable(
        "other_features",
        "the models that may answer read features of another kind or version: train one on today's",
    )


def find_analysed_upload(ports: ApiPorts, job_id: UUID) -> Upload | None:
    """An upload with its analysis; None: it is still being analysed. Raises ProblemError, as `predict_upload`."""
    with ports.store.read() as repositories:
        row = repositories.uploads.get_by_job(job_id)
    if row is None:
        raise not_found("song of a job", job_id)
    upload, item = row
    return upload if _is_analysed(item) else None


def _find_content_kind(repositories: Repositories, upload: Upload) -> ContentKind | None:
    """What is heard in a song that is no music; None also where somebody gave the track that it became a mood."""
    kind = find_upload_kind(upload.tagger_outputs)
    if kind is None or upload.track_id is None:
        return kind
    annotations = repositories.annotations.list_by_track([upload.track_id])[upload.track_id]
    return None if has_mood(annotations) else kind


def _is_analysed(item: JobItem) -> bool:
    """Whether the analysis is done. Raises ProblemError where it failed."""
    if item.state in {ItemState.FAILED, ItemState.SKIPPED}:
        raise not_scorable(item.reason or "internal", item.detail or "the analysis of this song was cancelled")
    return item.state == ItemState.DONE


def _upload_response(
    upload: Upload,
    job_id: UUID,
    model: Model,
    output: ScoredOutput,
    wanted: RequestedSets,
    *,
    content_kind: ContentKind | None,
) -> UploadResponse:
    common: dict[str, Any] = {
        "name": upload.name,
        "taxonomy": model.taxonomy,
        "model": ModelReference.from_row(model),
        "duration_s": upload.duration_s,
        "track_id": upload.track_id,
        "job_href": f"/jobs/{job_id}",
        "basis": output.basis,
    }
    classes, values = model.card["classes"], output.numbers
    numbers = {name: round(p, 6) for name, p in zip(classes, values, strict=True)}
    kind = get_head_kind(model.taxonomy)
    if kind == TAGS:
        tags = chosen_tags(model.metrics, classes, values)
        thresholds = model.metrics["thresholds"]
        return UploadTagsResponse(**common, tags=tags, predicted=tags, probabilities=numbers, thresholds=thresholds)
    if kind == DIMENSIONS:
        return UploadValenceArousalResponse(
            **common,
            **numbers,
            quadrant=locate_quadrant(numbers["valence"], numbers["arousal"]),
            probabilities=probabilities_of_point(model, numbers),
        )
    is_music = content_kind is None
    emotion = find_top_emotion(model, values) if is_music else None
    return UploadEmotionResponse(
        **common,
        emotion=emotion,
        emotion_name=name_emotion(model.taxonomy, emotion),
        reason=explain_no_emotion(emotion, content_kind),
        content_kind=content_kind,
        probabilities=numbers,
        prediction_set=compute_prediction_set(model, values, wanted) if is_music else None,
        sets=wanted.sets,
        coverage=wanted.coverage,
        set_promise=describe_guarantee(wanted.sets, wanted.coverage, is_starter=is_starter(model)),
        sure=is_model_sure(model, output) if is_music else None,
        valence_arousal=ValenceArousalResponse.from_valence_arousal(output.valence_arousal)
        if output.valence_arousal
        else None,
    )
