"""What a leak check came to, as it stands on a card. Pure."""

from enum import StrEnum
from typing import TypedDict


class LeakState(StrEnum):
    """Whether anything of one fold stands in another."""

    CLEAN = "clean"
    UNKNOWN = "unknown"
    """Nothing was found, but too many tracks have no artist to say that no artist stands in two folds."""
    LEAK = "leak"


class LeakReportCard(TypedDict, total=False):
    """A leak check as snapshots and cards keep it; of earlier versions `clean` alone may be there."""

    n_items: int
    n_folds: int
    shared_track_ids: list[str]
    shared_groups: list[str]
    shared_audio: list[str]
    shared_recordings: list[str]
    n_unknown: int
    """Items of which nobody can say whose they are."""
    state: str
    """A `LeakState`."""
    clean: bool
    protocol: str
    """Of a random split alone: `talk`."""


def leak_state(report: LeakReportCard) -> LeakState:
    """Of a report; one of earlier versions says only whether it is clean."""
    if "state" in report:
        return LeakState(report["state"])
    return LeakState.CLEAN if report.get("clean") else LeakState.LEAK


def unknown_artists(report: LeakReportCard) -> str:
    """How many tracks of the set have no artist, in words. The report must be one with the count."""
    return f"{report['n_unknown']} of {report['n_items']} tracks have no artist"


def leak_sentence(report: LeakReportCard) -> str:
    """The report in words, for a person."""
    state = leak_state(report)
    if state is LeakState.UNKNOWN:
        return f"unknown: {unknown_artists(report)}, so the same artist may stand in two folds"
    return "clean" if state is LeakState.CLEAN else "NOT CLEAN"
