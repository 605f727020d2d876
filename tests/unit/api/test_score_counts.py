"""How long a count of tracks without a prediction is remembered."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from services.api.tracks.score_counts import NotScoredCounts


@pytest.mark.parametrize(("held_s", "after_s", "n_counted"), [(0.0, 0.01, 2), (1.0, 0.9, 1), (1.0, 1.1, 2)])
def test_a_quick_count_holds_as_long_as_it_is_told(held_s: float, after_s: float, n_counted: int) -> None:
    now, counted = 100.0, []

    def count(_: object) -> int:
        counted.append(now)
        return len(counted)

    counts = NotScoredCounts(clock=lambda: now, held_s=held_s)
    repositories: Any = SimpleNamespace(decisions=SimpleNamespace(count_not_scored=count))
    decisions: Any = SimpleNamespace(answering=SimpleNamespace(model=SimpleNamespace(id=uuid4())))
    assert counts.count_unscored(repositories, decisions) == 1
    now += after_s
    assert counts.count_unscored(repositories, decisions) == n_counted
