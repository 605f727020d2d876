"""Tags, and valence with arousal: what may be asked for, how the gate compares, what a report shows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.registry import promotion
from shared.store.models.repository import ModelRepository
from tests.api.conftest import AddTrack
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish
from tests.unit.trainer.heads import TAGS, a_placer, a_tagger, placed, tagged, trained, training_set


@pytest.fixture(scope="module")
def tagger() -> TrainedCandidate:
    return a_tagger()


@pytest.fixture(scope="module")
def narrow_tagger() -> TrainedCandidate:
    x, y = tagged()
    return trained(training_set(x, y[:, :2], kind="tags", outputs=TAGS[:2]), "tree")


@pytest.fixture(scope="module")
def placer() -> TrainedCandidate:
    return a_placer()


def rows_of(add_track: AddTrack, targets: np.ndarray) -> list[tuple[UUID, list[float]]]:
    return [(add_track(synthetic=True), [float(v) for v in row]) for row in targets]


def judged(rows: Sequence[tuple[UUID, list[float]]], *, noise: float, columns: int, seed: int = 0) -> list[Judged]:
    """Out-of-fold rows of a model that errs by `noise`."""
    rng = np.random.default_rng(seed)
    return [
        Judged(
            track_id=track_id,
            target="said",
            group=f"artist {n // 2}",
            numbers=numbers[:columns],
            probabilities=np.clip(0.5 * np.array(numbers[:columns]) + noise * rng.normal(size=columns), -1, 1).tolist(),
        )
        for n, (track_id, numbers) in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"head": "moods"}, "use classes, tags, dimensions"),
        ({"head": "dimensions", "estimators": ["logistic"]}, "logistic does not learn dimensions"),
        ({"head": "tags", "estimators": ["stacking"]}, "stacking does not learn tags"),
        ({"head": "dimensions", "scoring": "macro_f1"}, "means nothing for a head of dimensions"),
        (
            {"head": "dimensions", "estimators": ["cnn_attention"], "inputs": ["spectrogram"], "search": "grid"},
            "cnn_attention learns all dimensions at once",
        ),
        ({"head": "dimensions", "imbalance": "weights"}, "means nothing for a head of dimensions"),
        ({"head": "tags", "protocol": "talk"}, "means nothing for a head of tags"),
        ({"head": "tags", "merge": {"a": ["calm"], "b": ["sad"]}}, "means nothing for a head of tags"),
        ({"tags": ["dark"]}, "ask for head tags"),
        ({"head": "tags", "tags": [" "]}, "a tag needs a letter"),
        ({"head": "tags", "min_tracks": 0}, "min_tracks"),
    ],
)
def test_what_a_head_cannot_be_asked_for_is_refused_with_what_it_can(
    shared_client: TestClient, body: dict[str, Any], said: str
) -> None:
    assert said in problem(shared_client.post("/train", json=body), 422, "invalid_request")


@pytest.mark.parametrize("path", ["tags", "valence-arousal"])
def test_without_a_model_of_the_head_there_is_no_answer_yet(client: TestClient, add_track: AddTrack, path: str) -> None:
    assert client.get(f"/tracks/{add_track()}/{path}").status_code == 409
    assert client.get(f"/tracks/019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001/{path}").status_code == 404


def test_a_model_of_tags_never_answers_for_an_emotion(
    client: TestClient, ports: ApiPorts, add_track: AddTrack, tagger: TrainedCandidate
) -> None:
    track_id = add_track(synthetic=True)
    model = publish(ports, tagger, judged=track_id)
    problem(client.get(f"/tracks/{track_id}/emotion"), 409, "no_model")
    problem(client.get(f"/tracks/{track_id}/emotion", params={"model": str(model)}), 422, "other_taxonomy")


def test_the_better_of_two_taggers_is_promoted_on_the_same_rows_and_the_worse_is_not(
    ports: ApiPorts, add_track: AddTrack, tagger: TrainedCandidate
) -> None:
    rows = rows_of(add_track, tagged(n=80)[1])
    champion = publish(ports, tagger, judged=judged(rows, noise=0.5, columns=3))
    better = publish(ports, tagger, judged=judged(rows, noise=0.1, columns=3, seed=1), promote=False)
    worse = publish(ports, tagger, judged=judged(rows, noise=3.0, columns=3, seed=2), promote=False)
    verdicts = examined(ports, better, worse)
    assert verdicts[0].promote
    assert "PR-AUC" in verdicts[0].why
    assert not verdicts[1].promote
    assert champion not in {better, worse}


def test_a_tagger_that_answers_fewer_tags_than_the_champion_needs_a_person_to_say_so(
    ports: ApiPorts, add_track: AddTrack, tagger: TrainedCandidate, narrow_tagger: TrainedCandidate
) -> None:
    rows = rows_of(add_track, tagged(n=80)[1])
    publish(ports, tagger, judged=judged(rows, noise=0.5, columns=3))
    narrow = publish(ports, narrow_tagger, judged=judged(rows, noise=0.1, columns=2), promote=False)
    (verdict,) = examined(ports, narrow)
    assert (verdict.promote, verdict.may_be_forced) == (False, True)
    assert "no longer answers party" in verdict.why


def test_numbers_are_compared_by_their_mean_r2(ports: ApiPorts, add_track: AddTrack, placer: TrainedCandidate) -> None:
    rows = rows_of(add_track, placed(n=80)[1])
    publish(ports, placer, judged=judged(rows, noise=0.6, columns=2))
    better = publish(ports, placer, judged=judged(rows, noise=0.05, columns=2), promote=False)
    (verdict,) = examined(ports, better)
    assert verdict.promote, verdict.why
    assert "mean R2" in verdict.why


@pytest.mark.parametrize("kind", ["tags", "dimensions"])
def test_the_report_of_a_head_shows_its_own_figures_as_numbers_page_and_picture(
    client: TestClient,
    ports: ApiPorts,
    add_track: AddTrack,
    tagger: TrainedCandidate,
    placer: TrainedCandidate,
    kind: str,
) -> None:
    candidate, targets = (tagger, tagged(n=40)[1]) if kind == "tags" else (placer, placed(n=40)[1])
    rows = rows_of(add_track, targets)
    model = publish(ports, candidate, judged=judged(rows, noise=0.1, columns=targets.shape[1]))
    found = client.get(f"/models/{model}/report").json()
    assert found["kind"] == kind
    assert found["measure"]["key"] in found["headlines"]
    assert "macro_f1" not in found["headlines"]
    drawn = found["curves"] if kind == "tags" else found["scatter"]
    assert list(drawn) == list(candidate.card.classes)
    page = client.get(f"/models/{model}/report.html").text
    assert page.count("<svg") == 1
    assert "Limits" in page
    assert client.get(f"/models/{model}/report.png").content.startswith(b"\x89PNG")


def examined(ports: ApiPorts, *model_ids: UUID) -> list[Any]:
    """The gate's verdicts."""
    with ports.store.read_session() as session:
        found = [ModelRepository(session).get_by_id(model_id) for model_id in model_ids]
        return [promotion.examine_model(session, model, blobs=ports.blobs) for model in found if model is not None]
