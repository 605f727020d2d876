"""What a model's report says, and that its page needs nothing else."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, cast
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from matplotlib import image

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.emotion import MOOD4
from shared.domain.snapshot import SnapshotCounts
from shared.store.models.evaluations import EvaluationRepository
from tests.api.conftest import AddTrack
from tests.support.published_models import Judged, publish

N = 48


@pytest.fixture
def models(ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate) -> tuple[UUID, UUID]:
    """A champion, and a candidate that was right more often on the same tracks."""
    tracks = [(add_track(), MOOD4.emotions[n % 4], f"artist {n // 2}") for n in range(N)]

    def judged(right: float) -> list[Judged]:
        said = [
            MOOD4.emotion_index(t) if n < right * N else (MOOD4.emotion_index(t) + 1) % 4
            for n, (_, t, _) in enumerate(tracks)
        ]
        return [
            Judged(track_id=i, target=t, group=g, probabilities=(0.6 * np.eye(4)[answer] + 0.1).tolist())
            for (i, t, g), answer in zip(tracks, said, strict=True)
        ]

    return publish(ports, mood4, judged=judged(0.5)), publish(ports, mood4, judged=judged(0.9), promote=False)


def test_the_report_gathers_what_the_card_the_rows_and_the_comparison_say(
    client: TestClient, models: tuple[UUID, UUID]
) -> None:
    champion, candidate = models
    found = client.get(f"/models/{candidate}/report").json()
    assert found["model"]["id"] == str(candidate)
    assert list(found["per_class"]) == found["classes"] == list(MOOD4.emotions)
    assert found["headlines"]["macro_f1"]["low"] <= found["headlines"]["macro_f1"]["value"]
    assert found["chance"]["macro_f1"]["value"] < found["headlines"]["macro_f1"]["value"]
    assert set(found["roc"]) == set(MOOD4.emotions)
    assert all(0.5 < curve["auc"] <= 1 for curve in found["roc"].values())
    (only_bin,) = found["calibration"]["reliability"]
    assert (only_bin["n"], only_bin["accuracy"]) == (N, pytest.approx(0.9, abs=0.02))
    assert found["comparison"]["champion"]["id"] == str(champion)
    assert found["comparison"]["difference"]["is_better"]
    assert found["comparison"]["difference"]["n_tracks"] == N
    assert [row["coverage"] for row in found["prediction_sets"]] == [0.8, 0.9, 0.95]
    assert found["export"]["rows"] >= 1000
    assert found["export"]["max_difference"] <= 1e-5
    assert client.get(f"/models/{champion}/report").json()["comparison"] is None


class Outside(HTMLParser):
    """What a page would fetch or run, and the headings that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        links = [named[name] or "" for name in ("src", "href", "xlink:href") if name in named]
        self.fetched += [link for link in links if not link.startswith(("#", "data:"))]


def read(page: str) -> Outside:
    parser = Outside()
    parser.feed(page)
    return parser


def test_the_page_is_whole_in_itself(client: TestClient, models: tuple[UUID, UUID]) -> None:
    answer = client.get(f"/models/{models[1]}/report.html")
    assert answer.headers["content-type"].startswith("text/html")
    page = read(answer.text)
    assert page.tags.count("svg") == 4
    assert page.fetched == []
    assert "script" not in page.tags
    assert not re.search(r"url\((?!#)|@import", answer.text)


def test_the_page_says_what_the_report_says(client: TestClient, models: tuple[UUID, UUID]) -> None:
    page = client.get(f"/models/{models[1]}/report.html").text
    found = client.get(f"/models/{models[1]}/report").json()
    for emotion in MOOD4.emotions:
        assert f"<td>{emotion}</td><td>{found['per_class'][emotion]['precision']:.2f}</td>" in page
    difference = found["comparison"]["difference"]
    assert f"{difference['mine']:.3f}" in page
    assert f"{difference['difference']:+.3f}" in page
    assert f"{found['headlines']['macro_f1']['value']:.3f}" in page


def test_words_from_outside_are_shown_and_never_run(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    nasty = "<script>alert(1)</script>"
    counts = mood4.card.data_counts.copy()
    counts["by_source"] = {nasty: 3}
    card = replace(mood4.card, data_counts=counts, limits=(nasty,))
    model = publish(ports, replace(mood4, card=card), judged=add_track(), promote=False)
    page = client.get(f"/models/{model}/report.html").text
    assert nasty not in page
    assert page.count("&lt;script&gt;") == 2


def test_the_picture_is_a_picture(client: TestClient, models: tuple[UUID, UUID]) -> None:
    answer = client.get(f"/models/{models[0]}/report.png")
    assert answer.headers["content-type"] == "image/png"
    pixels = image.imread(io.BytesIO(answer.content))
    assert pixels.shape[1] > pixels.shape[0] > 400
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 20, "something is drawn"


def test_evaluations_on_other_tracks_stand_in_the_report(
    client: TestClient, ports: ApiPorts, models: tuple[UUID, UUID], mood4: TrainedCandidate
) -> None:
    job = client.post(f"/models/{models[0]}/evaluate", json={"source": "jamendo"}).json()

    def write(session: Any) -> None:
        EvaluationRepository(session).save_evaluation(
            models[0],
            job_id=UUID(job["id"]),
            subset={"source": "jamendo"},
            counts={
                "labelled": 9,
                "in_training": 0,
                "artist_in_training": 0,
                "fingerprint_in_training": 0,
                "audio_in_training_or_not_scorable": 0,
                "judged": 9,
                "not_compared": 0,
            },
            metrics=mood4.card.metrics,
        )

    ports.store.transact("test.evaluation", write)
    assert client.get(f"/models/{models[0]}/report").json()["evaluations"][0]["subset"] == {"source": "jamendo"}
    assert "source jamendo" in client.get(f"/models/{models[0]}/report.html").text


def test_a_model_from_before_prediction_sets_has_a_report_too(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    newer = (
        "conformal",
        "reliability",
        "export_rows",
        "promotion",
        "brier_interval",
        "ece_under_perfect_calibration",
        "fold_assignments",
        "spec",
    )
    metrics = {name: value for name, value in mood4.card.metrics.items() if name not in newer}
    counts = cast("SnapshotCounts", {"n_items": 64})  # all that the earliest versions wrote
    card = replace(mood4.card, metrics=json.loads(json.dumps(metrics)), data_counts=counts)
    model = publish(ports, replace(mood4, card=card), judged=add_track())
    assert client.get(f"/models/{model}/report.html").status_code == 200
    found = client.get(f"/models/{model}/report").json()
    assert (found["sure"], found["fold_assignments"], found["other_origins"]) == (None, None, None)
    assert found["spec"] == card.feature_fingerprint


def test_the_page_says_what_the_figures_depend_on_and_what_the_answers_promise(
    client: TestClient, ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack
) -> None:
    origins = [
        {
            "origin": "import: <a>",
            "n_tracks": 90,
            "n_artists": 60,
            "n_training": 300,
            "value": 0.41,
            "low": 0.3,
            "high": 0.5,
            "below_pooled": True,
            "not_computed": None,
        },
        {
            "origin": "playlist: b",
            "n_tracks": 9,
            "n_artists": 9,
            "n_training": None,
            "value": None,
            "low": None,
            "high": None,
            "below_pooled": None,
            "not_computed": "fewer than 50 tracks",
        },
    ]
    further = {"other_origins": {"measure": "macro F1", "pooled": 0.66, "n_origins": 2, "origins": origins}}
    card = replace(mood4.card, metrics={**json.loads(json.dumps(mood4.card.metrics)), **further})
    model = publish(ports, replace(mood4, card=card), judged=add_track())
    found, page = (client.get(f"/models/{model}/report{suffix}") for suffix in ("", ".html"))
    body = found.json()
    folds = body["fold_assignments"]
    assert len(folds["values"]) == 5
    assert f"{folds['low']:.3f} to {folds['high']:.3f}" in page.text
    assert "import: &lt;a&gt;" in page.text
    assert "below the figure over all" in page.text
    assert "not computed: fewer than 50 tracks" in page.text
    assert f"perfect calibration would show {body['calibration']['ece_under_perfect_calibration']:.3f}" in page.text
    assert body["calibration"]["brier_interval"]["low"] <= body["calibration"]["brier"]
    assert f"features <code>{body['spec']}</code>" in page.text
    assert set(body["sure"]["thresholds"]) == set(MOOD4.emotions)
    assert "never said to be sure" in page.text
