"""The job of a message is in the store, or the message cannot be worked on."""

from uuid import uuid4

import pytest

from shared.domain.job import JobKind
from shared.errors import PermanentError, Reason
from shared.store import Store
from shared.worker.context import require_job


def test_a_job_is_looked_up_by_its_id(store: Store) -> None:
    with store.read() as repositories:
        job, _ = repositories.jobs.create_job(JobKind.CRAWL, {"source": "demo"})
        assert require_job(repositories, job.id).params == {"source": "demo"}


def test_an_id_of_no_job_is_refused_for_good(store: Store) -> None:
    with store.read() as repositories, pytest.raises(PermanentError, match="there is no job") as raised:
        require_job(repositories, uuid4())
    assert raised.value.reason is Reason.NOT_FOUND
