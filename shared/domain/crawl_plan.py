"""What a crawl would do, without doing it: which calls, how many, under what terms. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from shared.domain.crawl import CrawlRequest, CrawlTarget
from shared.domain.web_sources import WEB_SOURCES, WebSource

_FEATURES_A_CALL = 100
_TRACKS_A_BATCH = 50
_KNOWN_LIMIT = 1000


@dataclass(frozen=True, kw_only=True)
class CallEstimate:
    """Calls of one kind. `at_least` are made in any case; `each` says what decides how many follow."""

    what: str
    call: str
    at_least: int
    at_most: int | None
    each: str


@dataclass(frozen=True, kw_only=True)
class CrawlPlan:
    """What would be fetched."""

    source: str
    fetches: tuple[str, ...]
    calls: tuple[CallEstimate, ...]
    terms: str
    limits: tuple[str, ...]
    least_s: float | None
    """How long the calls that are certain to be made take at the source's pace, in seconds; None without calls."""


def plan_crawl(request: CrawlRequest, *, extended: bool = False) -> CrawlPlan:
    """The plan of a request."""
    web = WEB_SOURCES.get(request.source)
    if web is None:
        return CrawlPlan(
            source=request.source,
            fetches=(f"{request.source} {request.path or ''}".strip(),),
            calls=(),
            terms="your own files: nothing leaves this machine",
            limits=(),
            least_s=None,
        )
    targets = list(request.list_targets(mood_kind=web.mood_kind)) or [CrawlTarget("all", "", request.emotion)]
    calls = [call for target in targets for call in _estimate_calls(web, target, request, extended=extended)]
    calls += _estimate_audio_calls(request)
    least = sum(call.at_least for call in calls)
    return CrawlPlan(
        source=request.source,
        fetches=tuple(f"{target.name}{f' as {target.emotion}' if target.emotion else ''}" for target in targets),
        calls=tuple(calls),
        terms=web.terms,
        limits=tuple(f"at most {calls} calls in {seconds} s, over all workers" for calls, seconds in web.windows),
        least_s=max((max(least - calls, 0) / calls * seconds for calls, seconds in web.windows), default=0.0),
    )


def _estimate_calls(
    web: WebSource, target: CrawlTarget, request: CrawlRequest, *, extended: bool
) -> Iterator[CallEstimate]:
    is_extended = web.name == "spotify" and extended
    if target.kind == "tracks":
        n_tracks = len(target.value.split(","))
        size = {"spotify": _TRACKS_A_BATCH if is_extended else 1, "itunes": 100, "jamendo": 50, "reccobeats": 40}
        n_calls = math.ceil(n_tracks / size.get(web.name, 1))
        yield CallEstimate(what=target.name[:100], call="tracks", at_least=n_calls, at_most=n_calls, each="by id")
    else:
        size_of_page = web.page_size if target.kind != "search" or is_extended else web.search_page_size
        at_most = math.ceil(request.limit / size_of_page) if request.limit else None
        if target.kind == "search" and web.name == "spotify":
            end = math.ceil(_KNOWN_LIMIT / size_of_page)
            at_most = min(at_most or end, end)
        if web.name == "itunes":
            at_most = 1
        each = f"one call for each {size_of_page} tracks"
        yield CallEstimate(what=target.name, call=target.kind, at_least=1, at_most=at_most, each=each)
    if is_extended:
        each = f"one call for each {_FEATURES_A_CALL} tracks"
        yield CallEstimate(what=target.name[:100], call="audio features", at_least=1, at_most=None, each=each)


def _estimate_audio_calls(request: CrawlRequest) -> Iterator[CallEstimate]:
    for name in request.list_audio_sources():
        each = "one call and one download for each track that is new"
        yield CallEstimate(what=f"audio from {name}", call="clip", at_least=0, at_most=None, each=each)
