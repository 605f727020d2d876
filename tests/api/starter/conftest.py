"""An API whose starter is on."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.registry.champions import AnsweringRule, ChampionCache
from tests.api.conftest import asking
from tests.support.published_models import train


def with_rule(ports: ApiPorts, rule: AnsweringRule) -> ApiPorts:
    """The same ports with another rule of which model answers."""
    return replace(ports, champions=ChampionCache(ports.store, ports.blobs, cache_s=0.0, rule=rule))


@pytest.fixture
def ports(ports: ApiPorts) -> ApiPorts:
    return with_rule(ports, AnsweringRule(starter=True))


@pytest.fixture
def client(ports: ApiPorts) -> Iterator[TestClient]:
    with asking(ports) as client:
        yield client


@pytest.fixture(scope="session")
def quadrants() -> TrainedCandidate:
    """A small model of quadrants on descriptors."""
    return train(taxonomy="quadrant4")
