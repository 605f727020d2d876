"""What a prediction rests on where a model was trained on the very recording: the one home of that rule.

An own model is asked for what it predicted out of fold. Of the starter, whose training recordings no library holds, an
alike acoustic fingerprint says that it was trained on a track, and its own prediction stands.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.starter.overlaps import find_training_recordings
from shared.store.models.training_predictions import TrainingPrediction
from shared.store.repositories import Repositories
from shared.store.tables import Model


def find_training_predictions(
    repositories: Repositories, model: Model, track_ids: Sequence[UUID]
) -> Mapping[UUID, TrainingPrediction]:
    """Of the recordings that `model` was trained on, by the tracks that stand for them; others are absent."""
    if is_starter(model):
        return dict.fromkeys(find_training_recordings(repositories, track_ids), TrainingPrediction(None))
    return repositories.training_predictions(model).list_by_track(track_ids)


def find_upload_prediction(
    repositories: Repositories, model: Model, audio_sha256: str | None
) -> TrainingPrediction | None:
    """Of a song that was sent in; None where `model` was not trained on a track with this decoded audio.

    Such a song has no fingerprint: the starter knows it where the library has a track of the same audio.
    """
    if not is_starter(model):
        return repositories.training_predictions(model).get_by_audio(audio_sha256)
    tracks = repositories.track_lookups.list_with_audio(audio_sha256) if audio_sha256 else ()
    return TrainingPrediction(None) if find_training_recordings(repositories, sorted(tracks)) else None


def is_starter(model: Model) -> bool:
    """Whether a model came with the project, also one that another version has taken the place of."""
    return model.card.get("starter") is not None
