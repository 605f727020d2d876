"""Which recordings a model was trained on, however they are called now. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class RecordingTraces:
    """What recordings are known by: of one, or of a whole training set."""

    recordings: frozenset[UUID]
    """The survivors: tracks that were merged are one recording."""
    artist_groups: frozenset[str]
    """Of all their members."""
    audio_sha256: frozenset[str]
    """Of the decoded audio of all their members."""


class TrainingExposure(StrEnum):
    """By what a recording is known to a model, the strongest first."""

    RECORDING = "recording"
    ARTIST = "artist"
    AUDIO = "audio"
    FINGERPRINT = "fingerprint"
    """It sounds the same, in another encoding."""


class EvaluationCounts(TypedDict):
    """The labelled recordings of an evaluation: how many were judged, and why the others were not."""

    labelled: int
    in_training: int
    artist_in_training: int
    fingerprint_in_training: int
    audio_in_training_or_not_scorable: int
    """Known by their audio, or without the inputs or the origin that the model reads."""
    judged: int
    not_compared: int
    """Of those judged: without an acoustic fingerprint."""


def find_exposures(
    training: RecordingTraces, recordings: Mapping[UUID, RecordingTraces], *, alike: Collection[UUID] = ()
) -> dict[UUID, TrainingExposure]:
    """Those of `recordings` that are not new to a model with this `training` set, each with the reason.

    A recording is not new if it is in the set, if any of its members names an artist of the set, or if the audio of any
    of its members is in the set, or if it is among those that are `alike` a recording of the set by their acoustic
    fingerprints.
    """
    exposures: dict[UUID, TrainingExposure] = {}
    for key, one in recordings.items():
        if not training.recordings.isdisjoint(one.recordings):
            exposures[key] = TrainingExposure.RECORDING
        elif not training.artist_groups.isdisjoint(one.artist_groups):
            exposures[key] = TrainingExposure.ARTIST
        elif not training.audio_sha256.isdisjoint(one.audio_sha256):
            exposures[key] = TrainingExposure.AUDIO
        elif key in alike:
            exposures[key] = TrainingExposure.FINGERPRINT
    return exposures
