"""What a promotion would change of tags and of places on the plane, before it is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, update

from services.api.deps import ApiPorts
from services.api.settings import ApiSettings
from services.trainer.candidates.training import TrainedCandidate
from shared.inference.decoding import decode_predictions
from shared.store.models.repository import ModelRepository
from shared.store.tables import Track
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from tests.api.conftest import AddTrack, asking
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.unit.trainer.heads import PLANE, TAGS, a_placer, a_tagger, placed, tagged, trained, training_set

Said = Callable[..., str]


@pytest.fixture(scope="module")
def tagger() -> TrainedCandidate:
    return a_tagger()


@pytest.fixture(scope="module")
def placer() -> TrainedCandidate:
    return a_placer()


@pytest.fixture
def tracks(add_track: AddTrack) -> list[UUID]:
    """In the order of their ids."""
    return sorted(add_track(synthetic=True, title=f"piece {n}") for n in range(5))


@pytest.fixture
def says(ports: ApiPorts, tracks: list[UUID]) -> Said:
    """`says(candidate, rows)`: a model that said `rows[n]` of the n-th track, and nothing of the others."""

    def make(
        of: TrainedCandidate,
        rows: Mapping[int, Sequence[float]],
        *,
        promote: bool = False,
        outputs: Sequence[str] = (),
        **metrics: Any,
    ) -> str:
        classes = tuple(outputs) or of.card.classes
        card = replace(of.card, classes=classes, metrics={**of.card.metrics, **metrics})
        model_id = publish(ports, replace(of, card=card), judged=tracks[0], promote=promote)

        def write(session: Any) -> None:
            for n, numbers in rows.items():
                words, (answer,) = decode_predictions(card.taxonomy, classes, np.array([numbers]))
                assert answer is not None
                ModelRepository(session).save_prediction(
                    tracks[n], model_id, emotion=words[answer], probabilities=numbers, valence_arousal=None
                )

        ports.store.transact("test.say", write)
        return str(model_id)

    return make


def flips(client: TestClient, model: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"/models/{model}/flips", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_tags_come_and_go_by_the_thresholds_of_either_model(
    client: TestClient, says: Said, tagger: TrainedCandidate, tracks: list[UUID]
) -> None:
    champion = says(
        tagger,
        {0: [0.9, 0.1, 0.1], 1: [0.9, 0.9, 0.1], 2: [0.5, 0.1, 0.1]},
        promote=True,
        thresholds={"dark": 0.5, "slow": 0.5, "party": 0.5},
    )
    model = says(
        tagger,
        {0: [0.9, 0.1, 0.1], 1: [0.1, 0.9, 0.35], 2: [0.5, 0.1, 0.3], 3: [0.9, 0.9, 0.9]},
        thresholds={"dark": 0.5, "slow": 0.5, "party": 0.3},
    )
    found = flips(client, model)
    assert (found["head"], found["against"]["id"]) == ("tags", champion)
    assert (found["compared"], found["flips"], found["held"]) == (3, 2, 0), "of the fourth only one spoke"
    assert [(i["track_id"], i["came"], i["went"]) for i in found["items"]] == [
        (str(tracks[1]), ["party"], ["dark"]),
        (str(tracks[2]), ["party"], []),
    ]
    assert found["changes"] == [{"tag": "party", "came": 2, "went": 0}, {"tag": "dark", "came": 0, "went": 1}]
    assert (found["gained"], found["lost"]) == ([], [])


def test_a_tag_that_only_one_of_them_answers_comes_or_goes_wherever_it_is_given(
    client: TestClient, says: Said, tagger: TrainedCandidate
) -> None:
    limits = {"dark": 0.5, "slow": 0.5, "party": 0.5, "calm": 0.5}
    says(tagger, {0: [0.9, 0.9], 1: [0.9, 0.1]}, outputs=("dark", "slow"), promote=True, thresholds=limits)
    model = says(tagger, {0: [0.1, 0.9], 1: [0.9, 0.9]}, outputs=("party", "dark"), thresholds=limits)
    found = flips(client, model)
    assert (found["gained"], found["lost"]) == (["party"], ["slow"])
    assert [(i["came"], i["went"]) for i in found["items"]] == [([], ["slow"]), (["party"], [])]


def test_what_a_person_tagged_does_not_change_whoever_answers(
    client: TestClient, says: Said, tagger: TrainedCandidate, tracks: list[UUID]
) -> None:
    says(tagger, {n: [0.9, 0.1, 0.1] for n in range(3)}, promote=True)
    model = says(tagger, {n: [0.1, 0.1, 0.9] for n in range(3)})
    client.put(f"/tracks/{tracks[0]}/annotations/ada", json={"tags": ["slow"]})
    client.put(f"/tracks/{tracks[1]}/annotations/ada", json={"emotion": "sad", "valence": 0.5, "arousal": 0.5})
    found = flips(client, model)
    assert (found["flips"], found["held"]) == (2, 1)
    assert [i["track_id"] for i in found["items"]] == [str(tracks[1]), str(tracks[2])]
    assert {c["tag"]: (c["came"], c["went"]) for c in found["changes"]} == {"dark": (0, 2), "party": (2, 0)}


def test_what_a_person_said_of_a_merged_track_holds_the_one_that_stands_for_it(
    client: TestClient, ports: ApiPorts, says: Said, tagger: TrainedCandidate, tracks: list[UUID]
) -> None:
    client.put(f"/tracks/{tracks[1]}/annotations/ada", json={"tags": ["slow"]})
    pair = MergePair(one=tracks[0], other=tracks[1], reason=MergeReason.PERSON, who="ada")
    ports.store.transact_session("test.merge", lambda session: MergeRepository(session).unite_pairs([pair]))
    says(tagger, {n: [0.9, 0.1, 0.1] for n in (0, 2)}, promote=True)
    model = says(tagger, {n: [0.1, 0.1, 0.9] for n in (0, 2)})
    found = flips(client, model)
    assert (found["compared"], found["held"]) == (2, 1)
    assert [item["track_id"] for item in found["items"]] == [str(tracks[2])]


def test_tracks_that_move_are_listed_the_farthest_first_from_a_stated_distance_on(
    client: TestClient, says: Said, placer: TrainedCandidate, tracks: list[UUID]
) -> None:
    says(placer, {0: [0.1, 0.5], 1: [0.5, 0.5], 2: [0.5, 0.5], 3: [-0.5, 0.0]}, promote=True)
    model = says(placer, {0: [-0.1, 0.5], 1: [0.9, 0.8], 2: [-0.5, -0.5], 3: [-0.5, 0.25]})
    found = flips(client, model)
    assert (found["head"], found["moved"]) == ("dimensions", 0.25)
    assert (found["compared"], found["flips"]) == (4, 3)
    assert [(i["track_id"], i["distance"]) for i in found["items"]] == [
        (str(tracks[2]), pytest.approx(2**0.5, abs=1e-5)),
        (str(tracks[1]), pytest.approx(0.5, abs=1e-5)),
        (str(tracks[3]), 0.25),
    ]
    assert found["items"][0]["before"] == {"valence": 0.5, "arousal": 0.5, "quadrant": "Q1"}
    assert found["items"][0]["after"]["quadrant"] == "Q3"
    crossed = {(c["before"], c["after"]): c["tracks"] for c in found["changes"]}
    assert crossed == {("Q1", "Q2"): 1, ("Q1", "Q3"): 1, ("axis", "Q2"): 1}, "however little it moves"
    assert flips(client, model, moved=0)["flips"] == 4
    assert flips(client, model, moved=0.6)["flips"] == 1


def test_moves_come_in_pages_also_where_tracks_move_equally_far(
    client: TestClient, says: Said, placer: TrainedCandidate, tracks: list[UUID]
) -> None:
    says(placer, {n: [0.5, 0.5] for n in range(5)}, promote=True)
    model = says(placer, {0: [0.5, 0.0], 1: [0.5, -0.5], 2: [0.5, 0.0], 3: [0.5, 0.0], 4: [-0.5, 0.5]})
    client.put(f"/tracks/{tracks[3]}/annotations/ada", json={"valence": 0.1, "arousal": 0.1})
    seen, cursor = [], None
    for _ in range(3):
        page = flips(client, model, limit=2, **({"cursor": cursor} if cursor else {}))
        assert (page["flips"], page["held"]) == (4, 1)
        seen += [item["track_id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [str(tracks[n]) for n in (1, 4, 0, 2)]


@pytest.mark.parametrize("head", ["tags", "dimensions"])
def test_missing_tracks_are_neither_compared_nor_listed(
    client: TestClient, ports: ApiPorts, says: Said, tracks: list[UUID], head: str, request: pytest.FixtureRequest
) -> None:
    of: TrainedCandidate = request.getfixturevalue("tagger" if head == "tags" else "placer")
    before, after = ([0.9, 0.1, 0.1], [0.1, 0.1, 0.9]) if head == "tags" else ([0.9, 0.9], [-0.9, -0.9])
    says(of, dict.fromkeys(range(2), before), promote=True)
    model = says(of, dict.fromkeys(range(2), after))
    is_gone = update(Track).where(Track.id == tracks[0]).values(missing_since=func.now())
    ports.store.transact_session("test.missing", lambda session: session.execute(is_gone))
    found = flips(client, model)
    assert (found["compared"], found["flips"]) == (1, 1)
    assert [item["track_id"] for item in found["items"]] == [str(tracks[1])]


def test_a_distance_means_something_for_places_only(
    client: TestClient, says: Said, tagger: TrainedCandidate, placer: TrainedCandidate
) -> None:
    model = says(tagger, {})
    problem(client.get(f"/models/{model}/flips", params={"moved": 0.5}), 422, "no_distance")
    placing = says(placer, {})
    for moved in (-0.1, 3, "far"):
        problem(client.get(f"/models/{placing}/flips", params={"moved": moved}), 422, "invalid_request")


@pytest.fixture(params=["tags", "dimensions"])
def opposed(
    request: pytest.FixtureRequest,
    ports: ApiPorts,
    tagger: TrainedCandidate,
    placer: TrainedCandidate,
    tracks: list[UUID],
) -> tuple[UUID, UUID, str]:
    """`(champion, a candidate that learned the opposite, the route of their answers)`; both can read the tracks."""
    is_tags = request.param == "tags"
    (x, y), outputs = (tagged(seed=3), TAGS) if is_tags else (placed(seed=3), PLANE)
    for track_id, row in zip(tracks, x, strict=False):
        featurize_track(ports, track_id, descriptors=row.tolist())
    opposite = trained(training_set(x, 1 - y if is_tags else -y, kind=request.param, outputs=outputs), "tree")
    champion = publish(ports, tagger if is_tags else placer, judged=tracks[0])
    candidate = publish(ports, opposite, judged=tracks[0], promote=False)
    return champion, candidate, "tags" if is_tags else "valence-arousal"


def test_a_large_library_is_scored_by_a_job_before_anything_is_listed(
    ports: ApiPorts, opposed: tuple[UUID, UUID, str]
) -> None:
    _, candidate, _ = opposed
    with asking(replace(ports, settings=ApiSettings(score_at_once=2))) as client:
        said, again = (client.get(f"/models/{candidate}/flips") for _ in range(2))
    assert (said.status_code, said.json()["kind"]) == (202, "score")
    assert again.json()["id"] == said.json()["id"], "one job is enough"


def test_a_small_library_is_scored_at_once_and_what_was_announced_is_what_happens(
    client: TestClient, tracks: list[UUID], opposed: tuple[UUID, UUID, str]
) -> None:
    _, candidate, path = opposed
    before = {str(track_id): client.get(f"/tracks/{track_id}/{path}").json() for track_id in tracks}
    found = flips(client, str(candidate))
    assert found["compared"] == len(tracks)
    assert found["flips"] > 0
    assert client.post(f"/models/{candidate}/promote", json={"force": True}).status_code == 200
    for item in found["items"]:
        now = client.get(f"/tracks/{item['track_id']}/{path}").json()
        if path == "tags":
            earlier = set(before[item["track_id"]]["tags"])
            assert set(now["tags"]) == (earlier | set(item["came"])) - set(item["went"]) != earlier
        else:
            assert {name: now[name] for name in PLANE} == {name: item["after"][name] for name in PLANE}
