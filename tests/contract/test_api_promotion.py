"""Who answers: the gate, champions put in place and taken back, what a promotion would change, and `?model=`."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from services.api.deps import ApiPorts
from services.api.settings import ApiSettings
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from shared.registry import promotion
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.repository import ModelRepository
from shared.store.tables import Model
from tests.contract.conftest import AddTrack, asking
from tests.support.problem_answers import problem
from tests.support.published_models import SPEC, Judged, features_of, publish, train

N_JUDGED = 160
Publish = Callable[..., str]


@pytest.fixture(scope="module")
def mood4() -> TrainedCandidate:
    return train()


@pytest.fixture(scope="module")
def other_mood4() -> TrainedCandidate:
    """Another model, which answers calm for sad and sad for calm."""
    return train(taxonomy="mood4", seed=7, swapped={"calm": "sad", "sad": "calm"})


@pytest.fixture
def judged(add_track: AddTrack) -> list[tuple[UUID, str, str]]:
    """`(track, target, artist group)` of a training set."""
    return [(add_track(), MOOD4.emotions[n % 4], f"artist {n // 2}") for n in range(N_JUDGED)]


@pytest.fixture
def published(ports: ApiPorts, mood4: TrainedCandidate, judged: list[tuple[UUID, str, str]]) -> Publish:
    """`published(right=0.8)`: a model that was right out of fold for so many of the tracks, and as sure as that."""

    def make(
        *,
        right: float,
        sure: float | None = None,
        promote: bool = False,
        of: TrainedCandidate = mood4,
        tracks: slice = slice(None),
        **metrics: Any,
    ) -> str:
        rows, sure = [], right if sure is None else sure
        for n, (track_id, target, group) in list(enumerate(judged))[tracks]:
            said = MOOD4.emotion_index(target) if n < right * N_JUDGED else (MOOD4.emotion_index(target) + 1) % 4
            probabilities = np.where(np.arange(4) == said, sure, (1 - sure) / 3).tolist()
            rows.append(Judged(track_id=track_id, target=target, group=group, probabilities=probabilities))
        card = replace(of.card, metrics={**of.card.metrics, **metrics})
        return str(publish(ports, replace(of, card=card), judged=rows, promote=promote))

    return make


def state_of(client: TestClient, model_id: str) -> str:
    document = client.get(f"/models/{model_id}").json()
    return document["state"] + (", default" if document["is_default"] else "")


def test_a_better_model_passes_the_gate_and_its_library_is_scored_anew(
    client: TestClient, ports: ApiPorts, published: Publish
) -> None:
    champion, better = published(right=0.5, promote=True), published(right=0.9)
    said = client.post(f"/models/{better}/promote", json={"who": "ada"})
    assert said.status_code == 200, said.text
    assert "difference +" in said.json()["why"]
    assert (state_of(client, better), state_of(client, champion)) == ("champion, default", "retired")
    job = client.get(said.json()["job_href"]).json()
    assert (job["kind"], job["state"], job["items"]["requested"]) == ("score", "queued", 1)
    assert job["params"] == {"model_id": better, "why": "promotion"}


@pytest.mark.parametrize("right", [0.5, 0.52])
def test_a_model_that_is_not_better_beyond_chance_is_refused_unless_a_person_insists(
    client: TestClient, published: Publish, right: float
) -> None:
    champion, other = published(right=0.5, promote=True), published(right=right)
    assert "not better beyond chance" in problem(client.post(f"/models/{other}/promote"), 409, "not_promoted")
    assert state_of(client, champion) == "champion, default"
    forced = client.post(f"/models/{other}/promote", json={"force": True, "why": "for its errors"})
    assert forced.status_code == 200
    assert forced.json()["why"].startswith("forced, although macro F1 ")
    assert state_of(client, other) == "champion, default"
    assert client.get("/models/history").json()["items"][0]["why"] == "forced: for its errors"


def test_a_badly_calibrated_model_is_refused_unless_a_person_insists(client: TestClient, published: Publish) -> None:
    model = published(right=0.9, sure=0.4)
    assert "not calibrated" in problem(client.post(f"/models/{model}/promote"), 409, "not_promoted")
    assert client.post(f"/models/{model}/promote", json={"force": True}).status_code == 200


def test_a_model_of_unknown_artists_is_refused_unless_a_person_insists(
    client: TestClient, mood4: TrainedCandidate, published: Publish
) -> None:
    report = {"state": "unknown", "clean": False, "n_unknown": 40, "n_items": 60}
    model = published(right=0.9, of=replace(mood4, card=replace(mood4.card, leak_report=report)))
    said = problem(client.post(f"/models/{model}/promote"), 409, "not_promoted")
    assert "40 of 60 tracks have no artist: tag them, or promote with force" in said
    assert client.post(f"/models/{model}/promote", json={"force": True}).status_code == 200


def test_a_champion_whose_artists_were_folded_otherwise_is_compared_on_the_groups_that_stayed(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, judged: list[tuple[UUID, str, str]]
) -> None:
    def model(*, right: float, promote: bool, renamed: Callable[[int, str], str]) -> str:
        rows = [
            Judged(
                track_id=track_id,
                target=target,
                group=renamed(n, group),
                probabilities=(
                    np.eye(4)[(MOOD4.emotion_index(target) + (n >= right * N_JUDGED)) % 4] * 0.8 + 0.05
                ).tolist(),
            )
            for n, (track_id, target, group) in enumerate(judged)
        ]
        return str(publish(ports, mood4, judged=rows, promote=promote))

    # the champion took the first two artists for four; the other artists only have other names
    champion = model(right=0.5, promote=True, renamed=lambda n, group: f"{group} {n % 2 if n < 4 else ''}")
    better = model(right=0.9, promote=False, renamed=lambda _, group: group)
    comparison = client.get(f"/models/{better}/report").json()["comparison"]["difference"]
    assert (comparison["n_tracks"], comparison["n_left_out"]) == (N_JUDGED - 4, 4)
    said = client.post(f"/models/{better}/promote")
    assert said.status_code == 200, said.text
    assert "4 tracks left out because their artist groups differ" in said.json()["why"]
    assert state_of(client, champion) == "retired"


@pytest.mark.parametrize("wrong", ["leak", "export"])
def test_an_untrustworthy_model_is_refused_even_if_a_person_insists(
    client: TestClient, mood4: TrainedCandidate, published: Publish, wrong: str
) -> None:
    leaky = replace(mood4, card=replace(mood4.card, leak_report={"clean": False}))
    model = published(right=0.9, of=leaky) if wrong == "leak" else published(right=0.9, export_max_difference=0.2)
    problem(client.post(f"/models/{model}/promote", json={"force": True}), 409, "not_promoted")
    assert state_of(client, model) == "candidate"


def test_a_damaged_artefact_is_refused_before_it_answers_anything(
    client: TestClient, ports: ApiPorts, published: Publish
) -> None:
    model = published(right=0.9)
    with ports.store.read() as session:
        row = ModelRepository(session).get_by_id(UUID(model))
    assert row is not None
    ports.blobs.put(row.artefact_key, b"something else")
    problem(client.post(f"/models/{model}/promote", json={"force": True}), 500, "corrupt_artefact")
    assert state_of(client, model) == "candidate"


def test_roll_backs_walk_back_through_the_champions_and_are_written_down(
    client: TestClient, published: Publish
) -> None:
    first, second, third = published(right=0.5, promote=True), published(right=0.7), published(right=0.95)
    for model in (second, third):
        assert client.post(f"/models/{model}/promote").status_code == 200
    for expected in (second, first):
        said = client.post("/models/rollback", json={"who": "ada", "why": "it felt off"}).json()
        assert (said["id"], state_of(client, expected)) == (expected, "champion, default")
        assert client.get(said["job_href"]).json()["params"]["why"] == "roll-back"
    assert "no champion before" in problem(client.post("/models/rollback", json={}), 409, "nothing_to_roll_back")
    history = client.get("/models/history").json()["items"]
    assert [(row["kind"], row["from_model_id"], row["to_model_id"]) for row in history] == [
        ("rollback", second, first),
        ("rollback", third, second),
        ("promotion", second, third),
        ("promotion", first, second),
        ("promotion", None, first),
    ]
    assert (history[0]["who"], history[0]["why"]) == ("ada", "it felt off")


def test_a_slot_without_champion_cannot_be_rolled_back(client: TestClient) -> None:
    problem(client.post("/models/rollback", json={"taxonomy": "binary"}), 409, "nothing_to_roll_back")
    problem(client.post("/models/rollback", json={"taxonomy": "no such words"}), 409, "nothing_to_roll_back")


def test_each_input_has_a_champion_and_one_of_them_is_the_default(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, published: Publish
) -> None:
    catalogue = replace(mood4, card=replace(mood4.card, inputs="catalogue", origins=("table",)))
    heard, read = published(right=0.6), published(right=0.9, of=catalogue)
    assert client.post(f"/models/{heard}/promote").status_code == 200
    assert client.post(f"/models/{read}/promote").status_code == 200
    assert (state_of(client, heard), state_of(client, read)) == ("champion", "champion, default")
    ranked = ports.champions.list_ranked("mood4", synthetic=False, default_taxonomy="mood4")
    assert [str(model.id) for model in ranked] == [read, heard]


def test_the_history_is_read_in_pages(client: TestClient, published: Publish) -> None:
    for right in (0.5, 0.7, 0.95):
        client.post(f"/models/{published(right=right)}/promote")
    first = client.get("/models/history", params={"limit": 2}).json()
    rest = client.get("/models/history", params={"limit": 2, "cursor": first["next"]}).json()
    assert len(first["items"]) == 2
    assert len(rest["items"]) == 1
    assert rest["next"] is None


def hear(ports: ApiPorts, track_id: UUID, emotion: str) -> None:
    found = ExtractedFeatures(
        track_id=track_id,
        descriptors=features_of(emotion, taxonomy="mood4", rng=np.random.default_rng(5)),
        audio_sha256=secrets.token_hex(32),
        duration_s=30.0,
        n_damaged_packets=0,
        arrays=(),
    )
    ports.store.transact(
        "test.features", lambda session: FeatureRepository(session, spec=SPEC).save_extractions([found])
    )


@pytest.fixture
def heard(ports: ApiPorts, add_track: AddTrack) -> dict[str, UUID]:
    """A track of each mood, and one that has no features."""
    tracks = {emotion: add_track(title=emotion) for emotion in MOOD4.emotions}
    for emotion, track_id in tracks.items():
        hear(ports, track_id, emotion)
    return {**tracks, "none": add_track(title="unheard")}


def test_flips_are_the_tracks_whose_emotion_would_change(
    client: TestClient, published: Publish, other_mood4: TrainedCandidate, heard: dict[str, UUID]
) -> None:
    champion, candidate = published(right=0.6, promote=True), published(right=0.9, of=other_mood4)
    said = client.get(f"/models/{candidate}/flips")
    assert said.status_code == 200, said.text
    found = said.json()
    assert (found["compared"], found["flips"], found["held"]) == (4, 2, 0)
    assert found["against"]["id"] == champion
    assert {(flip["track_id"], flip["before"], flip["after"]) for flip in found["items"]} == {
        (str(heard["calm"]), "calm", "sad"),
        (str(heard["sad"]), "sad", "calm"),
    }
    assert {(c["before"], c["after"], c["tracks"]) for c in found["changes"]} == {
        ("calm", "sad", 1),
        ("sad", "calm", 1),
    }
    assert client.post(f"/models/{candidate}/promote").status_code == 200
    for emotion in ("calm", "sad"):
        now = client.get(f"/tracks/{heard[emotion]}/emotion").json()
        assert now["emotion"] != emotion, "what was announced is what happens"


def test_flips_come_in_pages_and_what_a_person_said_does_not_flip(
    client: TestClient,
    published: Publish,
    other_mood4: TrainedCandidate,
    heard: dict[str, UUID],
    add_track: AddTrack,
    ports: ApiPorts,
) -> None:
    published(right=0.6, promote=True)
    candidate = published(right=0.9, of=other_mood4)
    another = add_track()
    hear(ports, another, "sad")
    client.put(f"/tracks/{heard['calm']}/annotations/ada", json={"emotion": "happy"})
    first = client.get(f"/models/{candidate}/flips", params={"limit": 1}).json()
    second = client.get(f"/models/{candidate}/flips", params={"limit": 1, "cursor": first["next"]}).json()
    assert (first["flips"], first["held"]) == (2, 1)
    assert [first["items"][0]["track_id"], second["items"][0]["track_id"]] == sorted([str(heard["sad"]), str(another)])


def test_a_large_library_is_scored_by_a_job_before_flips_are_listed(
    ports: ApiPorts, published: Publish, heard: dict[str, UUID]
) -> None:
    published(right=0.6, promote=True)
    candidate = published(right=0.9)
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        said, again = (client.get(f"/models/{candidate}/flips") for _ in range(2))
    assert said.status_code == 202, said.text
    assert said.headers["Location"] == f"/jobs/{said.json()['id']}"
    assert said.json()["kind"] == "score"
    assert again.json()["id"] == said.json()["id"], "one job is enough"


def test_a_champion_has_nothing_to_be_compared_with_unless_another_is_named(
    client: TestClient, published: Publish, heard: dict[str, UUID]
) -> None:
    champion, other = published(right=0.6, promote=True), published(right=0.5)
    problem(client.get(f"/models/{champion}/flips"), 409, "nothing_to_compare")
    found = client.get(f"/models/{champion}/flips", params={"against": other}).json()
    assert (found["compared"], found["flips"]) == (4, 0)
    problem(client.get(f"/models/{champion}/flips", params={"against": "nobody"}), 404, "not_found")


def test_any_published_model_answers_when_it_is_named(
    client: TestClient, published: Publish, other_mood4: TrainedCandidate, heard: dict[str, UUID]
) -> None:
    champion, candidate = published(right=0.6, promote=True), published(right=0.9, of=other_mood4)
    where = f"/tracks/{heard['calm']}/emotion"
    assert client.get(where).json()["model"]["id"] == champion
    named = client.get(where, params={"model": candidate}).json()
    assert (named["model"]["id"], named["emotion"]) == (candidate, "sad")
    problem(client.get(where, params={"model": "nobody"}), 404, "not_found")
    problem(client.get(where, params={"model": candidate, "taxonomy": "binary"}), 422, "other_taxonomy")


def test_a_named_model_is_held_to_the_same_honesty(
    client: TestClient, ports: ApiPorts, published: Publish, add_track: AddTrack
) -> None:
    model = published(right=0.9)
    piece = add_track(synthetic=True)
    hear(ports, piece, "calm")
    refused = client.get(f"/tracks/{piece}/emotion", params={"model": model})
    assert "real tracks" in problem(refused, 422, "other_library")
    unheard = add_track()
    problem(client.get(f"/tracks/{unheard}/emotion", params={"model": model}), 422, "no_audio")


def test_an_answer_comes_with_a_set_that_grows_with_the_coverage(
    client: TestClient, published: Publish, heard: dict[str, UUID]
) -> None:
    published(right=0.6, promote=True)
    where = f"/tracks/{heard['sad']}/emotion"
    usual = client.get(where).json()
    assert (usual["coverage"], usual["prediction_set"][0]) == (0.9, "sad")
    sizes = [len(client.get(where, params={"coverage": c}).json()["prediction_set"]) for c in (0.5, 0.9, 0.99)]
    assert sizes == sorted(sizes)
    problem(client.get(where, params={"coverage": 1.0}), 422, "invalid_request")


def test_two_promotions_at_once_leave_one_champion(client: TestClient, ports: ApiPorts, published: Publish) -> None:
    models = [published(right=right) for right in (0.5, 0.6, 0.7, 0.8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda m: client.post(f"/models/{m}/promote", json={"force": True}), models))
    with ports.store.read() as session:
        assert session.scalar(select(func.count()).where(Model.state == "champion")) == 1
        assert session.scalar(select(func.count()).where(Model.is_default)) == 1


def test_the_history_says_how_many_were_tried_since_the_champion_came(client: TestClient, published: Publish) -> None:
    published(right=0.5), published(right=0.5)
    first = published(right=0.6)
    client.post(f"/models/{first}/promote")
    published(right=0.55)
    second = published(right=0.95)
    client.post(f"/models/{second}/promote")
    tried = {row["to_model_id"]: row["n_tried"] for row in client.get("/models/history").json()["items"]}
    assert tried == {first: 3, second: 2}


def test_searched_settings_count_and_other_tracks_do_not(
    client: TestClient, mood4: TrainedCandidate, published: Publish
) -> None:
    searched = {"C": 1.0, "search": {"method": "grid", "n_candidates": 16}}
    published(right=0.5, of=replace(mood4, card=replace(mood4.card, hyperparameters=searched)))
    published(right=0.5, tracks=slice(0, 60))
    published(right=0.5, of=replace(mood4, card=replace(mood4.card, inputs="catalogue", origins=("table",))))
    half = published(right=0.95, tracks=slice(40, None))
    client.post(f"/models/{half}/promote")
    # 20 of the 60 tracks of the second one are among its own: fewer than half
    assert client.get("/models/history").json()["items"][0]["n_tried"] == 1 + 16


def test_the_more_were_tried_the_more_a_model_has_to_show(
    client: TestClient, mood4: TrainedCandidate, published: Publish
) -> None:
    model = published(right=0.45)
    assert client.post(f"/models/{model}/promote").status_code == 200
    client.post("/models/rollback", json={})
    searched = {"C": 1.0, "search": {"method": "grid", "n_candidates": 1000}}
    other = replace(mood4, card=replace(mood4.card, inputs="catalogue", origins=("table",), hyperparameters=searched))
    refused = published(right=0.45, of=other)
    said = problem(client.post(f"/models/{refused}/promote"), 409, "not_promoted")
    assert "because 1000 candidates were tried" in said


def test_the_champion_stays_when_it_is_promoted_again(client: TestClient, published: Publish) -> None:
    model = published(right=0.3, promote=True)
    said = client.post(f"/models/{model}/promote").json()
    assert (said["state"], said["job_href"]) == ("champion", None)


def test_the_figure_of_the_best_of_several_is_corrected_on_the_same_tracks_only(
    ports: ApiPorts, published: Publish
) -> None:
    others = [published(right=0.6 + n / 100, macro_f1={"value": 0.6 + n / 100}) for n in range(5)]
    published(right=0.6, tracks=slice(10, None), macro_f1={"value": 0.6})
    published(right=0.99, macro_f1={"value": 0.99})
    with ports.store.read() as session:
        found = [ModelRepository(session).get_by_id(UUID(model)) for model in others]
        corrected = promotion.correct_winner(session, found[-1])
        alone = promotion.correct_winner(session, found[0])
    assert corrected is not None
    assert corrected.n_candidates == 5, "itself and those that stand no higher, judged on the same tracks"
    assert corrected.low < corrected.value < corrected.high
    assert abs(corrected.value - 0.62) < 0.08
    assert alone is None
