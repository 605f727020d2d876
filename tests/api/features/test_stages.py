"""What the API reads and says of features after one stage of the analysis was raised."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.api.deps import ApiPorts
from services.featurizer.analysis import ClipAnalysis
from services.featurizer.uploads import analyse_uploads
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.settings import WorkSettings
from shared.store.repositories import Repositories
from shared.store.tables import ProjectionRow
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support.clip_analyses import clip_analysis
from tests.support.extracted_features import extraction, save
from tests.support.published_models import features_of, publish
from tests.support.queued_items import queued_items

TODAY = FeatureSpec()
CATALOGUE = replace(TODAY, catalogue=replace(TODAY.catalogue, version=101))
DESCRIPTORS = replace(TODAY, descriptors=replace(TODAY.descriptors, version=102))
Sends = Callable[[TestClient, str, FeatureSpec], Any]


@pytest.fixture
def known(ports: ApiPorts) -> None:
    """The specs of other releases; only that of the code is known before anything is written under it."""

    def declare_stages(repositories: Repositories) -> None:
        for spec in (CATALOGUE, DESCRIPTORS):
            repositories.spec_stages.declare_stages(spec.fingerprint, spec)

    ports.store.transact("test.declare", declare_stages)


def saying(ports: ApiPorts, track_id: UUID, emotion: str, *, spec: FeatureSpec, seed: int = 0) -> UUID:
    """Keep descriptors that lie where those of the emotion do, as an analysis under `spec`."""
    values = features_of(emotion, taxonomy="mood4", rng=np.random.default_rng(5 + seed))
    save(ports, extraction(ports, track_id, seed=seed, descriptors=values), spec=spec)
    return track_id


def analyse(path: Path) -> ClipAnalysis:
    """Stands in for the decoder: the file's content names the emotion that it has."""
    values = features_of(path.read_text(), taxonomy="mood4", rng=np.random.default_rng(5))
    return clip_analysis(descriptors=np.array(values, dtype=np.float32))


def sent(ports: ApiPorts, client: TestClient, path: str, *, spec: FeatureSpec) -> Any:
    """The answer about a song that is sent to `path` and analysed under `spec`."""
    waiting = client.post(path, params={"wait_s": 0}, files={"file": ("song.mp3", b"sad")})
    assert waiting.status_code == 202, waiting.text
    bench = WorkerContext(store=ports.store, bus=ports.bus, work=WorkSettings(), worker="here:1")
    message = queued_items(ports, Stage.UPLOAD)
    analyse_uploads(message, bench=bench, blobs=ports.blobs, spec=spec, analyse=analyse)
    return client.get(waiting.headers["Location"])


@pytest.mark.parametrize(("spec", "status"), [(TODAY, 200), (CATALOGUE, 200), (DESCRIPTORS, 422)])
def test_a_champion_answers_for_tracks_of_any_spec_with_its_stages(
    ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, spec: FeatureSpec, status: int
) -> None:
    model_id = publish(ports, mood4, judged=add_track())
    track_id = saying(ports, add_track(), "happy", spec=spec)
    with asking(replace(ports, spec=spec)) as client:
        answer = client.get(f"/tracks/{track_id}/emotion")
        assert answer.status_code == status, answer.text
        if status == 200:
            assert (answer.json()["predicted"], answer.json()["model"]["id"]) == ("happy", str(model_id))
        else:
            assert answer.json()["code"] == "outdated"
            assert "earlier version of descriptors" in answer.json()["detail"]


def test_a_track_that_is_behind_its_champion_asks_for_a_recomputation(
    ports: ApiPorts, client: TestClient, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    publish(ports, mood4, judged=add_track())
    refused = client.get(f"/tracks/{saying(ports, add_track(), 'happy', spec=DESCRIPTORS)}/emotion")
    assert (refused.status_code, refused.json()["code"]) == (422, "outdated")
    assert refused.json()["detail"].endswith("another version than the model reads: POST /features/recompute")


@pytest.mark.parametrize(("spec", "status"), [(CATALOGUE, 200), (DESCRIPTORS, 422)])
def test_a_song_that_is_sent_in_is_answered_by_the_champion_of_its_stages(
    ports: ApiPorts, add_track: AddTrack, mood4: TrainedCandidate, spec: FeatureSpec, status: int
) -> None:
    publish(ports, mood4, judged=add_track())
    with asking(replace(ports, spec=spec)) as client:
        answer = sent(ports, client, "/predict", spec=spec)
    assert answer.status_code == status, answer.text
    assert answer.json().get("emotion", answer.json().get("code")) == ("sad" if status == 200 else "other_features")


def test_similar_tracks_are_looked_for_among_all_descriptors_of_one_version(
    ports: ApiPorts, add_track: AddTrack
) -> None:
    tracks = {
        name: saying(ports, add_track(title=name, artist=name), "sad", spec=spec, seed=n)
        for n, (name, spec) in enumerate(
            (("old", TODAY), ("new", CATALOGUE), ("newer", DESCRIPTORS), ("old too", TODAY), ("newer too", DESCRIPTORS))
        )
    }

    def similar(name: str, spec: FeatureSpec) -> set[str]:
        with asking(replace(ports, spec=spec)) as client:
            answer = client.get(f"/tracks/{tracks[name]}/similar", params={"by": "descriptors"})
            assert answer.status_code == 200, answer.text
            return {item["title"] for item in answer.json()["items"]}

    assert similar("old", TODAY) == {"new", "old too"}
    assert similar("new", CATALOGUE) == {"old", "old too"}
    with ports.store.read_session() as session:
        assert len(session.scalars(select(ProjectionRow)).all()) == 1, "one standard for one version"
    assert similar("newer", DESCRIPTORS) == {"newer too"}
    with asking(replace(ports, spec=CATALOGUE)) as client:
        answer = sent(ports, client, "/similar", spec=CATALOGUE)
        assert {item["title"] for item in answer.json()["items"]} == {"old", "new", "old too"}
        refused = sent(ports, client, "/similar", spec=DESCRIPTORS)
        assert (refused.status_code, refused.json()["code"]) == (422, "other_features")


@pytest.mark.usefixtures("known")
def test_a_track_shows_what_stands_of_it_and_which_stages_are_outdated(ports: ApiPorts, add_track: AddTrack) -> None:
    track_id = add_track()
    save(ports, extraction(ports, track_id), spec=TODAY)
    with asking(replace(ports, spec=CATALOGUE)) as client:
        shown = client.get(f"/tracks/{track_id}/features").json()
        assert (shown["state"], shown["spec"], shown["outdated"]) == ("ready", TODAY.fingerprint, ["catalogue"])
        assert [one["excerpt"] for one in shown["arrays"]] == ["talk"]
        assert [(one["origin"], one["spec"]) for one in shown["catalogue"]] == [("computed", TODAY.fingerprint)]
        assert client.get(f"/tracks/{track_id}").json()["features"] == {
            "state": "ready",
            "spec": TODAY.fingerprint,
            "reason": None,
            "detail": None,
            "outdated": ["catalogue"],
            "stale": None,
        }
        assert client.get(f"/v1/audio-features/{track_id}").json()["mer"]["spec"] == TODAY.fingerprint
    with asking(replace(ports, spec=DESCRIPTORS)) as client:
        shown = client.get(f"/tracks/{track_id}/features").json()
        assert (shown["state"], shown["outdated"]) == ("absent", ["catalogue", "descriptors"])
        assert client.get(f"/tracks/{track_id}/spectrogram.png").status_code == 200, "its spectrogram stands"
    save(ports, extraction(ports, track_id), spec=CATALOGUE)
    with asking(replace(ports, spec=CATALOGUE)) as client:
        shown = client.get(f"/tracks/{track_id}/features").json()
        assert (shown["spec"], shown["outdated"]) == (CATALOGUE.fingerprint, [])
        assert [(one["origin"], one["spec"]) for one in shown["catalogue"]] == [("computed", CATALOGUE.fingerprint)]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("spec", "n_rows"), [(TODAY, 2), (CATALOGUE, 1), (DESCRIPTORS, 0)])
def test_an_export_holds_the_computed_columns_of_one_version(
    ports: ApiPorts, add_track: AddTrack, spec: FeatureSpec, n_rows: int
) -> None:
    for n, under in enumerate((TODAY, TODAY, CATALOGUE)):
        save(ports, extraction(ports, add_track(title=f"song {n}"), seed=n), spec=under)
    with asking(replace(ports, spec=spec)) as client:
        rows = [json.loads(line) for line in client.get("/export", params={"format": "jsonl"}).text.splitlines()]
    assert len(rows) == 3
    assert sum(row["tempo"] is not None for row in rows) == n_rows
