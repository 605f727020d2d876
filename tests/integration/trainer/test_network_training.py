"""Networks trained by the trainer's own use case: from stored arrays to a published model, or to a cancelled job."""

import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from services.trainer.handlers import train_candidates
from shared.blobs import Blobs, open_blobs
from shared.blobs.port import content_key
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.job import JobKind, JobState, Stage
from shared.domain.messages import JobMessage
from shared.domain.track import CollectedTrack, SourceRef
from shared.domain.training import TrainRequest
from shared.settings import BlobSettings, WorkSettings
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.repository import ModelRepository
from shared.store.tables import Job
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.support.buses import SilentBus
from tests.support.networks.processes import started, two_machines
from tests.support.networks.small import EXCERPT, QUADRANTS, spectrograms

N = 32
SPEC = FeatureSpec()
PERSON = Annotator(AnnotatorKind.PERSON, "ada")


@pytest.fixture
def bench(store: Store) -> WorkerContext:
    return WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker="here:1")


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return open_blobs(BlobSettings(blob_url=str(tmp_path / "blobs")))


@pytest.fixture
def tracks(store: Store, blobs: Blobs) -> list[UUID]:
    """Recordings with stored excerpts, each labelled with a quadrant, two by an artist."""
    heard = spectrograms(N)

    def add(session: Session) -> list[UUID]:
        found = []
        for i in range(N):
            key, sha256 = stored(blobs, heard.source[f"t{i:03}"])
            ref = SourceRef("folder", f"{i}.wav")
            artist = f"artist {i // 8}{i % 4}"
            track_id = (
                TrackRepository(session)
                .register_track(CollectedTrack(refs=(ref,), title=f"song {i}", artist=artist))
                .track_id
            )
            AnnotationRepository(session).append_annotation(
                track_id, PERSON, taxonomy="quadrant4", emotion=QUADRANTS[i % 4]
            )
            stack = StoredArray(
                excerpt="excerpts",
                start_s=0.0,
                blob_key=key,
                sha256=sha256,
                dtype="float16",
                scale="dB",
                shape=heard.source[f"t{i:03}"].shape,
                starts_s=tuple(5.0 * n for n in range(1 + i % 3)),
            )
            FeatureRepository(session, spec=SPEC.fingerprint).save_extractions(
                [
                    ExtractedFeatures(
                        track_id=track_id,
                        descriptors=[0.0],
                        audio_sha256=f"{i:064}",
                        duration_s=30.0,
                        n_damaged_packets=0,
                        arrays=(stack,),
                    )
                ]
            )
            found.append(track_id)
        return found

    return store.transact_session("test.tracks", add)


def stored(blobs: Blobs, array: NDArray[np.floating]) -> tuple[str, str]:
    content = io.BytesIO()
    np.save(content, array)
    key, sha256 = content_key("arrays", content.getvalue(), suffix=".npy")
    blobs.put(key, content.getvalue())
    return key, sha256


def asked(store: Store, **hyperparameters: Any) -> UUID:
    request = TrainRequest(
        estimators=("cnn_rectangular",),
        inputs=("spectrogram",),
        taxonomy="quadrant4",
        n_folds=2,
        hyperparameters={"cnn_rectangular": {"epochs": 3, "batch": 8, **hyperparameters}},
    )

    def add(session: Session) -> UUID:
        jobs = JobRepository(session)
        job, _ = jobs.create_job(JobKind.TRAIN, request.to_params())
        payload = {"estimator": "cnn_rectangular", "inputs": "spectrogram", "number": 1, "of": 1}
        jobs.add_items(job.id, Stage.TRAIN, [NewItem(key="cnn_rectangular", payload=payload)])
        return job.id

    return store.transact_session("test.job", add)


@pytest.mark.slow
@pytest.mark.usefixtures("tracks")
def test_a_network_is_trained_on_a_pack_of_its_own_and_published(
    store: Store, bench: WorkerContext, blobs: Blobs, tmp_path: Path
) -> None:
    job_id = asked(store)
    train_candidates(JobMessage(str(job_id)), bench=bench, blobs=blobs, spec=SPEC)
    with store.read_session() as session:
        [item] = JobItemRepository(session).list_by_job(job_id)
        model = ModelRepository(session).get_by_item(item.id)
        assert model is not None, item.detail
        card = model.card
    assert (card["inputs"], card["classes"], card["feature_names"]) == ("spectrogram", list(QUADRANTS), [])
    assert card["n_features"] == EXCERPT[0] * EXCERPT[1]
    assert card["hyperparameters"]["network"]["epochs_trained"] <= 3
    assert card["metrics"]["export_max_difference"] <= 1e-5
    assert "keras" in card["library_versions"]
    assert kinds(tmp_path) == {"arrays", "models"}


@pytest.mark.usefixtures("tracks")
def test_a_cancelled_training_stops_in_the_middle_of_a_fold_and_leaves_nothing(
    store: Store, bench: WorkerContext, blobs: Blobs, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    job_id = asked(store, epochs=2000, patience=0)
    training = threading.Thread(
        target=train_candidates, args=(JobMessage(str(job_id)),), kwargs={"bench": bench, "blobs": blobs, "spec": SPEC}
    )
    training.start()
    eventually(lambda: "fold 1 of 2, epoch" in (job_of(store, job_id).note or ""), "an epoch was told")
    store.transact_session("test.cancel", lambda session: JobRepository(session).cancel_job(job_id))
    training.join()
    assert job_of(store, job_id).state == JobState.CANCELLED
    with store.read_session() as session:
        [item] = JobItemRepository(session).list_by_job(job_id)
        assert ModelRepository(session).get_by_item(item.id) is None
    assert kinds(tmp_path) == {"arrays"}


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.usefixtures("tracks")
def test_another_machine_joins_a_training_and_only_the_first_publishes(
    store: Store, database_url: str, tmp_path: Path, eventually: Callable[..., None]
) -> None:
    job_id = asked(store, epochs=1)
    env = {"MER_DATABASE_URL": database_url, "MER_BLOB_URL": str(tmp_path / "blobs")}
    first, second = ({"TF_CONFIG": config, **env} for config in two_machines())
    with started("-m", "tests.support.networks.child", "lead", str(job_id), **first) as leader:
        eventually(lambda: job_of(store, job_id).snapshot_id is not None, "the set was frozen", within_s=120)
        with started("-m", "services.trainer.distributed", str(job_id), **second) as follower:
            assert (leader.wait(200), follower.wait(60)) == (0, 0)
    with store.read_session() as session:
        [item] = JobItemRepository(session).list_by_job(job_id)
        assert ModelRepository(session).get_by_item(item.id) is not None, item.detail
    assert kinds(tmp_path) == {"arrays", "models"}


def job_of(store: Store, job_id: UUID) -> Job:
    with store.read_session() as session:
        job = JobRepository(session).get_by_id(job_id)
        assert job is not None
        return job


def kinds(tmp_path: Path) -> set[str]:
    """What lies in the blob store."""
    root = tmp_path / "blobs"
    return {path.relative_to(root).parts[0] for path in root.rglob("*") if path.is_file()}
