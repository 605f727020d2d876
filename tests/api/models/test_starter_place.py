"""The place of a starter: who takes it by beating chance alone, who gives it back, and that the demo has none."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.featurizer.descriptors import DESCRIPTORS
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import get_taxonomy
from shared.registry import promotion
from shared.registry.champions import AnsweringRule
from shared.starter.installation import install_starters
from shared.starter.models import StarterModel
from tests.api.conftest import AddTrack
from tests.api.models.conftest import Publish
from tests.support.fake_starters import fit_starter
from tests.support.problem_answers import problem
from tests.support.published_models import publish


@pytest.fixture(scope="module")
def starters() -> list[StarterModel]:
    """Of quadrants and of moods, from noise."""
    x = np.random.default_rng(0).normal(size=(24, len(DESCRIPTORS))).astype(np.float32)
    return [
        fit_starter(x, [get_taxonomy(taxonomy).emotions[n % 4] for n in range(24)], taxonomy=taxonomy)
        for taxonomy in ("quadrant4", "mood4")
    ]


@pytest.fixture(autouse=True)
def installed(ports: ApiPorts, starters: list[StarterModel]) -> None:
    ports.champions.rule = AnsweringRule(starter=True)
    install_starters(ports.store, ports.blobs, enabled=True, starters=starters)


def states(client: TestClient, taxonomy: str) -> dict[str, str]:
    items = client.get("/models", params={"taxonomy": taxonomy}).json()["items"]
    return {row["id"]: row["state"] + ("*" if row["is_default"] else "") for row in items}


def test_a_reading_of_moods_gives_its_place_to_any_model_that_beats_chance(
    client: TestClient, published: Publish
) -> None:
    (starter,) = states(client, "mood4")
    own = published(right=0.6, macro_f1={"value": 0.5, "low": 0.4, "high": 0.6})  # below what the starter's card says
    promoted = client.post(f"/models/{own}/promote")
    assert promoted.status_code == 200, promoted.text
    assert "starter" not in promoted.json()["why"]
    assert states(client, "mood4") == {own: "champion*", starter: "starter"}


def test_with_a_champion_of_another_input_a_roll_back_does_not_go_to_the_starter(
    client: TestClient, mood4: TrainedCandidate, published: Publish
) -> None:
    (starter,) = states(client, "mood4")
    catalogue = replace(mood4, card=replace(mood4.card, inputs="catalogue", origins=("table",)))
    heard, read = published(right=0.6), published(right=0.9, of=catalogue)
    for model in (heard, read):
        assert client.post(f"/models/{model}/promote").status_code == 200
    back = client.post("/models/rollback", json={"inputs": "catalogue"})
    assert back.json()["id"] == heard
    assert states(client, "mood4") == {heard: "champion*", read: "retired", starter: "starter"}
    assert client.post("/models/rollback", json={}).json()["id"] == starter
    assert states(client, "mood4") == {heard: "retired", read: "retired", starter: "starter*"}


def test_where_the_starter_is_off_a_first_champion_cannot_be_rolled_back(
    client: TestClient, ports: ApiPorts, published: Publish
) -> None:
    ports.champions.rule = AnsweringRule(starter=False)
    published(right=0.6, promote=True)
    assert "no champion before" in problem(client.post("/models/rollback", json={}), 409, "nothing_to_roll_back")


def test_a_champion_of_the_demo_library_changes_nothing_for_real_tracks(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    classes = get_taxonomy("quadrant4").emotions
    card = replace(mood4.card, taxonomy="quadrant4", classes=classes, synthetic=True)
    (starter,) = states(client, "quadrant4")
    demo = str(publish(ports, replace(mood4, card=card), judged=add_track(synthetic=True)))
    assert states(client, "quadrant4") == {demo: "champion*", starter: "starter*"}
    with ports.store.read() as repositories:
        model = repositories.models.get_by_id(UUID(demo))
        assert model is not None
        assert promotion.find_rival_starter(repositories, model) is None
    body = {"taxonomy": "quadrant4", "synthetic": True}
    problem(client.post("/models/rollback", json=body), 409, "nothing_to_roll_back")
