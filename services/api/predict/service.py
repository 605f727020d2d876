"""From a song that was sent in to its emotion: stored for a moment, analysed, answered by a champion."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from services.api.deps import Ports
from services.api.errors import not_found, not_scorable
from services.api.models.schemas import PredictionDocument
from services.api.predict.uploads import Song
from services.api.schemas.common import ModelReference
from services.api.schemas.valence_arousal import PointDocument
from services.api.tracks.head_schemas import SongPlaceDocument, SongTagsDocument
from services.api.tracks.service import Said, candidates, said_of, set_of, sure_of
from shared.domain.emotion import quadrant_of
from shared.domain.head import DIMENSIONS, TAGS, kind_of
from shared.domain.job import ItemState, Stage
from shared.inference.decoding import chosen_tags
from shared.inference.model_inputs import HEARD, upload_row
from shared.metrics.prediction_sets import RequestedSets, promise_of
from shared.store.models.training_predictions import TrainingAnswers
from shared.store.tables import JobItem, Model, Upload
from shared.store.tracks.uploads import Uploads, Wish
from shared.worker.context import send

SongDocument = PredictionDocument | SongTagsDocument | SongPlaceDocument
"""By the head of the model that answers."""


def require_listener(ports: Ports, taxonomy: str | None, model_id: UUID | None) -> Sequence[Model]:
    """The models that may answer for a song that is nothing but audio. Raises ProblemError where there is none."""
    found = candidates(ports, taxonomy, synthetic=False, model_id=model_id)
    listening = [model for model in found if model.inputs in HEARD]
    if not listening:
        raise not_scorable(
            "no_audio_model", "the models that may answer read catalogue columns, and a song has none: train on audio"
        )
    return listening


def take_in(ports: Ports, song: Song, wish: Wish) -> UUID:
    """Store the song and let it be analysed. The id of its job."""
    upload = ports.store.transact("upload.announce", lambda session: Uploads(session).announce(wish))
    assert upload.audio_key is not None
    ports.blobs.put(upload.audio_key, song.content)

    def start(session: Session) -> tuple[UUID, list[int]]:
        return Uploads(session).start(upload)

    job_id, item_ids = ports.store.transact("upload.start", start)
    send(ports.bus, Stage.UPLOAD, item_ids)
    return job_id


def answer_of(ports: Ports, job_id: UUID, *, wanted: RequestedSets) -> SongDocument | None:
    """The answer for a song, or None: it is still in work. Raises ProblemError with the reason why there is none."""
    upload = heard(ports, job_id)
    if upload is None:
        return None
    models = require_listener(ports, upload.taxonomy, upload.model_id)
    for model in models:
        with ports.store.read() as session:
            row = upload_row(session, upload, kind=model.inputs, spec=model.spec)
        if row is not None:
            with ports.store.read() as session:
                training = TrainingAnswers(session, model).for_audio(upload.audio_sha256)
            said = said_of(ports.champions.scorer(model).answer(row), training)
            return _document(upload, job_id, model, said, wanted)
    raise not_scorable(
        "other_features",
        "the models that may answer read features of another kind or version: train one on today's",
    )


def heard(ports: Ports, job_id: UUID) -> Upload | None:
    """A song that was sent in, with what was heard; None: it is still in work. Raises ProblemError, as `answer_of`."""
    with ports.store.read() as session:
        found = Uploads(session).of_job(job_id)
    if found is None:
        raise not_found("song of a job", job_id)
    upload, item = found
    return upload if _is_heard(item) else None


def _is_heard(item: JobItem) -> bool:
    """Whether the analysis is done. Raises ProblemError where it failed."""
    if item.state in {ItemState.FAILED, ItemState.SKIPPED}:
        raise not_scorable(item.reason or "internal", item.detail or "the analysis of this song was cancelled")
    return item.state == ItemState.DONE


def _document(upload: Upload, job_id: UUID, model: Model, answer: Said, wanted: RequestedSets) -> SongDocument:
    common: dict[str, Any] = {
        "name": upload.name,
        "taxonomy": model.taxonomy,
        "model": ModelReference.of(model),
        "duration_s": upload.duration_s,
        "track_id": upload.track_id,
        "job_href": f"/jobs/{job_id}",
        "basis": answer.basis,
    }
    classes, said = model.card["classes"], answer.numbers
    numbers = {name: round(p, 6) for name, p in zip(classes, said, strict=True)}
    kind = kind_of(model.taxonomy)
    if kind == TAGS:
        tags = chosen_tags(model.metrics, classes, said)
        thresholds = model.metrics["thresholds"]
        return SongTagsDocument(**common, tags=tags, predicted=tags, probabilities=numbers, thresholds=thresholds)
    if kind == DIMENSIONS:
        return SongPlaceDocument(**common, **numbers, quadrant=quadrant_of(numbers["valence"], numbers["arousal"]))
    return PredictionDocument(
        **common,
        emotion=classes[int(np.argmax(said))],
        probabilities=numbers,
        prediction_set=set_of(model, said, wanted),
        sets=wanted.sets,
        coverage=wanted.coverage,
        set_promise=promise_of(wanted.sets, wanted.coverage),
        sure=sure_of(model, answer),
        valence_arousal=PointDocument.of(answer.place) if answer.place else None,
    )
