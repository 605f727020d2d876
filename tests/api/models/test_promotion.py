"""Who answers: the gate, and champions put in place and taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from shared.domain.leaks import LeakReportCard
from shared.registry import promotion
from shared.store.models.repository import ModelRepository
from shared.store.tables import Model
from tests.api.models.conftest import N_JUDGED, JudgedTracks, Publish
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish


def state_of(client: TestClient, model_id: str) -> str:
    document = client.get(f"/models/{model_id}").json()
    return f"{document['state']}, default" if document["is_default"] else str(document["state"])


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
    report: LeakReportCard = {"state": "unknown", "clean": False, "n_unknown": 40, "n_items": 60}
    model = published(right=0.9, of=replace(mood4, card=replace(mood4.card, leak_report=report)))
    said = problem(client.post(f"/models/{model}/promote"), 409, "not_promoted")
    assert "40 of 60 tracks have no artist: tag them, or promote with force" in said
    assert client.post(f"/models/{model}/promote", json={"force": True}).status_code == 200


def test_a_champion_whose_artists_were_folded_otherwise_is_compared_on_the_groups_that_stayed(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, judged: JudgedTracks
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
    with ports.store.read_session() as session:
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
    ranked = ports.champions.list_ranked("mood4", synthetic=False)
    assert [str(model.id) for model in ranked] == [read, heard]


def test_the_history_is_read_in_pages(client: TestClient, published: Publish) -> None:
    for right in (0.5, 0.7, 0.95):
        client.post(f"/models/{published(right=right)}/promote")
    first = client.get("/models/history", params={"limit": 2}).json()
    rest = client.get("/models/history", params={"limit": 2, "cursor": first["next"]}).json()
    assert len(first["items"]) == 2
    assert len(rest["items"]) == 1
    assert rest["next"] is None


def test_two_promotions_at_once_leave_one_champion(client: TestClient, ports: ApiPorts, published: Publish) -> None:
    models = [published(right=right) for right in (0.5, 0.6, 0.7, 0.8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda m: client.post(f"/models/{m}/promote", json={"force": True}), models))
    with ports.store.read_session() as session:
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
    with ports.store.read() as repositories:
        first, last = (repositories.models.get_by_id(UUID(model)) for model in (others[0], others[-1]))
        assert first is not None
        assert last is not None
        corrected = promotion.correct_winner(repositories, last)
        alone = promotion.correct_winner(repositories, first)
    assert corrected is not None
    assert corrected.n_candidates == 5, "itself and those that stand no higher, judged on the same tracks"
    assert corrected.low < corrected.value < corrected.high
    assert abs(corrected.value - 0.62) < 0.08
    assert alone is None
