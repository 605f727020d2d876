"""A library in sentences: its counts, why files failed, and how far its moods are to be trusted."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from services.api.schemas.track_record import LIBRARY, TRAINING_CLIPS
from services.api.summary.schemas import ModelAccuracyResponse, SummaryResponse
from shared.errors import Reason

LEAST_JUDGED = 30
"""Answers of one mood that must have been judged before a number in ten is said of it."""
_MOST_IN_TEN, _MOST_IN_HUNDRED = 9, 99
"""Nothing is certain."""
_FAILURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Reason.UNDECODABLE: ("is damaged", "are damaged"),
        Reason.TOO_SHORT: ("is too short", "are too short"),
        Reason.SILENT: ("is silent", "are silent"),
        Reason.NO_AUDIO: ("holds no sound", "hold no sound"),
        Reason.UNSUPPORTED: ("is of an unknown format", "are of an unknown format"),
        Reason.TOO_LARGE: ("is too large", "are too large"),
        Reason.FORBIDDEN: ("may not be read", "may not be read"),
        Reason.NOT_FOUND: ("is gone", "are gone"),
        Reason.AUDIO_GONE: ("is gone", "are gone"),
        Reason.LIBRARY_AWAY: ("lies on a disk or share that is away", "lie on a disk or share that is away"),
    }
)


def count_things(number: int, one: str, many: str | None = None) -> str:
    """`1 track`, `12,480 tracks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def describe_counts(summary: SummaryResponse) -> str:
    """The headline: what there is, and how much of it is analysed."""
    return f"{count_things(summary.n_tracks, 'track')}, {summary.n_analysed:,} analysed"


def describe_rest(summary: SummaryResponse) -> str:
    """What the headline leaves open: what waits, what failed, and what people labelled."""
    parts = []
    if summary.n_pending:
        parts.append(f"{summary.n_pending:,} {'is' if summary.n_pending == 1 else 'are'} waiting")
    if summary.n_stale:
        parts.append(f"{summary.n_stale:,} {'was' if summary.n_stale == 1 else 'were'} analysed by an older version")
    if summary.n_failed:
        parts.append(f"{summary.n_failed:,} could not be read")
    if summary.n_without_audio:
        parts.append(f"{summary.n_without_audio:,} {'has' if summary.n_without_audio == 1 else 'have'} no audio")
    sentences = [_join_words(parts) + "."] if parts else []
    by_person = summary.decided_by.get("person", 0)
    if by_person:
        carries = (
            "carries a person’s label, and that counts" if by_person == 1 else "carry a person’s label, and those count"
        )
        sentences.append(f"{by_person:,} {carries} before every model.")
    else:
        sentences.append("None carries a person’s label yet.")
    return " ".join(sentences)


def describe_failures(failures: Mapping[str, int]) -> str:
    """`29 are damaged, 6 are too short.`"""
    parts = []
    for reason, number in failures.items():
        one, many = _FAILURES.get(reason, (f"failed ({reason.replace('_', ' ')})",) * 2)
        parts.append(f"{number:,} {one if number == 1 else many}")
    return f"{', '.join(parts)}." if parts else ""


def describe_duration(duration_s: float) -> str:
    """`168 h`, `34 min`; empty where it is not known."""
    minutes = round(duration_s / 60)
    if minutes < 1:
        return "under a minute" if duration_s > 0 else ""
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60):,} h"  # noqa: PLR2004 (from two hours on)


def describe_age(age: timedelta) -> str:
    """`counted 3 minutes ago`; empty for what was counted just now."""
    minutes = age // timedelta(minutes=1)
    return f"counted {count_things(minutes, 'minute')} ago" if minutes else ""


def count_in_ten(right: int, answered: int) -> int | None:
    """Of ten answers so many were right, at most nine; None where too few were judged."""
    if answered < LEAST_JUDGED:
        return None
    return min(_MOST_IN_TEN, round(10 * right / answered))


def describe_accuracy(accuracy: ModelAccuracyResponse) -> str:
    """`Right about 76 times in 100`."""
    return f"Right about {_count_in_hundred(accuracy.accuracy)} times in 100"


def describe_measurement(accuracy: ModelAccuracyResponse) -> str:
    """On what that was measured, its interval, and chance."""
    if accuracy.measured_on == TRAINING_CLIPS:
        where = "on the clips the starter was made from, by artists it had not learned from"
    elif accuracy.measured_on == LIBRARY:
        where = f"on {accuracy.answered:,} of your labelled tracks, by artists the starter had not learned from"
    else:
        where = "on songs by artists that were not in its training"
    if accuracy.low is not None and accuracy.high is not None:
        where += f" ({_count_in_hundred(accuracy.low)} to {_count_in_hundred(accuracy.high)})"
    sentences = [f"{where}."]
    if accuracy.chance is not None:
        sentences.append(f"Chance would be right {_count_in_hundred(accuracy.chance)} times.")
    if accuracy.measured_on == TRAINING_CLIPS:
        sentences.append("Not yet measured on your music.")
    return " ".join(sentences)


def describe_no_accuracy(summary: SummaryResponse) -> str:
    """Why nothing is said of how often answers are right."""
    if summary.model is None:
        return "No model answers yet: moods are those that people, playlists and tables gave."
    return "How often these answers are right has not been measured yet."


def describe_answerer(summary: SummaryResponse) -> str:
    """Who answers."""
    if summary.model is None:
        return ""
    if summary.model.starter:
        return "These answers come from the starter, which comes with mer. It has learned nothing from you."
    return f"These answers come from your model {summary.model.estimator} {summary.model.version}."


def _count_in_hundred(share: float) -> int:
    return min(_MOST_IN_HUNDRED, round(100 * share))


def _join_words(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
