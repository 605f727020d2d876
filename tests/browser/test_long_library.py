"""The Library page with more rows than are loaded at once: jumps, labels with their undo, a selection."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from shared.store.tables import Track
from tests.browser.conftest import OpenSite, Site, serve_site
from tests.conftest import Servers
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow, watch_page

pytestmark = pytest.mark.slow

LIBRARY = "/console/library?taxonomy=quadrant4"
N_LONG = 1_234


@pytest.fixture(scope="module")
def long_site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve_site(servers, tmp_path_factory.mktemp("long"), is_full=False) as site:
        site.ports.store.transact_session("test.long", _write_tracks)
        yield site


def _write_tracks(session: Session) -> None:
    session.add_all(
        Track(title=f"Song {number:04d}", artist=f"Artist {number % 7}", artist_group="", duration_s=60.0 + number)
        for number in range(1, N_LONG + 1)
    )


@pytest.fixture
def long(chromium: Browser, long_site: Site) -> OpenSite:
    return partial(watch_page, chromium, long_site.address)


def row(page: Page, number: int) -> Any:
    return page.locator(f'.library-row[aria-rowindex="{number + 1}"]')


def list_labels(page: Page, number: int) -> list[str]:
    """Who labelled the song of a row how, as the API says it."""
    track_id = row(page, number).get_attribute("data-row")
    annotations = page.evaluate("id => fetch(`/tracks/${id}`).then((a) => a.json())", track_id)["annotations"]
    return [f"{annotation['annotator']['name']}: {annotation['emotion']}" for annotation in annotations]


def tab_to_rows(page: Page) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.library-row')"):
            return
    raise AssertionError("no row is reached by Tab")


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.long)])
def test_a_jump_to_the_end_shows_the_last_rows(long: OpenSite, width: int) -> None:
    with long(width=width) as watched:
        page = watched.open(LIBRARY)
        height = page.evaluate("document.documentElement.scrollHeight")
        assert height > N_LONG * (60 if width < 700 else 48), "the scroll bar is true from the start"
        with page.expect_response(lambda answer: "cursor=" in answer.url):
            page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(row(page, N_LONG)).to_be_in_viewport()
        expect(row(page, N_LONG)).to_contain_text(f"Song {N_LONG:04d}")
        expect(page.locator("[data-position]")).to_contain_text(f"–{N_LONG:,} of {N_LONG:,}")
        assert page.evaluate("document.documentElement.scrollHeight") == height
        assert measure_overflow(page) == 0
        page.evaluate("scrollTo(0, document.querySelector('[data-window=\"6\"]').offsetTop + 2000)")
        expect(row(page, 640)).to_contain_text("Song 0640")
        assert page.locator(".library-row").count() < 1_000, "rows far away are given back"
        assert list_barriers(page) == []


def test_a_row_is_labelled_without_a_mouse_and_that_is_undone(long: OpenSite) -> None:
    with long() as watched:
        page = watched.open(LIBRARY)
        tab_to_rows(page)
        page.keyboard.press("ArrowDown")
        expect(row(page, 2)).to_be_focused()
        page.keyboard.press("2")
        expect(row(page, 2).locator(".chip-person")).to_have_text("tense")
        expect(row(page, 2).locator(".cell-certainty")).to_have_text("you")
        expect(page.locator("#toast")).to_contain_text("Song 0002: labelled tense.")
        expect(row(page, 2)).to_be_focused()
        keep_screenshot(page, "library-labelled-1280-light", is_whole=False)
        assert list_barriers(page) == []
        page.keyboard.press("4")
        expect(row(page, 2).locator(".chip-person")).to_have_text("calm")
        assert list_labels(page, 2)[-1] == "me: Q4"
        page.keyboard.press("z")
        expect(row(page, 2).locator(".chip-person")).to_have_text("tense")
        assert list_labels(page, 2)[-1] == "me: Q2"
        page.keyboard.press("z")
        expect(row(page, 2).locator(".chip-person")).to_have_count(0)
        assert list_labels(page, 2) == []


def test_a_selection_is_labelled_with_single_keys_off(long: OpenSite) -> None:
    with long(width=360) as watched:
        page = watched.open(LIBRARY)
        page.evaluate("localStorage.setItem('mer.single-keys', 'off')")
        for number in (3, 5):
            page.get_by_role("checkbox", name=f"Select Song {number:04d}").check()
        page.keyboard.press("1")
        expect(page.locator("#selection")).to_contain_text("2 selected")
        keep_screenshot(page, "library-selection-360-light", is_whole=False)
        assert list_barriers(page) == []
        page.get_by_role("button", name="Label as sad").click()
        expect(page.locator("#toast")).to_contain_text("2 tracks: labelled sad.")
        assert [list_labels(page, number) for number in (3, 4, 5)] == [["me: Q3"], [], ["me: Q3"]]
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#toast")).to_contain_text("2 tracks: labels taken back.")
        assert [list_labels(page, number) for number in (3, 5)] == [[], []]
        page.get_by_role("button", name="Clear selection").click()
        expect(page.locator("#selection")).to_be_hidden()


def test_rows_that_do_not_come_can_be_asked_again(long: OpenSite) -> None:
    with long() as watched:
        watched.problems.expected += ["ERR_FAILED", "Failed to load resource"]
        page = watched.open(LIBRARY)
        page.wait_for_load_state("networkidle")
        page.route("**/tracks?*cursor=*", lambda route: route.abort())
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(page.locator("[data-window='12']")).to_contain_text("mer does not answer.")
        page.unroute("**/tracks?*cursor=*")
        page.locator("[data-window='12']").get_by_role("button", name="Try again").click()
        expect(row(page, N_LONG)).to_contain_text(f"Song {N_LONG:04d}")


def test_a_song_plays_on_past_the_loaded_rows(long: OpenSite) -> None:
    with long() as watched:
        watched.problems.expected.append("404")
        page = watched.open(LIBRARY)
        page.get_by_role("button", name="Play Song 0100").click()
        page.wait_for_function("() => JSON.parse(sessionStorage.getItem('mer.player')).songs.length > 100")
        titles = page.evaluate("JSON.parse(sessionStorage.getItem('mer.player')).songs.map((song) => song.title)")
        assert titles[98:102] == ["Song 0099", "Song 0100", "Song 0101", "Song 0102"]


def test_without_a_script_links_lead_on(chromium: Browser, long_site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{long_site.address}{LIBRARY}&q=song")
    page.get_by_role("link", name="Next rows").click()
    expect(row(page, 101)).to_contain_text("Song 0101")
    expect(page.locator("[data-position]")).to_have_text(f"Rows 101–200 of {N_LONG:,}")
    context.close()
