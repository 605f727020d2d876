"""What Home shows, put together from the answers of API routes. No rule and no query of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from services.api.console.job_titles import ASIDE_KINDS, name_job
from services.api.schemas.job import JobResponse
from services.api.summary.schemas import AnswerAccuracyResponse, SummaryResponse, SummaryTrackResponse
from services.api.wording.library_words import (
    count_in_ten,
    count_things,
    describe_age,
    describe_duration,
    describe_failures,
)
from services.api.wording.moods import MoodLook, find_mood_look
from shared.domain.job import JobState

_PAGE_SIZE = 50


@dataclass(frozen=True)
class MoodCard:
    """A mood of the library, and the songs that it begins with."""

    emotion: str
    name: str
    look: MoodLook
    share: str
    """Of all tracks: `24 in 100`."""
    counts: list[str]
    query: str
    """The request for its tracks."""
    next_query: str | None
    """The request for the tracks after the examples."""
    examples: list[SummaryTrackResponse]


@dataclass(frozen=True)
class NextStep:
    """Something that a person may do now."""

    icon: str
    title: str
    detail: str
    button: str | None = None
    request: str | None = None
    """The API route that the button asks."""
    body: str = ""
    command: str | None = None


@dataclass(frozen=True)
class TrustRow:
    """How often answers of one mood were right."""

    name: str
    look: MoodLook
    in_ten: int


def list_mood_cards(summary: SummaryResponse) -> list[MoodCard]:
    """A card for each emotion of the taxonomy, in its order."""
    n_all = max(1, summary.n_tracks)
    cards = []
    for mood in summary.moods:
        query = {"taxonomy": summary.taxonomy, "emotion": mood.emotion, "synthetic": str(summary.synthetic).lower()}
        query["limit"] = str(_PAGE_SIZE)
        address = f"/tracks?{urlencode(query)}"
        share = f"{round(100 * mood.n_tracks / n_all)} in 100"
        parts = [count_things(mood.n_tracks, "track"), share]
        parts += [duration] if (duration := describe_duration(mood.duration_s)) else []
        is_more = mood.n_tracks > len(mood.examples)
        cards.append(
            MoodCard(
                emotion=mood.emotion,
                name=mood.emotion_name or mood.emotion,
                look=find_mood_look(summary.taxonomy, mood.emotion),
                share=share,
                counts=parts,
                query=address,
                next_query=f"{address}&cursor={mood.examples[-1].id}" if mood.examples and is_more else None,
                examples=mood.examples,
            )
        )
    return cards


def describe_others(summary: SummaryResponse, *, now: datetime) -> list[str]:
    """Tracks without one mood that stands out, in counts; and how old all counts are, where they are old."""
    n_unsure = sum(mood.n_unsure for mood in summary.moods)
    numbers = (
        (n_unsure, "unsure"),
        (summary.n_none, "none of these moods"),
        (summary.n_not_music, "not music"),
        (summary.n_undecided, "without an answer yet"),
    )
    age = describe_age(now - summary.counted_at)
    return [f"{number:,} {what}" for number, what in numbers if number] + ([age] if age else [])


def list_next_steps(summary: SummaryResponse, *, may_start: bool) -> list[NextStep]:
    """What to do next, the most useful first. Only what this version has a page, a request or a command for.

    `may_start`: whether work may be started now, by whoever sees them.
    """
    steps = []
    if summary.n_stale and may_start:
        steps.append(
            NextStep(
                icon="refresh",
                title=f"{count_things(summary.n_stale, 'track')} analysed by an older version",
                detail="Answers go on meanwhile. What still stands is carried over.",
                button="Analyse again",
                request="/features/recompute",
                body=json.dumps({"failed": False}),
            )
        )
    if summary.n_failed:
        steps.append(
            NextStep(
                icon="warning",
                title=f"{count_things(summary.n_failed, 'file')} could not be read",
                detail=f"{describe_failures(summary.failures)} Replace what is damaged, then try again.",
                button="Try again" if may_start else None,
                request="/features/recompute",
                body=json.dumps({"failed": True}),
            )
        )
    if summary.n_missing:
        verb = "is" if summary.n_missing == 1 else "are"
        steps.append(
            NextStep(
                icon="missing",
                title=f"{count_things(summary.n_missing, 'track')} {verb} missing",
                detail="Their files are gone. Labels are kept, and count again when the files come back.",
            )
        )
    if summary.n_tracks and any(mood.n_tracks for mood in summary.moods):
        steps.append(
            NextStep(
                icon="check",
                title="Say what you hear",
                detail="Songs chosen so that each of your answers helps most. In a terminal:",
                command="mer review",
            )
        )
    return steps


def list_trust_rows(taxonomy: str, by_emotion: Sequence[AnswerAccuracyResponse]) -> list[TrustRow]:
    """A row for each mood that was judged often enough."""
    rows = []
    for answers in by_emotion:
        in_ten = count_in_ten(answers.right, answers.answered)
        if in_ten is not None:
            name = answers.emotion_name or answers.emotion
            rows.append(TrustRow(name, find_mood_look(taxonomy, answers.emotion), in_ten))
    return rows


@dataclass(frozen=True)
class WorkInProgress:
    """A job that has not ended."""

    job: JobResponse
    title: str

    @property
    def share(self) -> float:
        """Of its items, in [0, 1], those that ended."""
        items = self.job.items
        return (items.done + items.failed + items.skipped) / items.requested if items.requested else 0.0


def list_work(jobs: Sequence[JobResponse]) -> list[WorkInProgress]:
    """The jobs on the library that have not ended, the oldest first: it is worked on before the others."""
    open_jobs = [job for job in jobs if not JobState(job.state).is_final and job.kind not in ASIDE_KINDS]
    return [WorkInProgress(job, name_job(job)) for job in reversed(open_jobs)]
