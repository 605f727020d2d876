"""What every web source keeps, whatever its service does: one suite over all of them, through the real clients."""

from typing import Any

import pytest

from services.crawler.http.throttle import SHORT_WAIT_S
from services.crawler.sources.port import Cursor, SourcePage
from shared.domain.crawl import CrawlRequest
from shared.errors import LaterError, PermanentError, Reason
from tests.contract.web.cases import Case, settings_of
from tests.contract.web.conftest import Open, Opened
from tests.support.servers.http import LocalServer

LASTING = 50


def ids(rows: Any) -> Any:
    return [row.payload["id"].rpartition("/")[2] for row in rows if "id" in row.payload]


def list_pages(opened: Opened, request: CrawlRequest, cursor: Cursor | None = None) -> list[SourcePage]:
    pages = opened.source.list_items(request).pages
    assert pages is not None, "a source on the web is listed in pages"
    return list(pages(cursor))


def test_all_pages_are_listed_each_row_once_and_in_order(case: Case, server: LocalServer, opened: Opened) -> None:
    rows = opened.rows(case.request)
    assert ids(rows) == list(case.ids)
    assert len({row.key for row in rows}) == len(rows)
    assert len(server.counted()) == case.n_calls


def test_listing_goes_on_behind_any_stored_page_without_asking_for_what_it_has(
    case: Case, server: LocalServer, open_source: Open
) -> None:
    settings = settings_of(case, server)
    pages = list_pages(open_source(case.request.source, settings), case.request)
    for n in sorted({0, len(pages) // 2, len(pages) - 1}):
        server.calls.clear()
        rest = list_pages(open_source(case.request.source, settings), case.request, pages[n].cursor)
        assert [page.items for page in rest] == [page.items for page in pages[n + 1 :]]
        assert len(server.counted()) < case.n_calls


def test_a_row_becomes_a_track_also_where_keys_are_missing_or_null(case: Case, opened: Opened) -> None:
    for row in opened.rows(case.request)[:12]:
        track = opened.source.collect_track(row.payload, case.request)
        assert track.refs[0].source_id.endswith(row.payload["id"])
        assert track.title or case.request.source == "reccobeats"
        assert track.attribution
        assert track.catalogue or case.request.source != "reccobeats"


@pytest.mark.parametrize("fault", ["cut", "malformed", "html", "broken", "drip"])
def test_a_fault_that_passes_changes_nothing(case: Case, server: LocalServer, opened: Opened, fault: str) -> None:
    server.will(fault)
    assert ids(opened.rows(case.request)) == list(case.ids)
    assert len(server.counted()) == case.n_calls + 1


def test_a_service_that_stays_broken_is_left_alone_for_later(case: Case, server: LocalServer, opened: Opened) -> None:
    server.will(*LASTING * ["broken"])
    with pytest.raises(LaterError) as caught:
        opened.rows(case.request)
    assert caught.value.reason is Reason.SOURCE_UNAVAILABLE
    assert caught.value.is_fault
    assert len(server.counted()) < 10


def test_a_short_pause_is_waited_for(case: Case, server: LocalServer, opened: Opened) -> None:
    if not case.short_throttle:
        server.will("broken")  # it knows no short pause: the nearest it has
    else:
        server.will("short_throttle")
    assert ids(opened.rows(case.request)) == list(case.ids)
    assert opened.slept
    assert sum(opened.slept) <= SHORT_WAIT_S


def test_a_long_pause_is_never_slept_but_known_to_every_worker(
    case: Case, server: LocalServer, open_source: Open
) -> None:
    server.will("long_throttle")
    settings = settings_of(case, server)
    first, second = (open_source(case.request.source, settings) for _ in range(2))
    with pytest.raises(LaterError) as caught:
        first.rows(case.request)
    assert caught.value.reason is Reason.RATE_LIMITED
    assert caught.value.wait_s > SHORT_WAIT_S
    assert not caught.value.is_fault
    n_calls = len(server.counted())
    with pytest.raises(LaterError):
        second.rows(case.request)
    assert len(server.counted()) == n_calls, "who knows of the pause does not call"
    assert sum(first.slept + second.slept) <= SHORT_WAIT_S


def test_one_thing_that_is_not_there_does_not_lose_the_others(case: Case, opened: Opened) -> None:
    rows = opened.rows(case.unknown)
    gone = [row for row in rows if "reason" in row.payload]
    assert len(gone) == 1
    assert len(rows) - len(gone) == case.n_beside
    with pytest.raises(PermanentError) as caught:
        opened.source.collect_track(gone[0].payload, case.unknown)
    assert caught.value.reason is Reason.NOT_FOUND


def test_a_source_is_off_until_it_is_told_what_it_needs(case: Case, server: LocalServer, open_source: Open) -> None:
    for setting, variable in case.off.items():
        value = False if setting.startswith("acknowledge") else None
        off = open_source(case.request.source, settings_of(case, server, **{setting: value}))
        with pytest.raises(PermanentError) as caught:
            off.rows(case.request)
        assert caught.value.reason in {Reason.TERMS_NOT_ACKNOWLEDGED, Reason.NO_CREDENTIALS}
        assert variable in caught.value.detail
    assert server.counted() == []


def test_a_limit_ends_the_list_and_the_asking(case: Case, server: LocalServer, opened: Opened) -> None:
    few = case.request.from_params({**case.request.to_params(), "limit": 5})
    assert ids(opened.rows(few))[:5] == list(case.ids[:5])
    assert len(opened.rows(few)) == 5
    assert len(server.counted()) <= 2 * case.n_calls
