"""What can be trained, what is refused, and how the candidates of a training did."""

from dataclasses import replace
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.store.jobs.items import JobItemRepository
from shared.store.tables import Model
from tests.api.conftest import AddTrack
from tests.support.problem_answers import problem
from tests.support.published_models import publish, train

UNKNOWN = "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001"


def test_every_estimator_is_listed_with_its_ranges_and_what_it_costs(shared_client: TestClient) -> None:
    found = {row["name"]: row for row in shared_client.get("/estimators").json()}
    assert list(found) == list(ESTIMATOR_SPECS)
    assert found["svm"]["hyperparameters"]["C"]["high"] == 1e6
    assert found["svm"]["grid"]["gamma"] == [1.0, 0.1, 0.01, 0.001]
    assert found["fusion"]["inputs"] == ["fusion", "sound"]
    assert all(row["what"] and row["cost"] for row in found.values())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"hyperparameters": {"svm": {"C": -1}}}, "C of svm: -1 is not a number from"),
        ({"hyperparameters": {"svm": {"depth": 1}}}, "it has C, gamma"),
        ({"imbalance": "undersample"}, "smote_tomek"),
        ({"search": "bayes"}, "halving"),
        ({"protocol": "leaky"}, "use honest, talk"),
        ({"merge": {"one": ["calm"]}}, "at least two emotions"),
        ({"merge": {"one": ["calm"], "two": ["bored"]}}, "use calm, sad, energetic, happy"),
        ({"estimators": ["fusion"]}, "it reads fusion"),
        ({"n_candidates": 0}, "n_candidates"),
        ({"licences": ["CC0\x00"]}, "licences.0"),
        ({"exclude_sources": ["\x00"]}, "exclude_sources.0"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_what_can(
    shared_client: TestClient, body: dict[str, object], said: str
) -> None:
    assert said in problem(shared_client.post("/train", json=body), 422, "invalid_request")


@pytest.mark.parametrize(
    ("path", "field", "name"), [("/train", "protocol", "random_split"), ("/features/pack", "kind", "excerpt")]
)
def test_a_better_name_is_taken_and_the_older_one_stored(client: TestClient, path: str, field: str, name: str) -> None:
    asked = client.post(path, json={field: name})
    assert asked.status_code == 202, asked.text
    assert asked.json()["params"][field] == "talk"
    assert client.get(f"/jobs/{asked.json()['id']}").json()["params"][field] == "talk"


def test_the_leaderboard_of_a_training_has_its_best_model_first(
    client: TestClient, ports: ApiPorts, add_track: AddTrack
) -> None:
    job = client.post("/train", json={"estimators": ["majority", "svm"], "inputs": ["catalogue"]}).json()
    candidate, judged = train(inputs="catalogue"), add_track()
    worse = replace(
        candidate.card, metrics={**candidate.card.metrics, "macro_f1": candidate.card.metrics["chance"]["macro_f1"]}
    )
    published = [
        publish(ports, replace(candidate, card=card), judged=judged, promote=False) for card in (worse, candidate.card)
    ]

    def belong(session: Session) -> None:
        items = JobItemRepository(session).list_by_job(UUID(job["id"]))
        for model_id, item in zip(published, items, strict=True):
            session.get_one(Model, model_id).job_item_id = item.id

    ports.store.transact_session("test.belong", belong)
    board = client.get(f"/jobs/{job['id']}/leaderboard").json()
    assert [(row["rank"], row["model_id"]) for row in board["models"]] == [
        (1, str(published[1])),
        (2, str(published[0])),
    ]
    assert board["models"][0]["macro_f1"]["value"] > board["models"][1]["macro_f1"]["value"]


def test_only_a_training_has_a_leaderboard(client: TestClient) -> None:
    crawl = client.post("/crawl", json={"source": "demo"}).json()
    for job_id in (crawl["id"], UNKNOWN):
        assert "there is no training" in problem(client.get(f"/jobs/{job_id}/leaderboard"), 404, "not_found")
