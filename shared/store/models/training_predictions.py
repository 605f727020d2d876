"""What a model predicted, out of fold, for the tracks that it was trained on.

A recording counts as a training track where any of its tracks is in the training set, or a track with the same decoded
audio or with an acoustic fingerprint that is alike: the model was trained on it, in another encoding. A track that was
removed since is known by the same two.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.prediction import PredictionBasis
from shared.store.base_repository import BaseRepository
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.tables import Model


@dataclass(frozen=True)
class TrainingPrediction:
    """Of one training track: `probabilities` in the order of the card's classes, None where none were stored."""

    probabilities: list[float] | None

    @property
    def basis(self) -> PredictionBasis:
        """What a prediction for this track rests on."""
        return PredictionBasis.IN_SAMPLE if self.probabilities is None else PredictionBasis.OUT_OF_FOLD


class TrainingPredictionRepository(BaseRepository):
    """All SQL on the out-of-fold predictions of one model."""

    def __init__(self, session: Session, model: Model) -> None:
        super().__init__(session)
        self._given = {"snapshot": model.snapshot_id, "model": model.id}
        self._n_outputs = len(model.card["classes"])

    def list_by_track(self, track_ids: Collection[UUID]) -> dict[UUID, TrainingPrediction]:
        """Of the recordings in the training set: by their own example, else by an equal sound, else by an alike one."""
        if not track_ids:
            return {}
        fingerprints = FingerprintRepository(self._session)
        alike = fingerprints.list_alike_members(track_ids) + fingerprints.list_alike_deleted(track_ids)
        return self._run_query(
            _OF_TRACKS, track_ids=list(track_ids), asked=[pair[0] for pair in alike], alike=[pair[1] for pair in alike]
        )

    def get_by_audio(self, audio_sha256: str | None) -> TrainingPrediction | None:
        """Of a song that was sent in: None where no training track has this decoded audio."""
        predictions = self._run_query(_OF_AUDIO, audio=audio_sha256) if audio_sha256 else {}
        return next(iter(predictions.values()), None)

    def _run_query(self, examples: str, **given: Any) -> dict[UUID, TrainingPrediction]:
        rows = self._session.execute(text(examples + _STORED), self._given | given)
        answers: dict[UUID, TrainingPrediction] = {}
        for track_id, probabilities in rows:
            whole = probabilities if probabilities and len(probabilities) == self._n_outputs else None
            if track_id not in answers or (answers[track_id].probabilities is None and whole is not None):
                answers[track_id] = TrainingPrediction(whole)
        return answers


_OF_TRACKS = """
    with asked as (
        select tracks.id, tracks.survivor_id from tracks where tracks.survivor_id = any(cast(:track_ids as uuid[]))
    ), examples as (
        select asked.survivor_id as track_id, asked.id as example_id,
            cast(asked.id <> asked.survivor_id as int) as rank
        from asked
        union all
        select asked.survivor_id, equal.track_id, 1 from asked
        join feature_sets ours on ours.track_id = asked.id
        join feature_sets equal on equal.audio_sha256 = ours.audio_sha256 and equal.track_id <> asked.id
        union all
        select asked.survivor_id, removed.id, 1 from asked
        join feature_sets ours on ours.track_id = asked.id
        join deleted_tracks removed on removed.audio_sha256 @> array[ours.audio_sha256]
        union all
        select alike.asked_id, alike.track_id, 2
        from unnest(cast(:asked as uuid[]), cast(:alike as uuid[])) as alike (asked_id, track_id)
    )
"""
_OF_AUDIO = """
    with examples as (
        select track_id as example_id, track_id, 0 as rank from feature_sets where audio_sha256 = :audio
        union all
        select id, id, 1 from deleted_tracks where audio_sha256 @> array[cast(:audio as text)]
    )
"""
_STORED = """
    select examples.track_id, oof_predictions.probabilities from examples
    join snapshot_items on snapshot_items.track_id = examples.example_id and snapshot_items.snapshot_id = :snapshot
    left join oof_predictions
        on oof_predictions.track_id = examples.example_id and oof_predictions.model_id = :model
    order by examples.rank, examples.example_id
"""
