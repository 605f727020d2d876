"""New tracks are scored by themselves: the sweep finds what is ready and has no prediction, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from services.api.deps import ApiPorts
from services.beat.handlers import run_sweep
from services.beat.scoring import DutyCycle, score_new_tracks
from services.scorer.scoring import score_tracks
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.job import ItemState, JobKind, Stage
from shared.domain.messages import ItemsMessage, TickMessage
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.tables import Job, JobItem, Model, Prediction
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_emotion, featurize_track
from tests.support.published_models import publish, train

Ready = Callable[..., UUID]


@pytest.fixture(scope="module")
def binary() -> TrainedCandidate:
    return train(taxonomy="binary")


@pytest.fixture
def ready(ports: ApiPorts, add_track: AddTrack) -> Ready:
    """`ready()`: a track with features, as a featurizer leaves it."""

    def make(**said: Any) -> UUID:
        track_id = add_track(**said)
        featurize_emotion(ports, track_id, "sad")
        return track_id

    return make


def jobs_of(ports: ApiPorts) -> list[tuple[UUID, dict[str, Any]]]:
    with ports.store.read_session() as session:
        rows = session.scalars(select(Job).where(Job.kind == JobKind.SCORE).order_by(Job.id)).all()
    return [(job.id, job.params) for job in rows]


def work(ports: ApiPorts, bench: WorkerContext) -> int:
    """Let a scorer work off what waits; the number of items."""
    with ports.store.read_session() as session:
        waiting = select(JobItem.id).where(JobItem.stage == Stage.SCORE, JobItem.state == ItemState.QUEUED)
        items = tuple(session.scalars(waiting))
    if items:
        score_tracks(ItemsMessage(items), bench=bench, blobs=ports.blobs, champions=ports.champions)
    return len(items)


def scored(ports: ApiPorts, model_id: UUID) -> set[UUID]:
    with ports.store.read_session() as session:
        return set(session.scalars(select(Prediction.track_id).where(Prediction.model_id == model_id)))


def test_tracks_that_became_ready_are_scored_by_every_champion_and_only_once(
    ports: ApiPorts,
    bench: WorkerContext,
    ready: Ready,
    add_track: AddTrack,
    mood4: TrainedCandidate,
    binary: TrainedCandidate,
) -> None:
    silent, demo = add_track(), ready(synthetic=True)
    models = [publish(ports, one, judged=silent) for one in (mood4, binary)]
    candidate = publish(ports, mood4, judged=silent, promote=False)
    tracks = {ready() for _ in range(3)}
    run_sweep(TickMessage("sweep"), bench=bench)
    assert {params["model_id"] for _, params in jobs_of(ports)} == {str(model_id) for model_id in models}
    long_ago = update(Job).values(created_at=Job.created_at - timedelta(days=1))
    ports.store.transact_session("test.long_ago", lambda session: session.execute(long_ago))
    run_sweep(TickMessage("sweep"), bench=bench)
    assert len(jobs_of(ports)) == 2, "while a job is open there is no other"
    assert work(ports, bench) == 2
    assert [scored(ports, model_id) for model_id in (*models, candidate)] == [tracks, tracks, set()]
    assert demo not in tracks
    run_sweep(TickMessage("sweep"), bench=bench)
    assert len(jobs_of(ports)) == 2, "nothing is left to score"


def test_new_features_make_a_track_due_again(
    ports: ApiPorts, bench: WorkerContext, ready: Ready, mood4: TrainedCandidate
) -> None:
    track_id = ready()
    model_id = publish(ports, mood4, judged=track_id)
    for n in range(1, 3):
        score_new_tracks(bench)
        assert len(jobs_of(ports)) == n
        work(ports, bench)
        assert scored(ports, model_id) == {track_id}
        featurize_track(ports, track_id, descriptors=[float(n)] * 13)
        assert scored(ports, model_id) == set()


def test_sweeps_side_by_side_make_one_job(
    ports: ApiPorts, bench: WorkerContext, ready: Ready, mood4: TrainedCandidate
) -> None:
    publish(ports, mood4, judged=ready())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: score_new_tracks(bench), range(8)))
    assert len(jobs_of(ports)) == 1


def test_a_track_that_cannot_be_scored_is_not_tried_for_ever_and_again_with_new_features(
    ports: ApiPorts, bench: WorkerContext, ready: Ready, add_track: AddTrack, mood4: TrainedCandidate
) -> None:
    damaged = add_track()
    featurize_track(ports, damaged, descriptors=[float("nan")] * 13)
    model_id = publish(ports, mood4, judged=damaged)
    for _ in range(3):
        score_new_tracks(bench)
        work(ports, bench)
    assert len(jobs_of(ports)) == 1
    assert scored(ports, model_id) == set()
    featurize_emotion(ports, damaged, "sad")
    score_new_tracks(bench)
    work(ports, bench)
    assert scored(ports, model_id) == {damaged}


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_after_a_job_that_failed_or_was_cancelled_new_tracks_wait_a_while(
    ports: ApiPorts, bench: WorkerContext, ready: Ready, mood4: TrainedCandidate, end: str
) -> None:
    publish(ports, mood4, judged=ready())
    score_new_tracks(bench)
    ((job_id, _),) = jobs_of(ports)
    if end == "cancelled":
        ports.store.transact_session("test.cancel", lambda session: JobRepository(session).cancel_job(job_id))
    else:
        with ports.store.read_session() as session:
            key = session.scalars(select(Model.artefact_key)).one()
        ports.blobs.delete(key)
        work(ports, bench)
    score_new_tracks(bench)
    assert len(jobs_of(ports)) == 1
    earlier = update(Job).values(finished_at=Job.finished_at - timedelta(hours=1))
    ports.store.transact_session("test.earlier", lambda session: session.execute(earlier))
    score_new_tracks(bench)
    assert len(jobs_of(ports)) == 2


def test_while_others_are_analysed_a_few_wait_and_many_or_old_ones_do_not(
    ports: ApiPorts, bench: WorkerContext, ready: Ready, mood4: TrainedCandidate
) -> None:
    publish(ports, mood4, judged=ready())
    score_new_tracks(bench)
    work(ports, bench)

    def analyse(session: Any) -> None:
        job, _ = JobRepository(session).create_job(JobKind.RECOMPUTE, {}, listed=True)
        JobRepository(session).add_items(job.id, Stage.FEATURIZE, [NewItem("one", {})])

    ports.store.transact("test.analyse", analyse)
    ready()
    score_new_tracks(bench)
    assert len(jobs_of(ports)) == 1
    earlier = update(Job).where(Job.kind == JobKind.SCORE).values(created_at=Job.created_at - timedelta(hours=1))
    ports.store.transact_session("test.earlier", lambda session: session.execute(earlier))
    score_new_tracks(bench)
    assert len(jobs_of(ports)) == 2


def test_spans_of_new_tracks_are_no_longer_than_a_batch_and_hold_each_once(
    ports: ApiPorts, ready: Ready, mood4: TrainedCandidate
) -> None:
    tracks = [ready() for _ in range(7)]
    model_id = publish(ports, mood4, judged=tracks[0])
    with ports.store.read_session() as session:
        model = ModelRepository(session).get_by_id(model_id)
        assert model is not None
        assert ScoreRepository(session).list_due(model) == tracks
    ports.store.transact_session("test.schedule", lambda session: ScoreRepository(session).schedule_new(model, size=3))
    with ports.store.read_session() as session:
        keys = session.scalars(select(JobItem.key).order_by(JobItem.id)).all()
    assert keys == ["new tracks 1 to 3", "new tracks 4 to 6", "new tracks 7 to 7"]


def test_a_quick_look_happens_always_and_a_slow_one_seldom() -> None:
    now = [0.0]
    looks: list[float] = []

    def look() -> None:
        looks.append(now[0])
        now[0] += 1.0

    cycle = DutyCycle(share=0.1, clock=lambda: now[0])
    for _ in range(40):
        cycle.run(look)
        now[0] += 1.0
    assert looks == [0.0, 10.0, 20.0, 30.0, 40.0]
    quick = DutyCycle(share=0.1, clock=lambda: 5.0)
    runs: list[int] = []
    for n in range(3):
        quick.run(partial(runs.append, n))
    assert runs == [0, 1, 2]
