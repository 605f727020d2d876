"""Summaries of libraries that are not there."""

from datetime import UTC, datetime
from typing import Any

from services.api.summary.schemas import MoodSummaryResponse, SummaryResponse


def make_mood(emotion: str, n_tracks: int, **changes: Any) -> MoodSummaryResponse:
    """A mood of the four quadrants, that the model gave with a probability of about .9."""
    by_probability = [0] * 20
    by_probability[18] = n_tracks
    fields = {"emotion_name": emotion, "n_unsure": 0, "duration_s": 0.0, "by_probability": by_probability}
    return MoodSummaryResponse(emotion=emotion, n_tracks=n_tracks, **{**fields, "examples": [], **changes})


def make_summary(**changes: Any) -> SummaryResponse:
    """Of an empty library, but for `changes`."""
    counts = dict.fromkeys(
        (
            "n_tracks",
            "n_analysed",
            "n_pending",
            "n_stale",
            "n_failed",
            "n_without_audio",
            "n_missing",
            "n_none",
            "n_not_music",
            "n_undecided",
        ),
        0,
    )
    fields: dict[str, Any] = {
        "taxonomy": "quadrant4",
        "synthetic": False,
        "counted_at": datetime(2026, 11, 30, tzinfo=UTC),
        **counts,
        "failures": {},
        "duration_s": 0.0,
        "moods": [],
        "decided_by": {},
        "not_music": {},
        "model": None,
        "accuracy": None,
    }
    return SummaryResponse(**{**fields, **changes})
