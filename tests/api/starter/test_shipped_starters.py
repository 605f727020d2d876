"""The starters that ship: what they are answers, cards, reports and the command line show like any model's."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from shared.starter.installation import install_starters
from tests.support.problem_answers import problem
from tests.support.served_api import RunMer

TAXONOMIES = ("mood4", "quadrant4", "valence_arousal")


@pytest.fixture
def starters(ports: ApiPorts) -> dict[str, UUID]:
    """The id of each, by taxonomy."""
    assert install_starters(ports.store, ports.blobs, enabled=True).answering == TAXONOMIES
    with ports.store.read() as repositories:
        return {model.taxonomy: model.id for model in repositories.models.list_starters()}


def test_each_shows_its_card_and_its_report(client: TestClient, starters: dict[str, UUID], mer: RunMer) -> None:
    for taxonomy, model_id in starters.items():
        model = client.get(f"/models/{model_id}").json()
        assert (model["state"], model["is_default"], model["starter"]) == ("starter", True, True)
        assert model["derived"] == (taxonomy == "mood4")
        assert model["card"]["starter"]["licence"]
        page = client.get(f"/models/{model_id}/report.html")
        assert page.status_code == 200, page.text
        assert "ships with mer" in page.text
        assert ("derived from tags" in page.text) == (taxonomy == "mood4")
        assert client.get(f"/models/{model_id}/report.png").status_code == 200
        assert "ships with mer" in mer("models", str(model_id))
    assert "starter, default" in mer("models")


def test_none_can_be_put_into_a_slot(client: TestClient, starters: dict[str, UUID]) -> None:
    forced = client.post(f"/models/{starters['quadrant4']}/promote", json={"force": True})
    assert "in no slot" in problem(forced, 409, "not_promoted")
    assert client.get(f"/models/{starters['quadrant4']}").json()["state"] == "starter"
