"""What stands for a track where annotators, models and training sets differ, and what is said where nothing does."""

from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.fingerprints.matching import FingerprintMatch
from shared.store.features.fingerprints import AlikeTracks, FingerprintRepository
from shared.store.features.repository import FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.models.training_predictions import TrainingPredictionRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import AddTrack
from tests.api.identity.songs import TABLE, Song, add_song, score_library, sure_of
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import SPEC, Judged, publish


def test_a_list_by_decision_is_read_in_pages_without_gaps_or_repetitions(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    tracks = [add_song(ports, add_track, f"song {n}", Song(sounds=MOOD4.emotions[n % 3])) for n in range(130)]
    for n in range(0, 130, 2):
        client.put(f"/tracks/{tracks[n]}/annotations/ada", json={"emotion": "calm"})
    for n in range(0, 130, 4):
        client.put(f"/tracks/{tracks[n]}/annotations/ada", json={"emotion": "sad"})
    score_library(ports, publish(ports, mood4, judged=tracks[0]))
    expected = [str(t) for n, t in enumerate(tracks) if n % 4 == 2 or (n % 2 and MOOD4.emotions[n % 3] == "calm")]
    for limit in (7, 50):
        seen: list[str] = []
        cursor = None
        while True:
            query: dict[str, Any] = {"emotion": "calm", "limit": limit} | ({"cursor": cursor} if cursor else {})
            page = client.get("/tracks", params=query).json()
            assert len(page["items"]) <= limit
            seen += [item["id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == expected


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ({"emotion": "bored"}, "calm, sad"),
        ({"emotion": "Q1", "taxonomy": "mood4"}, "calm, sad"),
        ({"emotion": ["Q1", "sad"]}, "Q1, Q2"),
    ],
)
def test_a_list_by_a_word_that_the_taxonomy_has_not_is_refused(
    shared_client: TestClient, query: dict[str, Any], known: str
) -> None:
    assert known in problem(shared_client.get("/tracks", params=query), 422, "unknown_emotion")


def test_a_label_answers_where_no_model_does_and_without_any_the_refusal_says_why(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    imported = add_song(ports, add_track, "imported", Song(says=((TABLE, "calm"),)))
    said = client.get(f"/tracks/{imported}/emotion").json()
    assert (said["emotion"], said["decided_by"], said["model"]) == ("calm", "import", None)
    assert (said["predicted"], said["probabilities"], said["prediction_set"]) == (None, {}, None)
    assert said["label"]["annotator"]["name"] == "a table"
    problem(client.get(f"/tracks/{add_track()}/emotion"), 409, "no_model")


def test_a_model_that_is_asked_for_by_name_answers_or_says_why_it_cannot(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    bare = add_song(ports, add_track, "bare", Song(says=((TABLE, "calm"),)))
    model_id = publish(ports, mood4, judged=bare, promote=False)
    problem(client.get(f"/tracks/{bare}/emotion", params={"model": str(model_id)}), 422, "no_audio")
    assert client.get(f"/tracks/{bare}/emotion").json()["decided_by"] == "import"


@pytest.mark.parametrize("asked", ["at once", "after the library was scored"])
def test_a_training_track_is_answered_out_of_fold_and_without_such_an_answer_by_the_fitted_model(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, asked: str
) -> None:
    tracks = [add_song(ports, add_track, f"song {n}", Song(sounds="sad")) for n in range(6)]
    stored, cut, merged, alike, encoded, far = tracks
    absorbed = add_song(ports, add_track, "absorbed", Song(sounds="sad"))
    judged = [
        Judged(track_id=stored, target="sad", group="g", probabilities=sure_of("calm")),
        Judged(track_id=cut, target="sad", group="g", probabilities=[1.0]),
        Judged(track_id=absorbed, target="sad", group="g", probabilities=sure_of("happy")),
    ]

    def write(session: Any) -> None:
        MergeRepository(session).unite_pairs(
            [MergePair(one=merged, other=absorbed, reason=MergeReason.PERSON, who="ada")], keep=merged
        )
        # another encoding of the sound of `absorbed`, and what only resembles it
        match = FingerprintMatch(offset=0, bit_error_rate=0.1, level_deviation_db=0.2, overlap=1.0)
        pairs = [(encoded, match), (far, replace(match, bit_error_rate=0.3))]
        FingerprintRepository(session).save_pairs(
            [AlikeTracks(one=merged, other=other, match=found) for other, found in pairs]
        )

    model_id = publish(ports, mood4, judged=judged)
    with ports.store.read() as repositories:
        audio = repositories.features(spec=SPEC).get_own(stored)
    assert audio is not None
    featurize_emotion(ports, alike, "sad", audio_sha256=audio.audio_sha256)
    ports.store.transact("test.merge", write)
    other = add_song(ports, add_track, "other", Song(sounds="sad"))
    if asked != "at once":
        score_library(ports, model_id)
    said = [client.get(f"/tracks/{track_id}/emotion").json() for track_id in (*tracks, other)]
    assert [(one["predicted"], one["basis"]) for one in said] == [
        ("calm", "out_of_fold"),
        ("sad", "in_sample"),
        ("happy", "out_of_fold"),
        ("calm", "out_of_fold"),
        ("happy", "out_of_fold"),
        ("sad", "held_out"),
        ("sad", "held_out"),
    ]
    assert list(said[0]["probabilities"].values()) == pytest.approx(sure_of("calm"))
    listed = client.get("/tracks").json()["items"]
    assert [(item["predicted"], item["basis"]) for item in listed] == [(one["predicted"], one["basis"]) for one in said]


@pytest.mark.parametrize("kind", [AnnotatorKind.IMPORT, AnnotatorKind.PLAYLIST, AnnotatorKind.PERSON])
def test_tags_and_valence_arousal_of_annotators_stand_where_no_model_answers(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, kind: AnnotatorKind
) -> None:
    annotated, bare = add_track(), add_track()
    who = Annotator(kind, "somebody")
    ports.store.transact(
        "test.say",
        lambda repositories: repositories.annotations.append_annotation(
            annotated, who, tags=("Slow", "dark"), valence=-0.5, arousal=0.25
        ),
    )
    tags = client.get(f"/tracks/{annotated}/tags").json()
    assert (tags["tags"], tags["decided_by"], tags["model"]) == (["dark", "slow"], kind.value, None)
    assert (tags["predicted"], tags["probabilities"], tags["basis"]) == (None, {}, None)
    point = client.get(f"/tracks/{annotated}/valence-arousal").json()
    assert (point["valence"], point["arousal"], point["quadrant"]) == (-0.5, 0.25, "Q2")
    assert (point["decided_by"], point["model"], point["predicted"], point["basis"]) == (kind.value, None, None, None)
    for route in ("tags", "valence-arousal"):
        problem(client.get(f"/tracks/{bare}/{route}"), 409, "no_model")


def test_a_song_that_is_sent_in_and_sounds_like_a_training_track_has_its_out_of_fold_answer(
    ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    track_id = add_song(ports, add_track, "learned", Song(sounds="sad"))
    judged = [Judged(track_id=track_id, target="sad", group="g", probabilities=sure_of("calm"))]
    model_id = publish(ports, mood4, judged=judged)
    with ports.store.read_session() as session:
        model, features = (
            ModelRepository(session).get_by_id(model_id),
            FeatureRepository(session, spec=SPEC).get_own(track_id),
        )
        assert model is not None
        assert features is not None
        answer = TrainingPredictionRepository(session, model).get_by_audio(features.audio_sha256)
        assert answer is not None
        assert answer.basis == "out_of_fold"
        assert answer.probabilities == pytest.approx(sure_of("calm"))
        assert TrainingPredictionRepository(session, model).get_by_audio("another sound") is None
