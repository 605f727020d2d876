"""An installation that is upgraded: crawled, analysed, trained and scored by the services' own use cases.

Between two crawls the spec changes in one stage, as a new release changes it.
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.api.deps import ApiPorts
from services.featurizer.analysis import analyse_clip
from services.featurizer.handlers import featurize_items
from services.featurizer.recompute import list_stale
from services.scorer.scoring import score_tracks
from services.trainer.handlers import train_candidates
from shared.bus.routes import Task
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.job import JobKind, Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.stages import stage_fingerprints
from shared.domain.training import TrainRequest
from shared.registry import promotion
from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.repositories import RepositorySession
from shared.store.tables import FeatureSet, JobItem, Model, Prediction, Track
from shared.store.tracks.annotations import AnnotationRepository
from tests.api.conftest import asking, ports_of
from tests.conftest import TEMPLATE, Servers
from tests.integration.crawler.scanning import Crawler
from tests.support import audio

TODAY = FeatureSpec()
PERSON = Annotator(AnnotatorKind.PERSON, "ada")
N_ARTISTS = 12


class Installation:
    """A library, its store, and the services' use cases under the spec of one release."""

    def __init__(self, store: Store, ports: ApiPorts, folder: Path) -> None:
        self.store, self.ports, self.music = store, ports, folder / "music"
        self.spec = TODAY
        self.crawler = Crawler(store, self.music)
        self.bench = self.crawler.bench

    def crawl(self, artist: str, signal: audio.Signal) -> UUID:
        """The track of a new file, crawled and analysed under the spec of now."""
        (self.music / artist).mkdir()
        audio.write(self.music / artist / f"{artist}.wav", signal, sr=22_050, form="wav16")
        self.crawler.spec = self.spec.fingerprint
        job = self.crawler.crawl("folder", artist)
        self.featurize()
        [item] = self.crawler.items(job)
        assert item.track_id is not None
        assert item.state == "done", item.detail
        return item.track_id

    def featurize(self) -> None:
        for message in self.crawler.bus.take(Task.FEATURIZE_ITEMS):
            assert isinstance(message, ItemsMessage)
            featurize_items(
                message,
                bench=self.bench,
                library=self.ports.library,
                blobs=self.ports.blobs,
                spec=self.spec,
                analyse=lambda path, wanted: analyse_clip(path, spec=self.spec, wanted=wanted),
            )

    def train(self, *inputs: str) -> dict[str, UUID]:
        """A champion on each input."""
        request = TrainRequest(estimators=("svm",), inputs=inputs, taxonomy="mood4", n_folds=2)

        def ask(session: Session) -> UUID:
            job, _ = JobRepository(session).create_job(JobKind.TRAIN, request.to_params())
            items = [NewItem(f"svm on {read}", {"estimator": "svm", "inputs": read}) for read in inputs]
            JobRepository(session).add_items(job.id, Stage.TRAIN, items)
            return job.id

        job_id = self.store.transact_session("test.train", ask)
        train_candidates(JobMessage(str(job_id)), bench=self.bench, blobs=self.ports.blobs, spec=self.spec)

        def promote(session: RepositorySession) -> dict[str, UUID]:
            found = {}
            for item in JobItemRepository(session).list_by_job(job_id):
                model = ModelRepository(session).get_by_item(item.id)
                assert model is not None, item.detail
                promotion.promote_model(session, model, who="the tests", why="a dozen artists are too few for the gate")
                found[model.inputs] = model.id
            return found

        return self.store.transact_session("test.promote", promote)

    def score_library(self, model_id: UUID) -> None:
        """Score the whole library in bulk, as a promotion does."""

        def schedule(session: Session) -> list[int]:
            return list(ScoreRepository(session).schedule_library(session.get_one(Model, model_id), why="the tests")[1])

        items = self.store.transact_session("test.schedule", schedule)
        score_tracks(
            ItemsMessage(tuple(items)), bench=self.bench, blobs=self.ports.blobs, champions=self.ports.champions
        )

    def predicted(self, model_id: UUID) -> set[UUID]:
        with self.store.read_session() as session:
            return set(session.scalars(select(Prediction.track_id).where(Prediction.model_id == model_id)))

    def asking(self) -> Any:
        return asking(replace(self.ports, spec=self.spec))


@pytest.fixture(scope="module")
def installation(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    name, folder = f"mer_upgrades_{secrets.token_hex(4)}", tmp_path_factory.mktemp("upgrades")
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    yield Installation(store, ports_of(store, servers.celery_url, folder), folder)
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="module")
def champions(installation: Installation) -> dict[str, UUID]:
    """Trained under the spec of before the upgrades, on tones that are calm and on noise that is not."""
    for n in range(N_ARTISTS):
        track_id = installation.crawl(f"artist {n}", sound(n))
        emotion = ("calm", "happy")[n % 2]
        installation.store.transact(
            "test.label",
            partial(_label, track_id=track_id, emotion=emotion),
        )
    return installation.train("descriptors", "mel")


def _label(session: Session, *, track_id: UUID, emotion: str) -> None:
    AnnotationRepository(session).append_annotation(track_id, PERSON, taxonomy="mood4", emotion=emotion)


def sound(n: int) -> audio.Signal:
    """Tones for even numbers, noise for odd ones; no two alike."""
    if n % 2:
        return audio.noise(duration_s=6.0, seed=n, amplitude=0.2 + 0.01 * n)
    return audio.chord(150 + 17 * n, 290 + 31 * n, duration_s=6.0)


def test_a_champion_says_which_stages_it_reads(installation: Installation, champions: dict[str, UUID]) -> None:
    now = stage_fingerprints(TODAY)
    with installation.store.read_session() as session:
        for stage, model_id in champions.items():
            model = session.get_one(Model, model_id)
            assert model.card["stage_fingerprints"] == {stage: now[stage]}


def test_champions_answer_old_and_new_tracks_after_the_catalogue_was_raised(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    for model_id in champions.values():
        installation.score_library(model_id)
    before = {model_id: installation.predicted(model_id) for model_id in champions.values()}
    with installation.store.read_session() as session:
        old = set(session.scalars(select(Track.id)))
        n_analysed = session.scalar(select(func.count()).select_from(FeatureSet))
    assert all(scored == old for scored in before.values())
    installation.spec = replace(TODAY, catalogue=replace(TODAY.catalogue, version=101))
    new = installation.crawl("catalogue tones", sound(40))
    noisy = installation.crawl("catalogue noise", sound(41))
    for model_id in champions.values():
        assert installation.predicted(model_id) == old, "nothing that was said is dropped"
        installation.score_library(model_id)
        assert installation.predicted(model_id) == {*old, new, noisy}
    with installation.asking() as client:
        for model_id in champions.values():
            for track_id, emotion in ((new, "calm"), (noisy, "happy")):
                answer = client.get(f"/tracks/{track_id}/emotion", params={"model": str(model_id)})
                assert (answer.status_code, answer.json()["predicted"]) == (200, emotion), answer.text
        assert client.get(f"/tracks/{next(iter(old))}/emotion").status_code == 200
    with installation.store.read_session() as session:
        assert session.scalar(select(func.count()).select_from(FeatureSet)) == (n_analysed or 0) + 2, (
            "nothing was recomputed"
        )


def test_an_answer_to_one_question_needs_no_bulk_scoring(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    installation.spec = replace(TODAY, catalogue=replace(TODAY.catalogue, version=102))
    new = installation.crawl("asked alone", sound(42))
    with installation.asking() as client:
        answer = client.get(f"/tracks/{new}/emotion").json()
        assert (answer["predicted"], answer["model"]["id"] in {str(one) for one in champions.values()}) == (
            "calm",
            True,
        )


def test_a_champion_on_descriptors_that_were_raised_says_so_and_one_on_mel_goes_on(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    installation.spec = replace(TODAY, descriptors=replace(TODAY.descriptors, version=103))
    new = installation.crawl("raised descriptors", sound(43))
    with installation.asking() as client:
        refused = client.get(f"/tracks/{new}/emotion", params={"model": str(champions["descriptors"])})
        assert (refused.status_code, refused.json()["code"]) == (422, "outdated"), refused.text
        assert "descriptors" in refused.json()["detail"]
        assert "train on today's" in refused.json()["detail"]
        answer = client.get(f"/tracks/{new}/emotion", params={"model": str(champions["mel"])}).json()
        assert (answer["model"]["id"], answer["predicted"]) == (str(champions["mel"]), "happy")
    for model_id in champions.values():
        installation.score_library(model_id)
    assert new not in installation.predicted(champions["descriptors"])
    assert new in installation.predicted(champions["mel"])


def test_recomputing_an_old_track_keeps_what_untouched_champions_said(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    for model_id in champions.values():
        installation.score_library(model_id)
    installation.spec = replace(TODAY, descriptors=replace(TODAY.descriptors, version=104))
    before = {kind: installation.predicted(model_id) for kind, model_id in champions.items()}
    with installation.asking() as client:
        plan = client.get("/features/recompute").json()
        assert plan["stages"]["descriptors"] == plan["n_to_compute"] >= N_ARTISTS
        assert plan["stages"]["mel"] == 0
        job = client.post("/features/recompute", json={}).json()
    list_stale(JobMessage(job["id"]), bench=installation.bench, spec=installation.spec)
    installation.featurize()
    with installation.store.read_session() as session:
        states = set(session.scalars(select(JobItem.state).where(JobItem.job_id == UUID(job["id"]))))
    assert states == {"done"}
    assert {kind: installation.predicted(model_id) for kind, model_id in champions.items()} == before
    with installation.asking() as client:
        plan = client.get("/features/recompute").json()
        status = client.get("/features/status").json()
    assert plan["n_to_compute"] == 0
    assert status["stages"]["descriptors"]["n_outdated"] == 0


def test_a_training_after_the_upgrade_reads_one_version_alone(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    """Every track that has the older descriptors alone is left out, and counted."""
    installation.spec = replace(TODAY, descriptors=replace(TODAY.descriptors, version=105))
    for n in range(50, 58):
        track_id = installation.crawl(f"later {n}", sound(n))
        emotion = ("calm", "happy")[n % 2]
        installation.store.transact("test.label", partial(_label, track_id=track_id, emotion=emotion))
    later = installation.train("descriptors")["descriptors"]
    with installation.store.read_session() as session:
        model = session.get_one(Model, later)
        assert model.card["data_counts"]["n_items"] == 8
        assert model.card["data_counts"]["without_inputs"] == {"descriptors": N_ARTISTS}
        assert model.card["stage_fingerprints"] == {"descriptors": stage_fingerprints(installation.spec)["descriptors"]}
        assert len(model.card["feature_names"]) == TODAY.descriptors.n
    assert champions["descriptors"] != later


def test_a_training_under_a_spec_that_nothing_was_analysed_under_outlives_it(
    installation: Installation, champions: dict[str, UUID]
) -> None:
    """Trained at once after an upgrade, then upgraded again: its stages are known all the same."""
    installation.spec = replace(TODAY, catalogue=replace(TODAY.catalogue, version=106))
    model_id = installation.train("mel")["mel"]
    installation.spec = replace(TODAY, catalogue=replace(TODAY.catalogue, version=107))
    new = installation.crawl("after two upgrades", sound(60))
    with installation.asking() as client:
        answer = client.get(f"/tracks/{new}/emotion", params={"model": str(model_id)})
        assert (answer.status_code, answer.json()["predicted"]) == (200, "calm"), answer.text
    assert champions["mel"] != model_id
