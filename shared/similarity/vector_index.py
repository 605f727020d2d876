"""The latest file of vectors, mapped into the memory of a process that searches it."""

import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import structlog

from shared.blobs import Blobs
from shared.errors import PermanentError, RetryableError
from shared.similarity.vector_file import VectorFile, VectorFileError, VectorSection
from shared.store import Store

log = structlog.get_logger()

_LOOKED_UP_EVERY_S = 2.0


class VectorIndex:
    """Sections of the latest file by their owners. Safe to share between threads.

    `cache` is for blob stores whose files are not on this machine: a copy of the file is kept there.
    """

    def __init__(self, *, cache: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._cache = cache or Path(tempfile.gettempdir()) / "mer-vectors"
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_up_at = -float("inf")
        self._key: str | None = None
        self._sections: dict[UUID, VectorSection] = {}

    def get_section(self, store: Store, blobs: Blobs, owner_id: UUID) -> VectorSection | None:
        """The vectors of an owner as of some seconds ago; None where no file has any."""
        if self._clock() - self._looked_up_at > _LOOKED_UP_EVERY_S and self._lock.acquire(blocking=False):
            try:  # others go on with the file before
                self._look_up(store, blobs)
            finally:
                self._lock.release()
        return self._sections.get(owner_id)

    def _look_up(self, store: Store, blobs: Blobs) -> None:
        with store.read() as repositories:
            latest = repositories.vector_files.get_latest()
        if latest is not None and latest.key != self._key:
            try:
                path = blobs.local_file(latest.key, cache=self._cache)
                self._sections = VectorFile(path).sections
            except (PermanentError, RetryableError, VectorFileError, OSError) as error:
                log.warning("vectors.not_read", key=latest.key, error=str(error))
            else:
                self._key = latest.key
                self._drop_copies(but=path)
        self._looked_up_at = self._clock()

    def _drop_copies(self, *, but: Path) -> None:
        """Delete copies of earlier files. What is mapped stays readable without its name."""
        if not but.is_relative_to(self._cache):
            return
        for other in but.parent.iterdir():
            if other != but and other.is_file():  # a folder holds what another process is reading
                other.unlink(missing_ok=True)
