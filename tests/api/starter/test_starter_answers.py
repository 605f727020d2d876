"""A fresh installation answers at once, and says that it is the starter that answers."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.api.models import starter_record
from services.api.models.starter_record import StarterRecords
from services.scorer import evaluation
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.head import PLANE, VALENCE_AROUSAL
from shared.domain.taggers import MUSICNN
from shared.registry.champions import AnsweringRule
from shared.store.models.repository import STARTER
from shared.store.tables import Model
from tests.api.conftest import AddTrack, Evaluated, asking
from tests.api.starter.conftest import with_rule
from tests.api.tracks.test_tracks import say
from tests.support.fake_starters import starter_rows
from tests.support.featurized_tracks import featurize_emotion
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.support.served_api import RunMer
from tests.support.starters import install, make_starter


def emotion_of(client: TestClient, track: UUID, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/tracks/{track}/emotion", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def sad_track(ports: ApiPorts, add_track: AddTrack) -> UUID:
    track = add_track()
    featurize_emotion(ports, track, "Q3", taxonomy="quadrant4")
    return track


def test_without_a_label_and_without_parameters_the_starter_answers_and_is_marked(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID
) -> None:
    result = install(ports, make_starter(quadrants))
    assert (result.installed, result.answering) == (("quadrant4",), ("quadrant4",))
    answer = emotion_of(client, sad_track)
    assert (answer["taxonomy"], answer["emotion"], answer["emotion_name"]) == ("quadrant4", "Q3", "sad")
    assert (answer["decided_by"], answer["model"]["starter"], answer["model"]["derived"]) == ("model", True, False)
    assert answer["track_record"]["measured_on"] == "training_clips"
    assert "times in 10 on the clips the starter was made from" in answer["track_record"]["sentence"]
    assert "of the clips the starter was made from" in answer["set_promise"]
    listed = client.get("/tracks", params={"emotion": "sad"}).json()["items"]
    assert [(item["id"], item["starter"]) for item in listed] == [(str(sad_track), True)]
    health = client.get("/health").json()
    assert health["default_taxonomy"] == "quadrant4"
    assert health["starter"] == {"enabled": True, "answers": ["quadrant4"], "lacks_taggers": [], "detail": None}


def test_the_starter_is_in_no_slot(ports: ApiPorts, quadrants: TrainedCandidate) -> None:
    install(ports, make_starter(quadrants))
    with ports.store.read() as repositories:
        starter = repositories.models.get_starter("quadrant4")
        assert starter is not None
        assert (starter.state, starter.is_default) == (STARTER, True)
        assert repositories.models.get_champion(taxonomy="quadrant4", inputs="descriptors", synthetic=False) is None
        assert repositories.snapshots.list_items(starter.snapshot_id) == []


@pytest.mark.usefixtures("sad_track")
def test_the_latest_promoted_own_champion_gives_the_default_taxonomy(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    install(ports, make_starter(quadrants), make_starter(mood4))
    demo = replace(mood4.card, synthetic=True)
    publish(ports, replace(mood4, card=demo), judged=add_track(synthetic=True))
    assert client.get("/health").json()["default_taxonomy"] == "quadrant4"
    publish(ports, mood4, judged=add_track())
    assert client.get("/health").json()["default_taxonomy"] == "mood4"
    publish(ports, replace(mood4, card=replace(mood4.card, taxonomy="mood3")), judged=add_track())
    assert client.get("/health").json()["default_taxonomy"] == "mood3"
    with asking(with_rule(ports, AnsweringRule(starter=True, default_taxonomy="binary"))) as other:
        assert other.get("/health").json()["default_taxonomy"] == "binary"


def test_without_the_starter_nothing_answers_and_the_default_is_mood4(
    ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID
) -> None:
    install(ports, make_starter(quadrants))
    install(ports, enabled=False)
    with asking(with_rule(ports, AnsweringRule(starter=False))) as client:
        assert "champion for mood4" in problem(client.get(f"/tracks/{sad_track}/emotion"), 409, "no_model")
        problem(client.get(f"/tracks/{sad_track}/emotion", params={"taxonomy": "quadrant4"}), 409, "no_model")
    install(ports, make_starter(quadrants))
    with asking(ports) as client:
        assert emotion_of(client, sad_track)["emotion"] == "Q3"


def test_a_starter_whose_tagger_is_off_does_not_answer_and_says_so(
    ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID
) -> None:
    install(ports, make_starter(quadrants))
    reading = {**quadrants.card.stage_fingerprints, MUSICNN.name: MUSICNN.fingerprint}

    def read_taggers(repositories: Any) -> None:
        starter = repositories.models.get_starter("quadrant4")
        starter.card = {**starter.card, "stage_fingerprints": reading, "inputs": "descriptors+audio_tags"}
        starter.inputs = "descriptors+audio_tags"

    ports.store.transact("test.taggers", read_taggers)
    with asking(with_rule(ports, AnsweringRule(starter=True, taggers={}))) as client:
        assert "MER_TAGGERS leaves out musicnn" in problem(client.get(f"/tracks/{sad_track}/emotion"), 409, "no_model")
        curve = client.get(f"/tracks/{sad_track}/emotion/curve")
        assert "MER_TAGGERS leaves out musicnn" in problem(curve, 409, "no_model")
        health = client.get("/health").json()["starter"]
        assert (health["answers"], health["lacks_taggers"]) == ([], ["musicnn"])
        assert "musicnn" in health["detail"]
    with asking(with_rule(ports, AnsweringRule(starter=True, taggers={MUSICNN.name: MUSICNN.fingerprint}))) as client:
        assert client.get("/health").json()["starter"]["answers"] == ["quadrant4"]


def test_the_starter_answers_no_track_of_the_demo_library(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, add_track: AddTrack
) -> None:
    install(ports, make_starter(quadrants))
    demo = add_track(synthetic=True)
    featurize_emotion(ports, demo, "Q3", taxonomy="quadrant4")
    problem(client.get(f"/tracks/{demo}/emotion", params={"taxonomy": "quadrant4"}), 409, "no_model")
    with ports.store.read() as repositories:
        assert [model.state for model in repositories.models.list_answering(synthetic=True)] == []


def test_a_reading_is_marked_and_may_say_none_of_the_four(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack, mer: RunMer
) -> None:
    track = add_track()
    featurize_emotion(ports, track, "sad")
    install(ports, make_starter(mood4, derived=True, none_below=0.3))
    plain = emotion_of(client, track, taxonomy="mood4")
    assert (plain["emotion"], plain["model"]["derived"], plain["track_record"]) == ("sad", True, None)
    install(ports, make_starter(mood4, version=2, derived=True, none_below=1.1))
    for _ in range(2):  # computed now, then read
        answer = emotion_of(client, track, taxonomy="mood4")
        assert (answer["emotion"], answer["reason"], answer["decided_by"]) == (None, "none_of_these", None)
        assert answer["predicted"] is None
        assert set(answer["probabilities"]) == {"calm", "sad", "energetic", "happy"}
    assert "mood4: none of these" in mer("emotion", str(track), "--taxonomy", "mood4")
    (row,) = client.get("/tracks", params={"taxonomy": "mood4"}).json()["items"]
    assert (row["emotion"], row["model_id"]) == (None, answer["model"]["id"])
    assert client.get("/tracks", params={"taxonomy": "mood4", "emotion": "sad"}).json()["items"] == []


def test_a_new_version_takes_the_place_of_the_starter_before_it(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID
) -> None:
    install(ports, make_starter(quadrants))
    before = emotion_of(client, sad_track)["model"]["id"]
    assert install(ports, make_starter(quadrants)).installed == ()
    assert install(ports, make_starter(quadrants, version=2)).installed == ("quadrant4",)
    after = emotion_of(client, sad_track)["model"]["id"]
    assert before != after
    assert client.get(f"/models/{before}").json()["state"] == "retired"


def test_a_starter_that_does_not_ship_any_more_goes(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, mood4: TrainedCandidate
) -> None:
    install(ports, make_starter(quadrants), make_starter(mood4))
    assert install(ports, make_starter(quadrants)).answering == ("quadrant4",)
    (gone,) = client.get("/models", params={"taxonomy": "mood4"}).json()["items"]
    assert (gone["state"], gone["is_default"]) == ("retired", False)


def test_after_an_upgrade_an_own_champion_goes_on_answering(
    client: TestClient,
    ports: ApiPorts,
    quadrants: TrainedCandidate,
    mood4: TrainedCandidate,
    sad_track: UUID,
    add_track: AddTrack,
) -> None:
    own = publish(ports, quadrants, judged=add_track())
    result = install(ports, make_starter(quadrants), make_starter(mood4))
    assert result.answering == ("mood4",)
    assert emotion_of(client, sad_track)["model"]["id"] == str(own)
    with ports.store.read_session() as session:
        n_starters = len(session.query(Model).where(Model.state == STARTER).all())
    assert n_starters == 2


def test_from_fifty_labels_on_the_record_is_that_of_the_library(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID, add_track: AddTrack
) -> None:
    install(ports, make_starter(quadrants))
    model_id = UUID(emotion_of(client, sad_track)["model"]["id"])
    tracks = [add_track() for _ in range(50)]

    def predict(repositories: Any) -> None:
        for track in tracks:
            repositories.models.save_prediction(
                track, model_id, emotion="Q3", probabilities=[0.0, 0.0, 1.0, 0.0], valence_arousal=None
            )

    ports.store.transact("test.predict", predict)
    for n, track in enumerate(tracks[:49]):
        say(client, track, "Q3" if n < 30 else "Q4", taxonomy="quadrant4")
    assert emotion_of(client, sad_track)["track_record"]["measured_on"] == "training_clips"
    say(client, tracks[49], "Q3", taxonomy="quadrant4")
    with asking(replace(ports, starter_records=StarterRecords())) as later:
        record = emotion_of(later, sad_track)["track_record"]
    assert (record["measured_on"], record["right"], record["answered"], record["judged"]) == ("library", 31, 50, 50)
    assert record["sentence"] == "answers of sad were right for 31 of 50 of your labelled tracks"


def test_a_label_without_a_taxonomy_is_of_that_of_the_emotion_shown(
    ports: ApiPorts, quadrants: TrainedCandidate, sad_track: UUID, mer: RunMer
) -> None:
    install(ports, make_starter(quadrants))
    assert "by the starter that ships with mer" in mer("emotion", str(sad_track))
    assert "ada says Q4 calm (quadrant4)" in mer("label", str(sad_track), "calm", "--as", "ada")


def test_valence_and_arousal_of_the_starter_are_probabilities(
    client: TestClient, ports: ApiPorts, quadrants: TrainedCandidate, add_track: AddTrack
) -> None:
    track = add_track()
    plane = make_starter(quadrants, meaning="probability")
    card = replace(plane.card, taxonomy=PLANE, classes=VALENCE_AROUSAL.outputs)
    install(ports, replace(plane, taxonomy=PLANE, card=card))
    with ports.store.read() as repositories:
        starter = repositories.models.get_starter(PLANE)
        assert starter is not None
    ports.store.transact(
        "test.predict",
        lambda repositories: repositories.models.save_prediction(
            track, starter.id, emotion="Q4", probabilities=[0.6, -0.4], valence_arousal=None
        ),
    )
    answer = client.get(f"/tracks/{track}/valence-arousal").json()
    assert (answer["valence"], answer["arousal"]) == pytest.approx((0.6, -0.4))
    assert answer["probabilities"] == pytest.approx({"valence": 0.8, "arousal": 0.3})
    assert answer["model"]["starter"]


def test_tracks_by_artists_that_the_starter_knows_do_not_judge_it(
    ports: ApiPorts,
    client: TestClient,
    quadrants: TrainedCandidate,
    add_track: AddTrack,
    evaluated: Evaluated,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(ports, make_starter(quadrants))
    tracks = {name: add_track(artist=name) for name in ("Known", "Ada", "Bob", "Cleo", "Dan", "Eve")}
    for track in tracks.values():
        featurize_emotion(ports, track, "Q3", taxonomy="quadrant4")
        say(client, track, "Q3", taxonomy="quadrant4")
        model_id = emotion_of(client, track)["model"]["id"]
    with ports.store.read() as repositories:
        by_known = repositories.tracks.get_by_id(tracks["Known"])
        assert by_known is not None
    rows = starter_rows(np.zeros((1, 2), dtype=np.float32), ["Q1"], [by_known.artist_group])
    monkeypatch.setattr(starter_record, "load_known_artists", lambda: rows.known_artist_hashes)
    monkeypatch.setattr(evaluation, "load_starter_rows", lambda: rows)
    with ports.store.read() as repositories:
        starter = repositories.models.get_starter("quadrant4")
        assert starter is not None
        assert starter_record.count_on_library(repositories, starter).sum() == 5
    job = evaluated(UUID(model_id))
    (result,) = client.get(f"/models/{model_id}/evaluations").json()["items"]
    assert (job["state"], result["counts"]["judged"], result["counts"]["artist_in_training"]) == ("done", 5, 1)


def test_where_no_starter_ships_the_default_is_mood4(client: TestClient) -> None:
    assert client.get("/health").json()["default_taxonomy"] == "mood4"
