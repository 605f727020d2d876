"""Clients of an application of their own: wrong keys are counted by the minute."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from tests.api.conftest import asking


@pytest.fixture
def client(ports: ApiPorts) -> Iterator[TestClient]:
    with asking(ports, is_fresh=True) as client:
        yield client
