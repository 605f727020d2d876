"""What holds on every page: errors are pages, and where mer does not answer it is said and tried again."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import OpenSite
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), pytest.param(1280, "dark", marks=pytest.mark.long)])
def test_help_has_no_barrier(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open("/console/help")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"help-{width}-{scheme}")
        assert list_barriers(page) == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), pytest.param(360, "dark", marks=pytest.mark.long)])
def test_an_address_without_a_page_is_answered_with_one(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        watched.problems.expected.append("404")
        page = watched.open("/console/nothing/here")
        expect(page.locator("h1")).to_have_text("There is no such page.")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"error-{width}-{scheme}")
        assert list_barriers(page) == []
        page.get_by_role("link", name="Go to Home").click()
        expect(page.locator("h1")).to_contain_text("tracks")


def test_where_mer_does_not_answer_the_page_says_so_and_then_goes_on(full: OpenSite) -> None:
    with full() as watched:
        watched.problems.expected += ["ERR_INTERNET_DISCONNECTED", "htmx:"]
        page = watched.open("/")
        page.context.set_offline(True)
        page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link", name="Help").click()
        expect(page.locator("#offline")).to_contain_text("mer does not answer.")
        expect(page.locator("h1")).to_contain_text("tracks")
        keep_screenshot(page, "offline-1280-light")
        assert list_barriers(page) == []
        page.context.set_offline(False)
        page.get_by_role("button", name="Try now").click()
        expect(page.locator("#offline")).to_be_hidden()
        expect(page.locator("h1")).to_have_text("Help")


def test_a_page_that_is_slow_says_so_after_a_moment(full: OpenSite) -> None:
    with full(width=360) as watched:
        page = watched.open("/")
        held: list[Route] = []
        page.route("**/console/help", lambda route: held.append(route))  # noqa: PLW0108 (Playwright marks it)
        page.get_by_role("navigation", name="Pages, at the bottom").get_by_role("link", name="Help").click()
        expect(page.locator("#loading")).to_be_visible()
        expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
        assert list_barriers(page) == []
        held[0].continue_()
        expect(page.locator("h1")).to_have_text("Help")
        expect(page.locator("#loading")).to_be_hidden()


def test_the_watch_sees_what_must_not_happen(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open("/")
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=color:red>x</p>')")
        page.evaluate("fetch('http://127.0.0.2:9/').catch(() => {})")
        page.evaluate("document.getElementById('main').insertAdjacentHTML('beforeend', '<button></button>')")
        assert any("button-name" in barrier for barrier in list_barriers(page))
        found = "\n".join(watched.problems.found)
        watched.problems.found.clear()
        assert "CSP violation: style-src" in found
        assert "CSP violation: connect-src" in found


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), pytest.param(1280, "light", marks=pytest.mark.long)])
def test_the_log_in_page_has_no_barrier(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open("/console/login")
        expect(page.locator("h1")).to_have_text("No key is needed here")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"login-{width}-{scheme}")
        assert list_barriers(page) == []
