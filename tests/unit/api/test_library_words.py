"""What is said of a library: counts, never more than was measured."""

from datetime import timedelta

import pytest

from services.api.summary.schemas import ModelAccuracyResponse
from services.api.wording.library_words import (
    count_in_ten,
    count_things,
    describe_accuracy,
    describe_age,
    describe_counts,
    describe_duration,
    describe_failures,
    describe_measurement,
    describe_rest,
)
from services.api.wording.moods import find_mood_look
from shared.domain.emotion import BINARY, MOOD3, MOOD4, QUADRANT4
from tests.support.library_summaries import make_summary


def accuracy(**changes: object) -> ModelAccuracyResponse:
    fields = {"measured_on": "held_out", "right": 76, "answered": 100, "accuracy": 0.76, "low": 0.72, "high": 0.79}
    return ModelAccuracyResponse(**{**fields, "chance": 0.28, "by_emotion": [], **changes})  # type: ignore[arg-type]


def test_a_library_is_described_by_its_counts() -> None:
    summary = make_summary(
        n_tracks=12_480, n_analysed=12_214, n_pending=231, n_failed=35, decided_by={"person": 412, "model": 11_802}
    )
    assert describe_counts(summary) == "12,480 tracks, 12,214 analysed"
    assert describe_rest(summary) == (
        "231 are waiting and 35 could not be read. 412 carry a person’s label, and those count before every model."
    )
    assert describe_rest(make_summary(n_tracks=1, n_pending=1)) == "1 is waiting. None carries a person’s label yet."
    assert count_things(1, "track") == "1 track"


def test_failures_are_said_in_words() -> None:
    assert describe_failures({"undecodable": 29, "too_short": 1}) == "29 are damaged, 1 is too short."
    assert describe_failures({"worker_lost": 2}) == "2 failed (worker lost)."
    assert describe_failures({}) == ""


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, ""), (20, "under a minute"), (600, "10 min"), (7200, "2 h"), (604_800, "168 h")]
)
def test_durations_are_rounded(seconds: float, words: str) -> None:
    assert describe_duration(seconds) == words


def test_old_counts_say_so() -> None:
    assert describe_age(timedelta(seconds=59)) == ""
    assert describe_age(timedelta(seconds=150)) == "counted 2 minutes ago"


def test_nothing_is_certain_and_nothing_is_said_of_few() -> None:
    assert count_in_ten(100, 100) == 9
    assert count_in_ten(29, 29) is None
    assert count_in_ten(21, 30) == 7
    assert describe_accuracy(accuracy(accuracy=1.0)) == "Right about 99 times in 100"


def test_an_accuracy_says_on_what_it_was_measured_and_stands_beside_chance() -> None:
    own, clips = accuracy(), accuracy(measured_on="training_clips", low=None, high=None)
    assert describe_measurement(own) == (
        "on songs by artists that were not in its training (72 to 79). Chance would be right 28 times."
    )
    assert describe_measurement(clips).endswith("Not yet measured on your music.")
    assert "(" not in describe_measurement(clips)


def test_every_emotion_has_a_colour_of_its_own_in_its_taxonomy() -> None:
    for taxonomy in (MOOD4, MOOD3, BINARY, QUADRANT4):
        colours = [find_mood_look(taxonomy.name, emotion).colour for emotion in taxonomy.emotions]
        assert len(set(colours)) == len(colours)
    assert find_mood_look("quadrant4", "Q2").colour == "tense"
    assert find_mood_look("quadrant4", None).colour == "neutral"
    merged = "mood4.loud-energetic-happy.quiet-calm-sad"
    assert [find_mood_look(merged, emotion).colour for emotion in ("loud", "quiet")] == ["energetic", "happy"]
