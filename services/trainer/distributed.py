"""Join the training of a job as one of several machines: `TF_CONFIG=… python -m services.trainer.distributed JOB_ID`.

Does what the trainer that leads it does, on the same snapshot, in the same order, and writes nothing: gradients meet in
`tf.distribute`. The leader waits until all machines of `TF_CONFIG` have come.
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import structlog

from services.trainer.candidates.training import train_candidate
from services.trainer.dataset.snapshot import load_training_set
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.protocols.training_hooks import TrainingHooks
from services.trainer.settings import TrainerSettings
from shared.blobs import Blobs, open_blobs
from shared.domain.estimators import ESTIMATOR_SPECS
from shared.domain.job import ItemState
from shared.domain.taggers import TaggerSpec
from shared.domain.training import TrainRequest
from shared.errors import PermanentError, Reason
from shared.settings import BlobSettings, FeatureSettings, StoreSettings
from shared.store import Store, open_store
from shared.store.jobs.repository import OPEN_ITEMS

log = structlog.get_logger()


def run_follower(
    job_id: UUID,
    *,
    store: Store,
    blobs: Blobs,
    folder: Path,
    n_threads: int,
    taggers: Sequence[TaggerSpec] = (),
) -> None:
    """Train the networks of a job beside its leader. Classical estimators are the leader's alone.

    Raises PermanentError(`not_found`) for a job that has no training set yet, and what the training itself raises.
    """
    with store.read() as repositories:
        job, snapshot = repositories.jobs.get_by_id(job_id), repositories.snapshots.get_by_job(job_id)
        if job is None or snapshot is None:
            raise PermanentError(Reason.NOT_FOUND, f"job {job_id} has no training set yet: start the leader first")
        request = TrainRequest.from_params(job.params)
        items = list(repositories.job_items.list_by_job(job_id))
        data = load_training_set(repositories, snapshot, blobs=blobs, folder=folder, taggers=taggers)
    for item in items:
        estimator, inputs = item.payload["estimator"], item.payload["inputs"]
        if not ESTIMATOR_SPECS[estimator].trains_network(inputs) or ItemState(item.state) not in OPEN_ITEMS:
            continue
        with store.read() as repositories:
            finished = repositories.fold_results.get_by_item(item.id)
        log.info("train.following", job_id=str(job_id), estimator=estimator)
        train_candidate(
            data,
            estimator=estimator,
            inputs=inputs,
            request=request,
            on_fold=lambda _: None,
            finished=finished,
            hooks=TrainingHooks(checkpoints=BlobCheckpoints(blobs, owner=str(item.id)), n_threads=n_threads),
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="services.trainer.distributed", description=__doc__.splitlines()[0])
    parser.add_argument("job_id", type=UUID)
    job_id = parser.parse_args().job_id
    if not os.environ.get("TF_CONFIG"):
        parser.error("TF_CONFIG has to name the machines that train together")
    store = open_store(StoreSettings(), application="mer following")
    with tempfile.TemporaryDirectory() as folder:
        run_follower(
            job_id,
            store=store,
            blobs=open_blobs(BlobSettings()),
            folder=Path(folder),
            n_threads=TrainerSettings().network_threads,
            taggers=FeatureSettings().tagger_specs,
        )


if __name__ == "__main__":
    main()
