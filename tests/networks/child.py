"""A training in a process of its own: to be killed, or one of two machines.

`python child.py keep FOLDER EPOCH`: says `ready` and waits in the middle of the epoch after `EPOCH`, to be killed.
`python child.py share`: trains with the machines of TF_CONFIG, and writes its curve.
"""

import json
import sys

from services.trainer.networks.checkpoints import BlobCheckpoints
from services.trainer.networks.supervision import Supervision
from shared.blobs.folder import FolderBlobs
from tests.networks import training


def keep(folder: str, epoch: int) -> None:
    seen = []

    def check() -> None:
        if len(seen) == epoch:
            seen.append(None)
            print("ready", flush=True)
            sys.stdin.read()

    kept = BlobCheckpoints(FolderBlobs(folder), owner="1")
    training.kept(Supervision(check=check, tell=seen.append, checkpoints=kept))


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        keep(sys.argv[2], int(sys.argv[3]))
    else:
        print(json.dumps(training.shared().state.curve), flush=True)
