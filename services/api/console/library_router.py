"""`/console/library`: all tracks in a table, to search, to filter, to play and to label."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from services.api.access.annotator_names import OWN_NAME
from services.api.access.caller import CallerDep
from services.api.console import library_page
from services.api.console.library_page import DEFAULT_SORT, PATH, SORT_NAMES, WINDOW
from services.api.console.page_templates import render_page
from services.api.deps import TEXT, ApiPorts, PortsDep, require_taxonomy
from services.api.errors import invalid_request
from services.api.tracks.library_list.parameters import LibraryParameters
from services.api.tracks.router import list_tracks
from services.api.tracks.schemas import TrackPage
from services.api.tracks.service import get_answering_model
from services.api.wording import library_words
from shared.store.tracks.missing_tracks import MissingWanted

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Query(max_length=500, pattern=TEXT)]
_PARAMETERS: TypeAdapter[LibraryParameters] = TypeAdapter(LibraryParameters)
_LIBRARY_FILTERS = frozenset({"sort", "artist", "labelled_by", "analysis", "year_from", "year_to", "sure"})
"""What `LibraryParameters` takes."""


@router.get(PATH, response_class=HTMLResponse)
def show_library(
    ports: PortsDep,
    caller: CallerDep,
    *,
    q: Words = "",
    emotion: Words = "",
    taxonomy: Words = "",
    sure: Words = "",
    labelled: Words = "",
    labelled_by: Words = "",
    tags: Words = "",
    artist: Words = "",
    year_from: Words = "",
    year_to: Words = "",
    analysis: Words = "",
    missing: Words = "",
    synthetic: Words = "",
    sort: Words = "",
    cursor: Words = "",
    first: Annotated[int, Query(ge=1, alias="from")] = 1,
) -> HTMLResponse:
    """The page. Its filters are those of `GET /tracks`; fields of the form that were left empty ask for nothing.

    `cursor` and `from` (the number of its first row) are of links that lead on without a script.
    """
    fields = {
        "q": q,
        "emotion": emotion,
        "taxonomy": taxonomy,
        "sure": sure,
        "labelled": labelled,
        "labelled_by": labelled_by,
        "tags": tags,
        "artist": artist,
        "year_from": year_from,
        "year_to": year_to,
        "analysis": analysis,
        "missing": missing,
        "synthetic": synthetic,
        "sort": "" if sort == DEFAULT_SORT else sort,
    }
    query = {name: value.strip() for name, value in fields.items() if value.strip()}
    if "taxonomy" in query:
        require_taxonomy(query["taxonomy"])
    synthetic_wanted = _read_switch(query, "synthetic")
    whole = _count_library(ports, synthetic=bool(synthetic_wanted))
    if synthetic_wanted is None and not whole.n_tracks + whole.n_missing:
        # without other music the demo library, as on Home
        demo = _count_library(ports, synthetic=True)
        whole = demo if demo.n_tracks else whole
    shown_taxonomy = get_answering_model(ports, query.get("taxonomy"), synthetic=whole.synthetic).taxonomy
    asked = {"sort": DEFAULT_SORT, **query, "synthetic": str(whole.synthetic).lower(), "taxonomy": shown_taxonomy}
    page = _list_page(ports, asked, cursor=cursor or None)
    moods = library_page.describe_moods(shown_taxonomy)
    own_name = caller.name or OWN_NAME
    count = page.count or 0
    request = f"/tracks?{urlencode(asked)}"
    next_address = None
    if page.next is not None and first + len(page.items) <= count:
        next_address = library_page.build_address(query, cursor=page.next, **{"from": str(first + len(page.items))})
    return render_page(
        "library.html",
        path=PATH,
        is_demo=whole.synthetic,
        query={name: value.strip() for name, value in fields.items()},
        is_filtered=bool(query.keys() - {"sort", "taxonomy", "synthetic"}),
        sort=sort or DEFAULT_SORT,
        sort_names=SORT_NAMES,
        count=count,
        duration=library_words.describe_duration(page.duration_s or 0.0),
        n_all=whole.n_tracks,
        rows=library_page.list_rows(page, first=first, own_name=own_name),
        first=first,
        window=WINDOW,
        moods=moods,
        tags=library_page.list_filter_tags(query, moods),
        views=library_page.list_views(query, n_missing=whole.n_missing, n_failed=whole.n_failed),
        sort_links=library_page.list_sort_links(query),
        table=library_page.describe_table(own_name=own_name, taxonomy=shown_taxonomy, request=request, moods=moods),
        clear_address=library_page.build_address({}),
        next_address=next_address,
        next_request=f"{request}&{urlencode({'limit': WINDOW, 'cursor': page.next})}" if page.next else None,
        first_address=library_page.build_address(query),
        words=library_words,
    )


@dataclass(frozen=True, kw_only=True)
class _WholeLibrary:
    """What a library holds, whatever is asked of it."""

    synthetic: bool
    n_tracks: int
    n_missing: int
    n_failed: int


def _count_library(ports: ApiPorts, *, synthetic: bool) -> _WholeLibrary:
    counted = list_tracks(ports, synthetic=synthetic, library=LibraryParameters(count=True), limit=1)
    failed = list_tracks(ports, synthetic=synthetic, library=LibraryParameters(count=True, analysis="failed"), limit=1)
    return _WholeLibrary(
        synthetic=synthetic,
        n_tracks=counted.count or 0,
        n_missing=counted.n_missing,
        n_failed=failed.count or 0,
    )


def _list_page(ports: ApiPorts, asked: Mapping[str, str], *, cursor: str | None) -> TrackPage:
    """The rows of `GET /tracks` with these parameters. Raises ProblemError (422) for a value that it does not take."""
    values: dict[str, Any] = {name: asked[name] for name in _LIBRARY_FILTERS if name in asked}
    try:
        library = _PARAMETERS.validate_python({**values, "count": True})
        missing = MissingWanted(asked.get("missing", MissingWanted.NO))
    except (ValidationError, ValueError) as error:
        words = (
            "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise invalid_request("invalid_request", words) from None
    return list_tracks(
        ports,
        labelled=_read_switch(asked, "labelled"),
        emotion=[asked["emotion"]] if "emotion" in asked else None,
        taxonomy=asked["taxonomy"],
        q=asked.get("q"),
        tags=[asked["tags"]] if "tags" in asked else None,
        synthetic=_read_switch(asked, "synthetic"),
        missing=missing,
        library=library,
        cursor=cursor,
        limit=WINDOW,
    )


def _read_switch(asked: Mapping[str, str], name: str) -> bool | None:
    value = asked.get(name)
    if value not in {None, "true", "false"}:
        raise invalid_request("invalid_request", f"{name}: {value!r} is neither true nor false")
    return None if value is None else value == "true"
