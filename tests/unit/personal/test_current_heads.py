"""When a stored head is that of all labels of now."""

from typing import Any
from uuid import UUID

import pytest

from services.scorer.personal import _is_current
from shared.store.tables import PersonalHeadRow

STORED: dict[str, Any] = {"labels_hash": "abc", "n_labels": 30, "n_with_components": 20, "standard_id": UUID(int=1)}


@pytest.mark.parametrize(
    ("change", "is_current"),
    [
        ({}, True),
        ({"labels_hash": "abd"}, False),
        ({"n_labels": 29}, False),  # a track had no prediction yet
        ({"n_with_components": 19}, False),  # or no tagger outputs
        ({"standard_id": UUID(int=2)}, False),  # its weights are of vectors of another projection
        ({"standard_id": None}, False),
    ],
)
def test_a_head_is_outdated_by_labels_predictions_and_projections(change: dict[str, Any], is_current: bool) -> None:
    row = PersonalHeadRow(**{**STORED, **change})
    assert _is_current(row, "abc", (30, 20), standard_id=UUID(int=1)) == is_current
    assert not _is_current(None, "abc", (30, 20), standard_id=UUID(int=1))
