"""Clients read a job by the shape that the API answers with."""

import pytest
from pydantic import BaseModel

from services.api.schemas.job import ItemCountsResponse, JobResponse, ParkedWorkResponse, WaitingResponse
from shared.domain.job_progress import ItemTally, JobProgress, ParkedItems, RestingItems


@pytest.mark.parametrize(
    ("response", "shape"),
    [
        (JobResponse, JobProgress),
        (ItemCountsResponse, ItemTally),
        (ParkedWorkResponse, ParkedItems),
        (WaitingResponse, RestingItems),
    ],
)
def test_the_shape_that_clients_read_has_the_fields_of_the_response(response: type[BaseModel], shape: type) -> None:
    assert set(response.model_fields) == set(shape.__annotations__)
