"""A client of a served API: headers, chunks and refusals as they go over a socket."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from services.api.deps import ApiPorts
from tests.support.served_api import serve_api


@pytest.fixture(scope="module")
def address(shared_ports: ApiPorts) -> Iterator[str]:
    """One API for the tests of a module."""
    with serve_api(shared_ports) as address:
        yield address


@pytest.fixture
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def count_jobs(web: httpx.Client) -> Callable[[], int]:
    return lambda: len(web.get("/jobs", params={"limit": 500}).json()["items"])
