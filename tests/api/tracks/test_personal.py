"""Answers for one person: their own labels alone, and predictions as these labels change them."""

import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from services.api.deps import ApiPorts
from services.scorer import personal
from services.trainer.candidates.training import TrainedCandidate
from shared.bus.routes import Task
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.emotion import MOOD4
from shared.domain.messages import PersonMessage, TaskMessage, TickMessage
from shared.domain.taggers import MUSICNN
from shared.errors import RetryableError
from shared.personal.personal_logits import PersonalHead
from shared.store.repositories import RepositorySession
from shared.store.tables import AnnotationRow, Model, PersonalHeadRow, Prediction, ProjectedVector
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack, asking
from tests.support.buses import RecordingBus
from tests.support.problem_answers import problem
from tests.support.published_models import publish
from tests.support.served_api import RunMer

ADA = {"annotator": "ada"}
N_A_SIDE = 14
N_LABELS = 2 * N_A_SIDE - 4
SHARED = {"calm": 0.5, "energetic": 0.2, "happy": 0.15, "sad": 0.15}
"""What the model predicts of every track."""


def list_ids(client: TestClient, **query: Any) -> set[str]:
    answer = client.get("/tracks", params={"limit": 100, **query})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


def fit(bench: WorkerContext, name: str = "ada") -> None:
    personal.fit_person(PersonMessage(name), bench=bench)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels are not so far apart as those of a person."""
    monkeypatch.setattr(personal, "QUIET_S", 0.0)


@pytest.fixture
def model_id(ports: ApiPorts, mood4: TrainedCandidate, add_track: AddTrack) -> UUID:
    return publish(ports, mood4, judged=add_track(title="trained on"))


@pytest.fixture
def sides(ports: ApiPorts, add_track: AddTrack, model_id: UUID) -> dict[str, list[UUID]]:
    """Tracks that the model takes for calm, and of which a tagger hears two kinds."""
    rng = np.random.default_rng(3)
    by_side: dict[str, list[UUID]] = {"soft": [], "loud": []}
    values = {}
    for side, centre in (("soft", -1.0), ("loud", 1.0)):
        for n in range(N_A_SIDE):
            track_id = add_track(title=f"{side} {n}", artist=f"{side} artist {n}")
            by_side[side].append(track_id)
            outputs = rng.normal(size=MUSICNN.n_values, scale=0.3).astype(np.float32)
            outputs[:100] += centre
            values[track_id] = {MUSICNN.name: outputs}

    def save(repositories: Any) -> None:
        model: Model = repositories.models.require_by_id(model_id)
        classes = model.card["classes"]
        ids = [*by_side["soft"], *by_side["loud"]]
        repositories.scores.save_predictions(
            model, classes, ids, np.array([[SHARED[name] for name in classes]] * len(ids))
        )
        repositories.tagger_outputs.save_outputs(values, versions={MUSICNN.name: MUSICNN.fingerprint})

    ports.store.transact("test.sides", save)
    return by_side


@pytest.fixture
def labelled(ports: ApiPorts, sides: dict[str, list[UUID]]) -> dict[str, list[UUID]]:
    """Ada hears the loud ones as sad, Bob hears the first of each as happy."""
    said = [
        *((track_id, "ada", "calm") for track_id in sides["soft"][2:]),
        *((track_id, "ada", "sad") for track_id in sides["loud"][2:]),
        *((of_side[0], "bob", "happy") for of_side in sides.values()),
    ]

    def annotate(repositories: Any) -> None:
        for track_id, name, emotion in said:
            person = Annotator(AnnotatorKind.PERSON, name)
            repositories.annotations.append_annotation(track_id, person, taxonomy="mood4", emotion=emotion)

    ports.store.transact("test.annotate", annotate)
    return sides


def test_predictions_are_as_a_persons_labels_change_them(
    client: TestClient, bench: WorkerContext, labelled: dict[str, list[UUID]]
) -> None:
    loud, soft = labelled["loud"][1], labelled["soft"][1]
    before = client.get(f"/tracks/{loud}/emotion", params=ADA).json()
    assert (before["emotion"], before["personal"]["shared"], before["personal"]["current"]) == ("calm", True, False)
    assert before["probabilities"] == pytest.approx(SHARED)
    fit(bench)
    answer = client.get(f"/tracks/{loud}/emotion", params=ADA).json()
    assert (answer["emotion"], answer["decided_by"], answer["basis"]) == ("sad", "model", "held_out")
    marked = answer["personal"]
    assert (marked["annotator"], marked["n_labels"], marked["n_fitted"]) == ("ada", N_LABELS, N_LABELS)
    assert (marked["shared"], marked["current"]) == (False, True)
    assert marked["strength"] > 0
    assert (answer["prediction_set"], answer["sure"], answer["track_record"]) == (None, None, None)
    assert client.get(f"/tracks/{soft}/emotion", params=ADA).json()["emotion"] == "calm"
    everybody = client.get(f"/tracks/{loud}/emotion").json()
    assert (everybody["emotion"], everybody["personal"]) == ("calm", None)


def test_lists_and_exports_are_as_the_answers_for_single_tracks(
    client: TestClient, bench: WorkerContext, labelled: dict[str, list[UUID]]
) -> None:
    fit(bench)
    loud = {str(track_id) for track_id in labelled["loud"]}
    assert list_ids(client, emotion="sad", **ADA) == loud
    assert list_ids(client, emotion="calm", limit=7, **ADA) <= {str(track_id) for track_id in labelled["soft"]}
    (item,) = client.get("/tracks", params={"q": "loud 1", "emotion": "sad", **ADA}).json()["items"][:1]
    single = client.get(f"/tracks/{item['id']}/emotion", params=ADA).json()
    assert item["probability"] == pytest.approx(single["probabilities"]["sad"], abs=1e-6)
    assert (item["personal"]["annotator"], item["basis"]) == ("ada", single["basis"])
    rows = list(csv.DictReader(io.StringIO(client.get("/export", params={"emotion": "sad", **ADA}).text)))
    assert {row["id"] for row in rows} == loud
    assert {row["personal_annotator"] for row in rows} == {"ada"}
    assert list_ids(client, emotion="sad", annotator="bob") == set()


def test_any_head_lists_the_tracks_that_it_answers_so(
    ports: ApiPorts, client: TestClient, bench: WorkerContext, labelled: dict[str, list[UUID]]
) -> None:
    fit(bench)
    rng = np.random.default_rng(1)
    unlabelled = [*labelled["soft"][:2], *labelled["loud"][:2]]

    def change(session: RepositorySession) -> None:
        row = session.scalars(select(PersonalHeadRow)).one()
        vectors = session.personal_heads.list_components(unlabelled, standard_id=row.standard_id)
        weights = rng.normal(size=(4, vectors.shape[1])) / np.abs(vectors).max()
        centre = vectors.mean(axis=0) + 2 * np.abs(vectors).max(axis=0)
        row.parameters = PersonalHead(
            scale=0.4, bias=rng.normal(size=4), weights=weights, centre=centre
        ).to_parameters()
        session.execute(delete(ProjectedVector).where(ProjectedVector.track_id == unlabelled[0]))
        session.execute(delete(AnnotationRow).where(AnnotationRow.track_id.not_in(unlabelled)))
        session.add(
            AnnotationRow(track_id=unlabelled[3], annotator_id=row.annotator_id, taxonomy="mood4", emotion="sad")
        )

    ports.store.transact_session("test.change", change)
    ids = [str(track_id) for track_id in (*labelled["soft"], *labelled["loud"])]
    single = {one: client.get(f"/tracks/{one}/emotion", params=ADA).json()["emotion"] for one in ids}
    assert len(set(single.values())) > 1
    for emotion in MOOD4.emotions:
        assert list_ids(client, emotion=emotion, **ADA) == {one for one in ids if single[one] == emotion}


def test_only_the_persons_own_labels_stand_over_a_prediction(
    client: TestClient, bench: WorkerContext, labelled: dict[str, list[UUID]]
) -> None:
    fit(bench)
    of_bob = labelled["loud"][0]
    assert client.get(f"/tracks/{of_bob}/emotion").json()["emotion"] == "happy"
    answer = client.get(f"/tracks/{of_bob}/emotion", params=ADA).json()
    assert (answer["emotion"], answer["decided_by"], answer["label"]) == ("sad", "model", None)
    assert list_ids(client, emotion="happy") == {str(of_bob), str(labelled["soft"][0])}
    assert list_ids(client, emotion="happy", **ADA) == set()
    own = client.get(f"/tracks/{labelled['loud'][5]}/emotion", params=ADA).json()
    assert (own["emotion"], own["decided_by"], own["basis"]) == ("sad", "person", "in_sample")


def test_without_labels_the_shared_model_answers_and_without_a_name_nobody(
    client: TestClient, bench: WorkerContext, sides: dict[str, list[UUID]]
) -> None:
    track_id = sides["loud"][0]
    client.put(f"/tracks/{track_id}/annotations/eve", json={"tags": ["rainy"]})
    fit(bench, "eve")
    answer = client.get(f"/tracks/{track_id}/emotion", params={"annotator": "eve"}).json()
    everybody = client.get(f"/tracks/{track_id}/emotion").json()
    assert answer["personal"].items() >= {"n_labels": 0, "shared": True, "current": True, "strength": None}.items()
    assert {**answer, "personal": None} == everybody
    for path in (f"/tracks/{track_id}/emotion", "/tracks", "/export"):
        refused = client.get(path, params={"annotator": "nobody"})
        assert "nobody" in problem(refused, 404, "not_found")


def test_a_withdrawn_label_and_another_champion_make_a_head_outdated_and_it_is_fitted_again(
    client: TestClient, bench: WorkerContext, ports: ApiPorts, mood4: TrainedCandidate, labelled: dict[str, list[UUID]]
) -> None:
    loud = labelled["loud"]
    fit(bench)
    client.delete(f"/tracks/{loud[2]}/annotations/ada")
    marked = client.get(f"/tracks/{loud[1]}/emotion", params=ADA).json()["personal"]
    assert (marked["current"], marked["n_labels"], marked["n_fitted"]) == (False, N_LABELS - 1, N_LABELS)
    tick = TickMessage("score")
    personal.refit_people(tick, bench=bench)
    marked = client.get(f"/tracks/{loud[1]}/emotion", params=ADA).json()["personal"]
    assert (marked["current"], marked["n_fitted"]) == (True, N_LABELS - 1)
    fitted_at = marked["fitted_at"]
    personal.refit_people(tick, bench=bench)
    marked = client.get(f"/tracks/{loud[1]}/emotion", params=ADA).json()["personal"]
    assert marked["fitted_at"] == fitted_at, "nothing changed"
    other = publish(ports, mood4, judged=loud[0])

    def predict(repositories: Any) -> None:
        model = repositories.models.require_by_id(other)
        classes = model.card["classes"]
        rows = np.array([[SHARED[name] for name in classes]] * (2 * N_A_SIDE))
        repositories.scores.save_predictions(model, classes, [*labelled["soft"], *loud], rows)

    ports.store.transact("test.predict", predict)
    answer = client.get(f"/tracks/{loud[1]}/emotion", params=ADA).json()
    assert (answer["emotion"], answer["personal"]["shared"]) == ("calm", True), "the head was of the one before"
    personal.refit_people(tick, bench=bench)
    answer = client.get(f"/tracks/{loud[1]}/emotion", params=ADA).json()
    assert (answer["emotion"], answer["personal"]["shared"]) == ("sad", False)


def test_commands_ask_for_one_persons_answers(
    mer: RunMer, bench: WorkerContext, labelled: dict[str, list[UUID]], tmp_path: Path
) -> None:
    track_id = str(labelled["loud"][1])
    as_ada = ("--annotator", "ada")
    shared = mer("emotion", track_id, *as_ada)
    assert "mood4: calm" in shared
    assert "for ada: the shared model, unchanged; the latest labels are taken into account in a few seconds" in shared
    fit(bench)
    changed = mer("emotion", track_id, *as_ada)
    assert "mood4: sad" in changed
    assert f"for ada: as {N_LABELS} labels change the model\n" in changed
    assert track_id in mer("tracks", "--emotion", "sad", *as_ada)
    assert track_id not in mer("tracks", "--emotion", "sad")
    mer("export", "--emotion", "sad", "--out", str(tmp_path / "sad.csv"), *as_ada)
    rows = list(csv.DictReader((tmp_path / "sad.csv").open(encoding="utf-8")))
    assert len(rows) == N_A_SIDE
    assert track_id in {row["id"] for row in rows}


def test_a_person_who_goes_on_labelling_is_left_alone(
    bench: WorkerContext, client: TestClient, labelled: dict[str, list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal, "QUIET_S", 600.0)
    fit(bench)
    marked = client.get(f"/tracks/{labelled['loud'][1]}/emotion", params=ADA).json()["personal"]
    assert (marked["fitted_at"], marked["current"]) == (None, False)


def test_labels_whose_predictions_are_in_sample_are_not_used(
    ports: ApiPorts, bench: WorkerContext, client: TestClient, model_id: UUID, labelled: dict[str, list[UUID]]
) -> None:
    in_sample = [*labelled["loud"][2:5], labelled["soft"][2]]

    def mark(session: RepositorySession) -> None:
        session.execute(
            update(Prediction)
            .where(Prediction.model_id == model_id, Prediction.track_id.in_(in_sample))
            .values(basis="in_sample")
        )

    ports.store.transact_session("test.mark", mark)
    fit(bench)
    marked = client.get(f"/tracks/{labelled['loud'][1]}/emotion", params=ADA).json()["personal"]
    assert (marked["n_labels"], marked["n_fitted"]) == (N_LABELS, N_LABELS - 4)


def test_a_written_and_a_withdrawn_label_ask_the_scorer_and_need_no_queue(
    ports: ApiPorts, sides: dict[str, list[UUID]]
) -> None:
    bus = RecordingBus()
    track_id = sides["loud"][0]
    with asking(replace(ports, bus=bus)) as client:
        for _ in range(2):
            client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "sad"})
        client.delete(f"/tracks/{track_id}/annotations/ada")
    assert bus.sent == [(Task.FIT_PERSONAL_HEAD, PersonMessage("ada"))] * 2, "the second label was said before"
    with asking(replace(ports, bus=_AwayBus())) as client:
        assert client.put(f"/tracks/{track_id}/annotations/ada", json={"emotion": "sad"}).status_code == 201


class _AwayBus(RecordingBus):
    """Queues that nobody reaches."""

    def publish(self, task: Task, message: TaskMessage) -> None:
        raise RetryableError(f"{task} is away: {message}")
