"""What jobs are called on pages, and which of them pages tell of."""

import pytest

from services.api.console.job_titles import _TITLES
from shared.domain.job import JobKind


@pytest.mark.parametrize("kind", [kind for kind in JobKind if kind is not JobKind.CRAWL])
def test_every_kind_of_job_has_a_title(kind: JobKind) -> None:
    assert kind in _TITLES
