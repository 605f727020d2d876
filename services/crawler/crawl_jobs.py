"""The job that a crawl belongs to, and what its errors mean while a library may be away."""

import os
from pathlib import Path
from uuid import UUID

from shared.domain.crawl import CrawlRequest
from shared.errors import LaterError, PermanentError, UnreadableFileError
from shared.library_health import LibraryHealth
from shared.store.tables import Job
from shared.worker.context import WorkerContext, require_job


def explain_error(
    error: PermanentError | LaterError | OSError, health: LibraryHealth | None
) -> PermanentError | LaterError:
    """The error as one that says who acts; LaterError where the disk or share of the file is away, as `health` says."""
    if isinstance(error, OSError):
        if health is None or error.filename is None:
            raise error
        path = Path(os.fsdecode(error.filename))
        error = UnreadableFileError.from_os_error(error, path, named=path.name)
    return health.explain(error) if health is not None and isinstance(error, PermanentError) else error


def load_request(bench: WorkerContext, job_id: UUID) -> CrawlRequest:
    """What the job was asked for."""
    return CrawlRequest.from_params(load_job(bench, job_id).params)


def load_job(bench: WorkerContext, job_id: UUID) -> Job:
    """The job. Raises PermanentError(`not_found`)."""
    with bench.store.read() as repositories:
        return require_job(repositories, job_id)
