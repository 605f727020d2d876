"""Processes killed, queues emptied and the database restarted at named commits: nothing is lost, nothing doubled."""

import csv
import os
import signal
from collections import Counter
from datetime import datetime

import pytest
from sqlalchemy import func, select

from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.model_inputs import DEFAULT_EXCERPT
from shared.json_objects import JsonObject
from shared.settings import WorkSettings
from shared.store.tables import AnnotationRow, ArrayRow, FeatureSet, FoldResult, Job, JobItem, Model, Track, TrackSource
from tests.conftest import Servers
from tests.support import audio
from tests.support.catalogue_values import value_in_range
from tests.support.markers import marked_long
from tests.support.running_system import System

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]

N_CLIPS = 10
MAX_ATTEMPTS = WorkSettings().max_attempts


def crawl_folder(system: System, name: str, *, n_clips: int = N_CLIPS) -> JsonObject:
    """A crawl of `n_clips` real files of which none is like another."""
    folder = system.music / name
    folder.mkdir()
    for i in range(n_clips):
        y = audio.song(duration_s=6.0, sr=22_050, n_channels=1, seed=hash_of(name, i))
        audio.write(folder / f"{i:02d}.wav", y, sr=22_050, form="wav16")
    return system.post("/crawl", {"source": "folder", "path": str(folder), "emotion": "calm"})


def hash_of(name: str, i: int) -> int:
    return int.from_bytes(f"{name}{i}".encode()[-6:], "big") % 2**31


def assert_counted_out(system: System, job: JsonObject, *, n_clips: int = N_CLIPS) -> None:
    """requested = done, and the rows say the same: one track, source, annotation, feature set and array a clip."""
    assert job["state"] == "done", job
    items = job["items"]
    assert (items["requested"], items["done"], items["failed"], items["skipped"]) == (n_clips, n_clips, 0, 0), (
        system.log_tails()
    )
    with system.ports.store.read_session() as session:
        rows = session.scalars(select(JobItem).where(JobItem.job_id == job["id"])).all()
        tracks = {row.track_id for row in rows}
        assert len(tracks) == n_clips
        of_tables = (Track.id, TrackSource.track_id, AnnotationRow.track_id, FeatureSet.track_id, ArrayRow.track_id)
        for column in of_tables:
            query = select(column).where(column.in_(tracks))
            if column.class_ is ArrayRow:
                query = query.where(ArrayRow.excerpt == DEFAULT_EXCERPT)
            counts = Counter(session.scalars(query).all())
            assert len(counts) == n_clips, column
            assert set(counts.values()) == {1}, column


@pytest.mark.parametrize(
    "point", ["before.featurize.finish", *marked_long("after.featurize.claim", "after.featurize.finish")]
)
def test_a_killed_featurizer_child_loses_and_doubles_nothing(system: System, point: str) -> None:
    system.points.arm(point)
    job = crawl_folder(system, f"child {point}")
    os.kill(system.points.reached(point), signal.SIGKILL)
    assert_counted_out(system, system.ended(job))


def test_a_killed_featurizer_with_all_its_children_loses_nothing(system: System) -> None:
    system.points.arm("before.featurize.finish")
    job = crawl_folder(system, "whole featurizer")
    system.points.reached("before.featurize.finish")
    system.kill("featurizer")
    system.start("featurizer")
    system.await_ready("featurizer")
    assert_counted_out(system, system.ended(job))


@pytest.mark.parametrize(
    "point",
    [
        "before.crawl.listed",
        "before.collect.finish",
        *marked_long("after.crawl.claim", "after.crawl.items", "after.collect.finish"),
    ],
)
def test_a_killed_crawler_loses_and_doubles_nothing(system: System, point: str) -> None:
    system.points.arm(point)
    job = crawl_folder(system, f"crawler {point}")
    os.kill(system.points.reached(point), signal.SIGKILL)
    assert_counted_out(system, system.ended(job))


def test_an_emptied_redis_loses_nothing(system: System, servers: Servers) -> None:
    point = "after.featurize.claim"
    system.points.arm(point)
    job = crawl_folder(system, "emptied redis")
    pid = system.points.reached(point)
    servers.redis_client().flushall()
    system.points.release(point, pid)
    assert_counted_out(system, system.ended(job))


def test_a_redis_that_died_and_came_back_loses_nothing(system: System, servers: Servers) -> None:
    if servers.redis is None:
        pytest.skip("MER_TEST_REDIS_URL names an outside Redis, which is not ours to stop")
    point = "before.collect.finish"
    system.points.arm(point)
    job = crawl_folder(system, "dead redis")
    pid = system.points.reached(point)
    servers.redis.stop()
    system.points.release(point, pid)
    servers.redis.start()
    assert_counted_out(system, system.ended(job))


@pytest.mark.parametrize("point", ["before.featurize.finish", *marked_long("before.collect.finish")])
def test_a_restarted_database_loses_and_doubles_nothing(system: System, servers: Servers, point: str) -> None:
    if servers.postgres is None:
        pytest.skip("MER_TEST_DATABASE_URL names an outside PostgreSQL, which is not ours to restart")
    system.points.arm(point)
    job = crawl_folder(system, f"restarted {point}")
    pid = system.points.reached(point)
    servers.postgres.restart()
    system.points.release(point, pid)
    assert_counted_out(system, system.ended(job))


def test_an_item_that_kills_every_worker_fails_alone_with_its_reason(system: System) -> None:
    """A batch dies with its worker; its items come back one by one, and only the one that kills again is given up."""
    point = "before.featurize.finish"
    system.points.arm(point)
    job = crawl_folder(system, "poison", n_clips=3)
    os.kill(system.points.reached(point), signal.SIGKILL)
    victim, n_deaths = None, 1
    while n_deaths < MAX_ATTEMPTS:
        system.points.arm(point)
        pid = system.points.reached(point)
        held = held_by(system, job, pid)
        victim = victim or held[0]
        if victim in held:
            assert held == [victim], "after a death every item is tried alone"
            os.kill(pid, signal.SIGKILL)
            n_deaths += 1
        else:
            system.points.release(point, pid)
    ended = system.ended(job)
    assert (ended["items"]["done"], ended["items"]["failed"]) == (2, 1)
    failed = system.api.get(f"/jobs/{job['id']}/items", params={"state": "failed"}).json()["items"]
    assert [(item["id"], item["reason"]) for item in failed] == [(victim, "worker_lost")]


def held_by(system: System, job: JsonObject, pid: int) -> list[int]:
    with system.ports.store.read_session() as session:
        query = select(JobItem.id).where(
            JobItem.job_id == job["id"], JobItem.state == "running", JobItem.worker.endswith(f":{pid}")
        )
        return list(session.scalars(query))


def labelled_table(system: System, name: str, *, n_rows: int = 60) -> JsonObject:
    """A table with catalogue columns whose emotion can be learned."""
    path = system.music / f"{name}.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["title", "artist", *CATALOGUE_COLUMNS, "emotion"])
        writer.writeheader()
        for i in range(n_rows):
            emotion = ("calm", "sad", "energetic", "happy")[i % 4]
            levels = [0.1 + (7 * i + 3 * j) % 10 / 50 for j in range(len(CATALOGUE_COLUMNS))]
            cells = zip(CATALOGUE_COLUMNS, levels, strict=True)
            row = {column: value_in_range(column, level) for column, level in cells}
            row |= {"energy": 0.2 + 0.6 * (i % 4 >= 2), "valence": 0.2 + 0.6 * (i % 4 in {0, 3})}
            writer.writerow({"title": f"{name} {i}", "artist": f"{name} artist {i // 2}", "emotion": emotion, **row})
    return system.ended(system.post("/crawl", {"source": "table", "path": str(path)}))


@pytest.mark.parametrize(
    "point",
    [
        "after.train.publish",
        *marked_long("after.train.snapshot", "before.train.publish", "before.train.promote"),
    ],
)
def test_a_killed_trainer_ends_with_one_model_and_one_champion(system: System, point: str) -> None:
    labelled_table(system, "training")
    system.points.arm(point)
    body = {"estimators": ["svm", "majority"], "inputs": ["catalogue"], "taxonomy": "mood4"}
    job = system.post("/train", body)
    os.kill(system.points.reached(point), signal.SIGKILL)
    ended = system.ended(job)
    assert ended["state"] == "done", (ended, system.log_tails())
    assert ended["items"]["done"] == 2, system.api.get(f"/jobs/{job['id']}/items").json()
    with system.ports.store.read_session() as session:
        items = session.scalars(select(JobItem.id).where(JobItem.job_id == job["id"])).all()
        published = session.scalars(select(Model).where(Model.job_item_id.in_(items))).all()
        slot = (Model.taxonomy == "mood4") & ~Model.synthetic
        champions = session.scalar(select(func.count()).where(Model.state == "champion", slot))
        snapshots = session.scalar(select(func.count(func.distinct(Job.snapshot_id))).where(Job.id == job["id"]))
    assert sorted(model.estimator for model in published) == ["majority", "svm"]
    assert champions == 1
    assert "promotion" in next(m.metrics for m in published if m.estimator == "svm"), "the job ends only when judged"
    assert snapshots == 1
    assert {model.snapshot_id for model in published} == {published[0].snapshot_id}


def test_a_killed_training_goes_on_from_its_last_finished_fold(system: System) -> None:
    labelled_table(system, "resumed")
    system.points.arm("after.train.fold")
    job = system.post("/train", {"estimators": ["svm"], "inputs": ["catalogue"], "taxonomy": "mood4"})
    os.kill(system.points.reached("after.train.fold"), signal.SIGKILL)
    before = kept_folds(system, job)
    system.points.arm("before.train.publish")
    pid = system.points.reached("before.train.publish")
    after = kept_folds(system, job)
    system.points.release("before.train.publish", pid)
    ended = system.ended(job)
    assert len(before) == 1
    assert before.items() < after.items(), "the fold that was finished was not computed again, the others were"
    assert (ended["state"], ended["items"]["done"]) == ("done", 1), (ended, system.log_tails())
    assert not kept_folds(system, job), "a published model keeps its answers itself"


def kept_folds(system: System, job: JsonObject) -> dict[int, datetime]:
    with system.ports.store.read_session() as session:
        query = (
            select(FoldResult.fold, FoldResult.made_at)
            .join(JobItem, JobItem.id == FoldResult.job_item_id)
            .where(JobItem.job_id == job["id"])
        )
        return dict(session.execute(query).tuples().all())


def test_a_training_by_the_talks_protocol_says_so_and_is_never_promoted(system: System) -> None:
    labelled_table(system, "talk")
    merge = {"quiet": ["calm", "sad"], "loud": ["energetic", "happy"]}
    body = {"estimators": ["tree", "majority"], "inputs": ["catalogue"], "merge": merge, "protocol": "talk"}
    job = system.ended(system.post("/train", body))
    assert job["state"] == "done", (job, system.log_tails())
    board = system.api.get(f"/jobs/{job['id']}/leaderboard").json()["models"]
    assert [(row["estimator"], row["state"], row["protocol"]) for row in board] == [
        ("tree", "candidate", "talk"),
        ("majority", "candidate", "talk"),
    ]
    model = system.api.get(board[0]["href"]).json()
    assert model["card"]["classes"] == ["loud", "quiet"]
    assert model["card"]["leak_report"]["clean"] is False
    assert any("leaks" in limit for limit in model["card"]["limits"])
