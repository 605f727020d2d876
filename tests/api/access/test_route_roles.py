"""What a role may do: every route of the table, asked with a key of each role."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from services.api.access.role_table import ROLE_BY_ROUTE
from services.api.deps import ApiPorts
from shared.domain.roles import Role
from tests.api.conftest import asking
from tests.support.api_keys import Headers, add_key, bearer


@pytest.fixture(scope="module")
def keys(shared_ports: ApiPorts) -> dict[Role, Headers]:
    return {role: bearer(add_key(shared_ports.store, role.value, role)) for role in Role}


@pytest.fixture(scope="module")
def keyed_client(shared_ports: ApiPorts, keys: dict[Role, Headers]) -> Iterator[TestClient]:
    assert keys
    with asking(shared_ports) as client:
        yield client


def is_refused(answer: Response) -> bool:
    """Whether a key is asked for; the log-in page has the status too, where the key in its form is wrong."""
    return answer.status_code == 401 and 'name="key"' not in answer.text


@pytest.mark.parametrize("route", ROLE_BY_ROUTE)
def test_a_route_is_answered_from_its_role_on(keyed_client: TestClient, keys: dict[Role, Headers], route: str) -> None:
    needed = ROLE_BY_ROUTE[route]
    method, _, template = route.partition(" ")
    path = re.sub(r"\{.*?\}", uuid4().hex, template.replace("{annotator}", "me"))
    without = keyed_client.request(method, path, follow_redirects=False)
    assert is_refused(without) == (needed is not None), without.text
    for role, headers in keys.items():
        answer = keyed_client.request(method, path, headers=headers, follow_redirects=False)
        if needed is None or role.includes(needed):
            assert not is_refused(answer), answer.text
            assert answer.status_code not in {403, 500}, answer.text
        else:
            assert answer.status_code == 403, answer.text
            assert (answer.json()["code"], answer.json()["role"]) == ("role_too_small", needed.value)


def test_head_needs_the_role_of_get(keyed_client: TestClient, keys: dict[Role, Headers]) -> None:
    assert keyed_client.head("/tracks").status_code == 401
    assert keyed_client.head("/tracks", headers=keys[Role.READ]).status_code == 200
    assert keyed_client.head("/review?annotator=ada", headers=keys[Role.READ]).status_code == 403


def test_what_is_no_route_tells_nothing_without_a_key(keyed_client: TestClient, keys: dict[Role, Headers]) -> None:
    for method, path in (("GET", "/nothing"), ("PUT", "/tracks"), ("OPTIONS", "/tracks"), ("GET", "/health/")):
        assert keyed_client.request(method, path, follow_redirects=False).status_code == 401
    assert keyed_client.get("/nothing", headers=keys[Role.READ]).status_code == 404


def test_a_refusal_below_v1_has_the_shape_of_spotifys(keyed_client: TestClient) -> None:
    answer = keyed_client.get("/v1/tracks/1")
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
