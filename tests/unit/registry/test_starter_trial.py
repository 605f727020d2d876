"""A candidate against the starter: which tracks take part, and how much each counts."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from shared.metrics.out_of_fold import OutOfFold
from shared.registry import starter_trial
from shared.registry.gate import OVER_CHAMPION, StarterTrial
from shared.starter.overlaps import StarterOverlap

N = 80
TRACKS = [UUID(int=n) for n in range(N)]
CLASSES = ["Q1", "Q2", "Q3", "Q4"]
TARGETS = np.eye(4)[np.arange(N) % 4]
IS_MINE = np.arange(N) // 4 % 2 == 0
"""Tracks that the candidate is right about; the starter is about the others."""


@pytest.fixture
def known() -> dict[UUID, StarterOverlap]:
    """What the starter knows of the tracks."""
    return {}


@pytest.fixture
def hold(monkeypatch: pytest.MonkeyPatch, known: dict[UUID, StarterOverlap]) -> Any:
    wrong = np.roll(TARGETS, 1, axis=1)
    answers = dict(zip(TRACKS, np.where(IS_MINE[:, np.newaxis], wrong, TARGETS), strict=True))
    monkeypatch.setattr(starter_trial, "_predict_by_track", lambda *_, **__: answers)
    monkeypatch.setattr(starter_trial, "find_overlaps", lambda *_: known)
    rows = OutOfFold(
        predictions=np.where(IS_MINE[:, np.newaxis], TARGETS, wrong),
        targets=TARGETS,
        folds=np.arange(N) % 5,
        groups=[f"artist {n}" for n in range(N)],
        track_ids=[str(track_id) for track_id in TRACKS],
    )
    model: Any = SimpleNamespace(taxonomy="quadrant4", card={"classes": CLASSES})
    nothing: Any = SimpleNamespace()

    def hold_trial(**said: Any) -> StarterTrial:
        return starter_trial.hold_trial(
            nothing, rows, model, model, blobs=nothing, load_rows=lambda: nothing, level=OVER_CHAMPION, **said
        )

    return hold_trial


def test_where_no_review_asked_all_tracks_count_alike(hold: Any) -> None:
    trial = hold()
    assert (trial.n_readable, trial.n_known, trial.is_weighted) == (N, 0, False)
    assert trial.comparison.mine == trial.comparison.theirs == pytest.approx(0.5)


def test_tracks_that_were_drawn_count_by_how_likely_that_was(hold: Any) -> None:
    # what the starter is right about was drawn often: each such track stands for a third of an average one
    trial = hold(weights={track_id: 1 / 3 for track_id, mine in zip(TRACKS, IS_MINE, strict=True) if not mine})
    assert trial.is_weighted
    assert (trial.comparison.mine, trial.comparison.theirs) == pytest.approx((0.75, 0.25))


def test_tracks_that_the_starter_knows_take_no_part(hold: Any, known: dict[UUID, StarterOverlap]) -> None:
    known |= {track_id: StarterOverlap(rows=frozenset()) for track_id in (*TRACKS[:8], UUID(int=10**6))}
    trial = hold()
    assert (trial.n_known, trial.comparison.n_tracks, trial.comparison.n_groups) == (8, N - 8, N - 8)
