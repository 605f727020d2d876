"""The Library page: a table to search, filter, play and label, as people see and use it."""

import pytest
from playwright.sync_api import Page, expect

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
