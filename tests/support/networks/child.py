"""A training in a process of its own: to be killed, or one of two machines.

It is run as `python -m tests.support.networks.child`, with

`keep FOLDER EPOCH`: says `ready` and waits in the middle of the epoch after `EPOCH`, to be killed.
`share`: trains with the machines of TF_CONFIG, and writes its curve.
`lead JOB_ID`: the trainer's use case, without a queue.
"""

import json
import sys

from services.trainer.handlers import train_candidates
from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.protocols.training_hooks import EpochReport, TrainingHooks
from shared.blobs import open_blobs
from shared.blobs.folder import FolderBlobs
from shared.domain.features import FeatureSpec
from shared.domain.messages import JobMessage
from shared.settings import BlobSettings, StoreSettings, WorkSettings
from shared.store import open_store
from shared.worker.context import WorkerContext
from tests.support.buses import SilentBus
from tests.support.networks import training


def keep(folder: str, epoch: int) -> None:
    seen: list[EpochReport | None] = []

    def check() -> None:
        if len(seen) == epoch:
            seen.append(None)
            print("ready", flush=True)
            sys.stdin.read()

    kept = BlobCheckpoints(FolderBlobs(folder), owner="1")
    training.kept(TrainingHooks(check_cancelled=check, on_epoch=seen.append, checkpoints=kept))


def lead(job_id: str) -> None:
    store = open_store(StoreSettings(), application="mer test leader")
    bench = WorkerContext(store=store, bus=SilentBus(), work=WorkSettings(), worker="here:1")
    train_candidates(JobMessage(job_id), bench=bench, blobs=open_blobs(BlobSettings()), spec=FeatureSpec())


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        keep(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1] == "lead":
        lead(sys.argv[2])
    else:
        print(json.dumps(training.shared().state.curve), flush=True)
