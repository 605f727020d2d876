"""Blobs that are written beside other work: a disk that syncs waits, and need not be waited for one by one."""

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from shared.blobs.port import BlobWriter


class DeferredPuts:
    """For a block: `put` returns at once. The end of the block waits until all is written, and raises what failed."""

    def __init__(self, blobs: BlobWriter) -> None:
        self._blobs = blobs
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="blobs")
        self._writes: list[Future[None]] = []

    def put(self, key: str, content: bytes) -> None:
        """Write all or nothing, soon."""
        self._writes.append(self._writer.submit(self._blobs.put, key, content))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.shutdown(wait=True)
        if error is None:
            for write in self._writes:
                write.result()
