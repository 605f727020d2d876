"""Where the fault tests stop a process: just before or after a named commit.

A test arms a point by creating `<moment>.<name>.armed` in the folder. The first process that comes by takes the arm
away, writes its pid to `<moment>.<name>.reached`, and waits there to be killed, or for
`<moment>.<name>.released-<pid>`; nothing is left to a sleep.
"""

import os
import time
from pathlib import Path


class CommitPoints:
    """An observer of commits that stops at armed points."""

    def __init__(self, folder: Path, *, hold_s: float = 120.0) -> None:
        self._folder = folder
        self._hold_s = hold_s

    def __call__(self, moment: str, name: str) -> None:
        """Stop here if a test armed this point."""
        point = self._folder / f"{moment}.{name}"
        try:
            Path(f"{point}.armed").rename(f"{point}.taken-{os.getpid()}")
        except FileNotFoundError:
            return
        release = Path(f"{point}.released-{os.getpid()}")
        release.unlink(missing_ok=True)  # of an earlier stop of this process
        writing = Path(f"{point}.writing")
        writing.write_text(str(os.getpid()))
        writing.replace(f"{point}.reached")
        deadline = time.monotonic() + self._hold_s
        while time.monotonic() < deadline and not release.exists():
            time.sleep(0.01)
