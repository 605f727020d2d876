"""The Library page: a table to search, filter, play and label, as people see and use it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenSite
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow
from tests.support.console_library import N_TRACKS

pytestmark = pytest.mark.slow

LIBRARY = "/console/library"


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "light"),
        (1280, "dark"),
        pytest.param(360, "dark", marks=pytest.mark.long),
        pytest.param(1280, "light", marks=pytest.mark.long),
    ],
)
def test_the_library_lists_its_tracks(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open(LIBRARY)
        expect(page.locator(".library-row")).to_have_count(N_TRACKS)
        expect(page.locator("#library")).to_have_attribute("aria-rowcount", str(N_TRACKS + 1))
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"library-full-{width}-{scheme}")
        assert list_barriers(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), pytest.param(1280, "light", marks=pytest.mark.long)])
def test_a_view_says_why_files_could_not_be_read(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open(LIBRARY)
        page.get_by_role("link", name="Missing files 0").click()
        expect(page.locator("main")).to_contain_text("No file is missing")
        page.get_by_role("link", name="Could not be read 2").click()
        expect(page.locator(".library-row")).to_have_count(2)
        expect(page.locator("#library")).to_contain_text("Is damaged")
        expect(page.locator("#library")).to_contain_text("Is too short")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"library-failed-{width}-{scheme}")
        assert list_barriers(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), pytest.param(1280, "dark", marks=pytest.mark.long)])
def test_an_empty_library_says_what_to_do(empty: OpenSite, width: int, scheme: str) -> None:
    with empty(width=width, scheme=scheme) as watched:
        page = watched.open(LIBRARY)
        expect(page.locator("main")).to_contain_text("There are no tracks yet")
        expect(page.get_by_role("link", name="Choose music")).to_be_visible()
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"library-empty-{width}-{scheme}")
        assert list_barriers(page) == []


@pytest.mark.parametrize("width", [1280, pytest.param(360, marks=pytest.mark.long)])
def test_filters_stand_in_the_address(full: OpenSite, width: int) -> None:
    with full(width=width) as watched:
        page = watched.open(LIBRARY)
        page.get_by_text("Filters").click()
        page.get_by_label("Mood", exact=True).select_option("Q2")
        page.get_by_label("Artist", exact=True).fill("gravel saints")
        keep_screenshot(page, f"library-filters-{width}-light")
        page.get_by_role("button", name="Show tracks").click()
        expect(page.locator(".library-row")).to_have_count(4)
        expect(page.locator("main")).to_contain_text(f"4 of {N_TRACKS} tracks")
        page.reload()
        expect(page.locator(".library-row")).to_have_count(4)
        expect(page.locator(".filter-tags")).to_contain_text("Artist: gravel saints")
        page.get_by_role("searchbox").fill("nothing like it")
        page.get_by_role("searchbox").press("Enter")
        expect(page.locator("main")).to_contain_text("No track is like that")
        page.go_back()
        expect(page.locator(".library-row")).to_have_count(4)
        page.get_by_role("link", name="tense: take this filter away").click()
        expect(page.locator(".library-row")).to_have_count(5)
        page.get_by_text("Filters (1)").click()
        assert list_barriers(page) == []


def test_a_list_is_sorted_by_its_heads(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open(LIBRARY)
        page.get_by_role("columnheader").get_by_role("link", name="How sure").click()
        expect(page.get_by_role("columnheader", name="How sure")).to_have_attribute("aria-sort", "descending")
        for direction in ("ascending", "descending"):
            page.get_by_role("columnheader").get_by_role("link", name="Title").click()
            expect(page.get_by_role("columnheader", name="Title")).to_have_attribute("aria-sort", direction)
        expect(page.locator(".library-row").first).to_contain_text("Тихая вода 4")


def test_a_song_of_a_row_plays_and_then_what_follows_it(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open(LIBRARY)
        page.get_by_role("button", name="Play Copper Wire 2").click()
        expect(page.locator("[data-player-title]")).to_have_text("Copper Wire 2")
        page.get_by_role("button", name="Next song").click()
        expect(page.locator("[data-player-title]")).to_have_text("Copper Wire 3")
