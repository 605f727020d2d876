"""Who is let in: with a key, without one, behind a proxy, and while the database is away."""

import dataclasses
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from services.api.access.key_ring import FRESH_S, KeyRing
from services.api.deps import ApiPorts
from services.api.main import create_app
from shared.domain.roles import Role
from shared.errors import StoreUnavailableError
from shared.store import Store
from shared.store.keys import USE_NOTED_EVERY_S, StoredKey
from tests.api.conftest import asking
from tests.support.api_keys import add_key, bearer
from tests.support.hand_clock import HandClock
from tests.support.problem_answers import problem
from tests.support.served_api import serve_api


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ports(ports: ApiPorts, clock: HandClock) -> ApiPorts:
    return dataclasses.replace(ports, keys=KeyRing(clock))


def with_settings(ports: ApiPorts, **changed: Any) -> ApiPorts:
    return dataclasses.replace(ports, settings=ports.settings.model_copy(update=changed))


def list_keys(store: Store) -> dict[str, StoredKey]:
    with store.read() as repositories:
        return {key.name: key for key in repositories.keys.list_keys()}


def revoke(store: Store, name: str) -> None:
    assert store.transact("test.revoke", lambda repositories: repositories.keys.revoke_key(name))


@contextmanager
def calling(ports: ApiPorts, *, at: str) -> Iterator[TestClient]:
    """A client whose requests come in at an address of this machine's."""
    with TestClient(create_app(ports), base_url=f"http://{at}", headers={"Host": "localhost"}) as client:
        yield client


def test_without_keys_loopback_is_open_as_before(client: TestClient) -> None:
    assert client.get("/tracks").status_code == 200
    assert client.get("/health").json().keys() >= {"status", "workers", "roots"}
    assert client.get("/tracks", headers=bearer("a token that spotipy sends")).status_code == 200


def test_once_there_is_a_key_every_request_needs_one(client: TestClient, store: Store) -> None:
    key = add_key(store, "phone", Role.READ)
    answer = client.get("/tracks")
    assert "mer keys add" in problem(answer, 401, "no_key")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="mer"'
    assert client.get("/tracks", headers=bearer(key)).status_code == 200
    assert client.get("/tracks", headers={"Authorization": f"bearer  {key} "}).status_code == 200
    for wrong in (f"{key}x", key.swapcase(), "mer_read_"):
        refused = client.get("/tracks", headers=bearer(wrong))
        problem(refused, 401, "unknown_key")
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    problem(client.get("/tracks", headers={"Authorization": f"Basic {key}"}), 401, "no_key")


def test_health_tells_its_status_alone_without_a_key(client: TestClient, store: Store) -> None:
    key = add_key(store, "phone", Role.READ)
    for headers in ({}, bearer("wrong")):
        answer = client.get("/health", headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.get("/health", headers=bearer(key)).json().keys() >= {"status", "workers", "roots"}


def test_a_revoked_key_is_refused_within_a_second_and_nothing_opens(
    clock: HandClock, client: TestClient, store: Store
) -> None:
    key = add_key(store, "phone")
    assert client.get("/tracks", headers=bearer(key)).status_code == 200
    revoke(store, "phone")
    clock.now += FRESH_S + 0.001
    problem(client.get("/tracks", headers=bearer(key)), 401, "unknown_key")
    problem(client.get("/tracks"), 401, "no_key")
    assert add_key(store, "phone"), "the name is free again"


def test_the_last_use_is_written_at_most_once_a_minute(
    clock: HandClock, client: TestClient, store: Store, eventually: Callable[..., None]
) -> None:
    key = add_key(store, "phone")

    def used_at() -> Any:
        return list_keys(store)["phone"].last_used_at

    assert used_at() is None
    client.get("/tracks", headers=bearer(key))
    eventually(lambda: used_at() is not None, "the use is written")
    first = used_at()
    clock.now += USE_NOTED_EVERY_S  # the process would write again, and the row says that it is too early
    client.get("/tracks", headers=bearer(key))
    store.transact("test.used", lambda repositories: repositories.keys.note_use([list_keys(store)["phone"].id]))
    assert used_at() == first


def test_while_the_database_is_away_the_last_keys_stay(
    clock: HandClock,
    client: TestClient,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[..., None],
) -> None:
    key = add_key(store, "phone", Role.READ)
    assert client.get("/estimators", headers=bearer(key)).status_code == 200
    monkeypatch.setattr(store, "read", _break)
    clock.now += 3600
    assert client.get("/estimators", headers=bearer(key)).status_code == 200
    problem(client.get("/estimators"), 401, "no_key")
    problem(client.get("/estimators", headers=bearer("wrong")), 401, "unknown_key")
    clock.now += 3600
    monkeypatch.undo()
    revoke(store, "phone")

    def is_refused() -> bool:
        clock.now += FRESH_S
        refused: bool = client.get("/estimators", headers=bearer(key)).status_code == 401
        return refused

    eventually(is_refused, "the database is asked again")


def test_while_the_keys_were_never_read_nobody_is_let_in(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "read", _break)
    answer = client.get("/estimators")
    problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"]
    problem(client.get("/health"), 503, "unavailable")


def _break() -> Any:
    raise StoreUnavailableError("gone")


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP"])
def test_without_a_key_a_proxy_is_not_this_machines_user(client: TestClient, store: Store, header: str) -> None:
    assert header.partition("-")[0] in problem(client.get("/tracks", headers={header: "x"}), 403, "forwarded_request")
    assert client.get("/health", headers={header: "x"}).json() == {"status": "ok"}
    add_key_headers = {**bearer(add_key(store, "proxy")), header: "x"}
    with asking(dataclasses.replace(client.app.state.ports, keys=KeyRing())) as keyed:  # type: ignore[attr-defined]
        assert keyed.get("/tracks", headers=add_key_headers).status_code == 200


def test_a_port_that_others_reach_needs_a_key(ports: ApiPorts) -> None:
    with asking(with_settings(ports, bind="0.0.0.0")) as client:
        problem(client.get("/tracks"), 401, "no_key")
        assert client.get("/health").json() == {"status": "ok"}
    with asking(with_settings(ports, require_key=True)) as client:
        problem(client.get("/tracks"), 401, "no_key")


def test_a_connection_from_elsewhere_needs_a_key_where_nobody_says_where_the_port_is(ports: ApiPorts) -> None:
    with calling(ports, at="192.168.1.5:8000") as client:
        problem(client.get("/tracks"), 401, "no_key")
    with calling(ports, at="127.0.0.1:8000") as client:
        assert client.get("/tracks").status_code == 200
    with calling(with_settings(ports, bind="127.0.0.1"), at="172.18.0.5:8000") as client:
        assert client.get("/tracks").status_code == 200, "a container of which the port is published on loopback"


def test_a_key_that_asks_too_often_waits(ports: ApiPorts, store: Store) -> None:
    key = add_key(store, "busy")
    with asking(with_settings(ports, rate_per_minute=2, wrong_keys_per_minute=1)) as client:
        for _ in range(2):
            assert client.get("/estimators", headers=bearer(key)).status_code == 200
        answer = client.get("/estimators", headers=bearer(key))
        problem(answer, 429, "too_many_requests")
        assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_who_guesses_keys_waits_and_others_of_the_same_address_do_not(ports: ApiPorts, store: Store) -> None:
    key = add_key(store, "phone")
    with asking(with_settings(ports, wrong_keys_per_minute=1)) as client:
        problem(client.get("/estimators", headers=bearer("wrong")), 401, "unknown_key")
        problem(client.get("/estimators", headers=bearer("wrong")), 429, "too_many_requests")
        assert client.get("/estimators", headers=bearer(key)).status_code == 200
        problem(client.get("/estimators"), 401, "no_key")


def test_a_refused_upload_still_gets_its_answer(ports: ApiPorts, store: Store) -> None:
    reader = bearer(add_key(store, "reader", Role.READ))
    song = {"file": ("song.mp3", io.BytesIO(bytes(12_000_000)))}
    with serve_api(ports) as address, httpx.Client(base_url=address) as web:
        problem(web.post("/predict", files=song), 401, "no_key")
        song["file"][1].seek(0)
        problem(web.post("/predict", files=song, headers=reader), 403, "role_too_small")
