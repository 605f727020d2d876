"""Three promises, each by its name: of all songs, of the songs of each emotion, and of a sure answer."""

import io
from copy import deepcopy
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from services.api.deps import ApiPorts
from services.cli.views.tracks import show_emotion
from services.trainer.candidates.training import TrainedCandidate
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_emotion
from tests.support.published_models import Judged, publish


@pytest.fixture
def sad_track(ports: ApiPorts, add_track: AddTrack) -> UUID:
    track_id = add_track()
    featurize_emotion(ports, track_id, "sad")
    return track_id


def with_promises(candidate: TrainedCandidate, **conformal: Any) -> TrainedCandidate:
    """The same model with other thresholds on its card; None takes some away."""
    metrics = deepcopy(candidate.card.metrics)
    for name, value in conformal.items():
        metrics["conformal"].pop(name)
        if value is not None:
            metrics["conformal"][name] = value
    return replace(candidate, card=replace(candidate.card, metrics=metrics))


def ask(client: TestClient, track_id: UUID, **query: Any) -> Any:
    answer = client.get(f"/tracks/{track_id}/emotion", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def printed(answer: dict[str, Any]) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    show_emotion(console, answer, track={"title": "Ode", "artist": "Vox"})
    return console.export_text()


def test_each_kind_of_set_names_its_promise_and_has_thresholds_of_its_own(
    client: TestClient, ports: ApiPorts, sad_track: UUID, mood4: TrainedCandidate
) -> None:
    of_class = {word: {"0.90": 1.0 if word == "happy" else 0.0} for word in mood4.card.classes}
    publish(ports, with_promises(mood4, by_class={"thresholds": of_class}), judged=sad_track)
    usual, by_class = ask(client, sad_track), ask(client, sad_track, sets="by_class")
    assert usual == ask(client, sad_track, sets="marginal")
    assert (usual["sets"], usual["prediction_set"]) == ("marginal", ["sad"])
    assert usual["set_promise"] == "of 100 songs, the set holds the right word in 90"
    assert (by_class["sets"], by_class["prediction_set"]) == ("by_class", ["sad", "happy"])
    assert "truly are of one word" in by_class["set_promise"]
    assert client.get(f"/tracks/{sad_track}/emotion", params={"sets": "each"}).status_code == 422


@pytest.mark.parametrize(("threshold", "sure"), [(0.5, True), (0.99999, False), (None, False)])
def test_an_answer_is_sure_only_from_the_threshold_of_its_word_on(
    client: TestClient,
    ports: ApiPorts,
    sad_track: UUID,
    mood4: TrainedCandidate,
    threshold: float | None,
    *,
    sure: bool,
) -> None:
    kept = {"thresholds": {word: threshold if word == "sad" else 0.1 for word in mood4.card.classes}}
    publish(ports, with_promises(mood4, sure=kept), judged=sad_track)
    answer = ask(client, sad_track)
    assert answer["sure"] is sure
    assert ("  sure: " in printed(answer)) is sure
    assert "90% sure" not in printed(answer)
    assert "set: sad (of 100 songs, the set holds the right word in 90)" in printed(answer)


@pytest.mark.parametrize(
    ("stored", "basis", "sure", "words"),
    [([1.0], "in_sample", None, ["sad"]), ([0.9, 0.1, 0.0, 0.0], "out_of_fold", False, ["calm"])],
)
def test_of_a_training_track_only_an_out_of_fold_answer_may_be_sure_and_its_set_is_of_the_answer_given(
    client: TestClient,
    ports: ApiPorts,
    sad_track: UUID,
    mood4: TrainedCandidate,
    stored: list[float],
    basis: str,
    *,
    sure: bool | None,
    words: list[str],
) -> None:
    limits = {word: 0.5 if word == "sad" else None for word in mood4.card.classes}
    judged = Judged(track_id=sad_track, target="sad", group="vox", probabilities=stored)  # one number: none were kept
    publish(ports, with_promises(mood4, sure={"thresholds": limits}), judged=[judged])
    answer = ask(client, sad_track, coverage=0.5)
    assert (answer["basis"], answer["sure"], answer["prediction_set"]) == (basis, sure, words)


def test_a_card_from_before_these_promises_answers_without_them(
    client: TestClient, ports: ApiPorts, sad_track: UUID, mood4: TrainedCandidate
) -> None:
    publish(ports, with_promises(mood4, sure=None, by_class=None), judged=sad_track)
    usual, by_class = ask(client, sad_track), ask(client, sad_track, sets="by_class")
    assert (usual["prediction_set"], usual["sure"]) == (["sad"], None)
    assert (by_class["prediction_set"], by_class["sure"]) == (None, None)
    assert "set:" not in printed(by_class)
