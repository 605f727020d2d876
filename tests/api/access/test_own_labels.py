"""A key of the role `label` writes under its own name, and reads what everybody said."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from shared.domain.roles import Role
from shared.store import Store
from tests.api.conftest import AddTrack
from tests.support.api_keys import Headers, add_key, bearer
from tests.support.problem_answers import problem

SAD = {"emotion": "sad"}


@pytest.fixture
def ada(store: Store) -> Headers:
    return bearer(add_key(store, "ada", Role.LABEL))


@pytest.fixture
def operator(store: Store) -> Headers:
    return bearer(add_key(store, "operator", Role.OPERATE))


@pytest.fixture
def track_id(add_track: AddTrack) -> UUID:
    return add_track()


def list_names(client: TestClient, track_id: UUID, headers: Headers) -> list[str]:
    items: list[dict[str, Any]] = client.get(f"/tracks/{track_id}/annotations", headers=headers).json()["items"]
    return [f"{item['annotator']['name']} {item['state']}" for item in items]


def test_a_person_labels_under_their_own_name(
    client: TestClient, track_id: UUID, ada: Headers, operator: Headers
) -> None:
    path = f"/tracks/{track_id}/annotations"
    answer = client.put(f"{path}/me", json=SAD, headers=ada)
    assert (answer.status_code, answer.json()["annotator"]["name"]) == (201, "ada")
    assert client.put(f"{path}/ada", json=SAD, headers=ada).status_code == 200
    assert client.put(f"{path}/bob", json=SAD, headers=operator).status_code == 201
    for name in ("bob", "Ada", "operator", "new"):
        assert "ada" in problem(client.put(f"{path}/{name}", json=SAD, headers=ada), 403, "other_annotator")
        problem(client.delete(f"{path}/{name}", headers=ada), 403, "other_annotator")
    problem(client.delete(f"{path}/ada?kind=import", headers=ada), 403, "other_annotator")
    assert list_names(client, track_id, ada) == ["ada standing", "bob standing"]
    assert client.delete(f"{path}/me", headers=ada).status_code == 200
    assert client.delete(f"{path}/bob", headers=operator).status_code == 200
    assert list_names(client, track_id, ada) == ["ada withdrawn", "bob withdrawn"]


def test_a_person_is_asked_under_their_own_name(client: TestClient, ada: Headers, operator: Headers) -> None:
    for query in ("", "?annotator=me", "?annotator=ada"):
        assert client.get(f"/review{query}", headers=ada).json()["annotator"] == "ada"
    problem(client.get("/review?annotator=bob", headers=ada), 403, "other_annotator")
    assert client.get("/review?annotator=bob", headers=operator).json()["annotator"] == "bob"
    assert client.get("/review", headers=operator).json()["annotator"] == "operator"
    assert client.get("/review/progress", headers=ada).json()["annotator"] == "ada"
    assert client.get("/review/progress?annotator=bob", headers=ada).json()["annotator"] == "bob"


def test_everybody_may_read_the_answers_of_others(
    client: TestClient, track_id: UUID, ada: Headers, store: Store
) -> None:
    client.put(f"/tracks/{track_id}/annotations/me", json=SAD, headers=ada)
    reader = bearer(add_key(store, "reader", Role.READ))
    client.app.state.ports.keys.forget_copy()  # type: ignore[attr-defined]
    for headers, name in ((ada, "me"), (ada, "ada"), (reader, "ada")):
        (track,) = client.get("/tracks", params={"annotator": name}, headers=headers).json()["items"]
        assert track["personal"]["annotator"] == "ada"
    problem(client.get("/tracks?annotator=me", headers=reader), 404, "not_found")


def test_without_keys_names_are_as_they_are_sent(client: TestClient, track_id: UUID) -> None:
    for name in ("bob", "me", "a/b"):
        answer = client.put(f"/tracks/{track_id}/annotations/{quote(name, safe='')}", json=SAD)
        assert answer.json()["annotator"]["name"] == name
