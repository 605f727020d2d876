"""`/`: Home, or the first run of a fresh installation."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from services.api.access.caller import CallerDep
from services.api.console.home_page import (
    describe_others,
    list_mood_cards,
    list_next_steps,
    list_trust_rows,
    list_work,
)
from services.api.console.mood_bars import draw_mood_bars
from services.api.console.page_templates import render_page
from services.api.crawl.root_router import list_roots
from services.api.deps import ApiPorts, PortsDep, TaxonomyQuery
from services.api.jobs.router import list_jobs
from services.api.schemas.job import JobResponse
from services.api.summary.router import show_summary
from services.api.summary.schemas import SummaryResponse
from services.api.wording import library_words
from shared.domain.emotion import TAXONOMIES
from shared.domain.roles import Role

router = APIRouter(include_in_schema=False)

_RECENT_JOBS = 20
_MOST_BARS_ON_A_PHONE = 66
_AFTERWARDS = timedelta(minutes=1)


@router.get("/console")
def redirect_to_home() -> RedirectResponse:
    """Home stands at `/`."""
    return RedirectResponse("/", status_code=307)


@router.get("/", response_class=HTMLResponse)
def show_home(
    ports: PortsDep,
    caller: CallerDep,
    taxonomy: TaxonomyQuery = None,
    synthetic: Annotated[bool | None, Query(description="The demo library, or not; null: where there is music")] = None,
) -> HTMLResponse:
    """The library in moods; of an empty one the folders that can be analysed."""
    summary = _summarise(ports, taxonomy, synthetic=synthetic)
    jobs = list_jobs(ports, cursor=None, limit=_RECENT_JOBS).items
    work = list_work(jobs)
    if not summary.n_tracks + summary.n_missing and not work:
        roots = list_roots(ports)
        bodies = [{"source": "folder", "path": root.path} for root in roots if root.n_files or not root.is_complete]
        return render_page(
            "first_run.html",
            path="/",
            roots=[root.model_dump() for root in roots],
            bodies=json.dumps(bodies),
            has_music=bool(bodies),
            may_start=caller.role.includes(Role.OPERATE),
        )
    is_working = bool(work)
    return render_page(
        "home.html",
        path="/",
        summary=summary,
        words=library_words,
        work=work,
        cards=list_mood_cards(summary),
        has_moods=any(mood.n_tracks for mood in summary.moods),
        wide=draw_mood_bars(summary),
        narrow=draw_mood_bars(summary, most=_MOST_BARS_ON_A_PHONE),
        others=describe_others(summary, now=datetime.now(UTC)),
        steps=list_next_steps(summary, may_start=caller.role.includes(Role.OPERATE) and not is_working),
        trust=list_trust_rows(summary.taxonomy, summary.accuracy.by_emotion) if summary.accuracy else [],
        taxonomies=_list_taxonomies(ports, summary),
        refreshes=is_working or _has_just_ended(jobs),
    )


def _summarise(ports: ApiPorts, taxonomy: str | None, *, synthetic: bool | None) -> SummaryResponse:
    """Of the library asked for; without one of the demo library where there is no other music."""
    summary = show_summary(ports, taxonomy, synthetic=bool(synthetic))
    if synthetic is None and not summary.n_tracks + summary.n_missing:
        demo = show_summary(ports, taxonomy, synthetic=True)
        return demo if demo.n_tracks else summary
    return summary


def _list_taxonomies(ports: ApiPorts, summary: SummaryResponse) -> list[str]:
    """Those that a model answers, and the one that is shown."""
    answered = {model.taxonomy for model in ports.champions.list_ranked(None, synthetic=summary.synthetic)}
    known = [name for name in TAXONOMIES if name in answered | {summary.taxonomy}]
    return [*known, *sorted(answered - set(known))]


def _has_just_ended(jobs: Sequence[JobResponse]) -> bool:
    """Whether answers may still come: scores of what was analysed follow by a job of their own, a moment later."""
    ends = [job.finished_at for job in jobs if job.finished_at is not None]
    return any(datetime.now(UTC) - end < _AFTERWARDS for end in ends)
