"""Home and the first run, in the states and sizes in which people see them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenSite
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow
from tests.support.console_library import N_TRACKS

pytestmark = pytest.mark.slow

WINDOWS = [
    (360, "dark"),
    (1280, "light"),
    pytest.param(360, "light", marks=pytest.mark.long),
    pytest.param(1280, "dark", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_home_shows_the_library_in_moods(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open("/")
        expect(page.locator("h1")).to_contain_text(f"{N_TRACKS} tracks, 33 analysed")
        expect(page.get_by_role("button", name="Play calm tracks")).to_be_visible()
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"home-full-{width}-{scheme}")
        assert list_barriers(page) == []


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
def test_an_empty_library_shows_its_folders(empty: OpenSite, width: int, scheme: str) -> None:
    with empty(width=width, scheme=scheme) as watched:
        page = watched.open("/")
        expect(page.get_by_role("button", name="Analyse this folder")).to_be_visible()
        expect(page.locator("main")).to_contain_text("1 file")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"home-empty-{width}-{scheme}")
        assert list_barriers(page) == []
