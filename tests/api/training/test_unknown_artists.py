"""A training set whose artists are not known: published with the word on every page, promoted by a person only."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from rich.console import Console

from services.api.deps import ApiPorts
from services.cli.views.models import show_model, show_models
from services.trainer.handlers import train_candidates
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.domain.messages import JobMessage
from shared.domain.track import CATALOGUE_COLUMNS
from shared.settings import WorkSettings
from shared.store.repositories import Repositories
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.problem_answers import problem
from tests.support.published_models import features_of

N = 64
TABLE = Annotator(AnnotatorKind.IMPORT, "table.csv")

Trained = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture
def trained(client: TestClient, ports: ApiPorts, add_track: AddTrack) -> Trained:
    """`trained(n_named)`: the job and the model of a table in which so many tracks name an artist."""

    def train(n_named: int) -> tuple[dict[str, Any], dict[str, Any]]:
        rng = np.random.default_rng(0)
        tracks = [add_track(artist=f"artist {n // 2}" if n < n_named else "Various Artists") for n in range(N)]

        def write(repositories: Repositories) -> None:
            for n, track_id in enumerate(tracks):
                emotion = MOOD4.emotions[n % 4]
                values = features_of(emotion, taxonomy="mood4", rng=rng)
                row = dict(zip(CATALOGUE_COLUMNS, values, strict=True))
                repositories.tracks.save_catalogue(track_id, row, origin="table")
                repositories.annotations.append_annotation(track_id, TABLE, taxonomy="mood4", emotion=emotion)

        ports.store.transact("test.table", write)
        job = client.post("/train", json={"estimators": ["logistic"], "inputs": ["catalogue"], "taxonomy": "mood4"})
        assert job.status_code == 202, job.text
        bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
        train_candidates(JobMessage(job.json()["id"]), bench=bench, blobs=ports.blobs, spec=ports.spec)
        (model,) = client.get("/models").json()["items"]
        return client.get(job.headers["Location"]).json(), client.get(f"/models/{model['id']}").json()

    return train


def shown(show: Any, document: Any) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    show(console, document)
    return console.export_text()


def test_its_figures_carry_the_word_on_card_report_and_command_line(client: TestClient, trained: Trained) -> None:
    job, model = trained(n_named=0)
    assert (job["state"], job["items"]["done"], model["state"]) == ("done", 1, "candidate")
    card, metrics = model["card"], model["metrics"]
    assert metrics["promotion"] == f"{N} of {N} tracks have no artist: tag them, or promote with force"
    assert (metrics["leak_check"], card["leak_report"]["state"], card["leak_report"]["clean"]) == (
        "unknown",
        "unknown",
        False,
    )
    assert card["data_counts"]["grouped_by"] == {"artist": 0, "album": 0, "folder": 0, "unknown": N}
    assert f"{N} of {N} tracks have no artist" in card["limits"][0]
    assert "no known artist" in card["split"]
    assert "artists unknown" in shown(show_models, [model])
    assert f"leak check unknown: {N} of {N} tracks have no artist" in shown(show_model, model)
    page = client.get(f"/models/{model['id']}/report.html").text
    assert "artists unknown" in page
    assert f"<b>unknown</b>: {N} of {N} tracks have no artist" in page
    (item,) = client.get(f"/jobs/{job['id']}/items").json()["items"]
    assert "leak check unknown" in item["detail"]


def test_it_is_promoted_by_force_only(client: TestClient, trained: Trained) -> None:
    _, model = trained(n_named=0)
    said = problem(client.post(f"/models/{model['id']}/promote"), 409, "not_promoted")
    assert f"{N} of {N} tracks have no artist: tag them, or promote with force" in said
    assert client.post(f"/models/{model['id']}/promote", json={"force": True}).status_code == 200
    assert client.get(f"/models/{model['id']}").json()["state"] == "champion"


def test_one_track_in_twenty_may_be_of_nobody(client: TestClient, trained: Trained) -> None:
    _, model = trained(n_named=N - 3)
    card = model["card"]
    assert (card["leak_report"]["state"], card["leak_report"]["n_unknown"]) == ("clean", 3)
    assert card["data_counts"]["grouped_by"]["unknown"] == 3
    assert "artists unknown" not in shown(show_models, [model])
    assert "leak check clean" in shown(show_model, model)
    page = client.get(f"/models/{model['id']}/report.html").text
    assert "artists unknown" not in page
    assert "clean: no track, artist or audio stands in two folds" in page
