"""Whether the worker of a queue on this host does its work: `python -m shared.worker.liveness <queue>`.

A worker that lost its broker still answers pings. So this asks the rows: has this host lately taken a message from the
queue (the sweep sends one every few seconds), or does it hold a claim that is being renewed? The exit code is 0 for
yes and 1 for no, with a line that says why; 2 for a queue that there is not.
"""

import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from shared.bus.routes import Queue
from shared.errors import RetryableError
from shared.settings import StoreSettings
from shared.store import Store, open_store
from shared.store.repositories import Repositories

WATCH = "watch"
"""What the watcher is called, which takes no messages: its pulse says that it looks."""
FRESH_S = 90.0
"""The pulse of a worker is at most so old; between two of them lies one batch at most."""
_PATIENCE_S = 3.0


@dataclass(frozen=True)
class WorkerHealth:
    """Alive or not, and why."""

    alive: bool
    why: str


def examine_worker(store: Store, *, queue: str, host: str) -> WorkerHealth:
    """What the rows say of the worker of `queue` on `host`. A database that is away counts as not alive."""

    def look(repositories: Repositories) -> WorkerHealth:
        pulses = repositories.pulses
        ages_s = [age for of, on, age in pulses.list_ages_s() if (of, on) == (queue, host)]
        seen = f"last took a message {min(ages_s):.0f} s ago" if ages_s else "never took a message"
        if ages_s and min(ages_s) <= FRESH_S:
            return WorkerHealth(alive=True, why=seen)
        if pulses.holds_lease(host):
            return WorkerHealth(alive=True, why=f"{seen}, but is at work")
        return WorkerHealth(
            alive=False, why=f"{seen}, and holds no claim: restart it if the beat and the queues are up"
        )

    try:
        return store.transact("liveness", look, patience_s=_PATIENCE_S)
    except RetryableError as error:
        return WorkerHealth(alive=False, why=str(error))


def main(argv: Sequence[str]) -> int:
    """The exit code for the arguments, after writing the line."""
    known = [*Queue, WATCH]
    if len(argv) != 1 or argv[0] not in known:
        sys.stderr.write(f"usage: python -m shared.worker.liveness {'|'.join(known)}\n")
        return 2
    store = open_store(StoreSettings(), pool_size=1, application="mer liveness")
    health = examine_worker(store, queue=argv[0], host=socket.gethostname())
    store.close()
    sys.stdout.write(f"{argv[0]}: {health.why}\n")
    return 0 if health.alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
