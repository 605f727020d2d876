"""The player: it goes on whatever page is opened, and remembers where it was."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenSite, Site
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow
from tests.support.console_library import SONG_S

pytestmark = pytest.mark.slow

_NOTE_PAUSES = """
(() => {
  const audio = document.getElementById("audio");
  window.seen = { pauses: 0, loads: 0, last: 0, falls: 0 };
  audio.addEventListener("pause", () => { window.seen.pauses += 1; });
  audio.addEventListener("loadstart", () => { window.seen.loads += 1; });
  setInterval(() => {
    if (audio.currentTime < window.seen.last) window.seen.falls += 1;
    window.seen.last = audio.currentTime;
  }, 20);
})()
"""


def wait_for_sound(page: Page, seconds: float = 0.3) -> None:
    page.wait_for_function("s => document.getElementById('audio').currentTime > s", arg=seconds)


def is_paused(page: Page) -> bool:
    paused: bool = page.evaluate("document.getElementById('audio').paused")
    return paused


def test_music_goes_on_across_links_and_the_back_button(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open("/")
        page.get_by_role("button", name="Play calm tracks").click()
        wait_for_sound(page)
        page.evaluate(_NOTE_PAUSES)
        rail = page.get_by_role("navigation", name="Pages", exact=True)
        rail.get_by_role("link", name="Help").click()
        expect(page).to_have_title("Help – mer")
        expect(page.locator("h1")).to_have_text("Help")
        expect(page.locator("h1")).to_be_focused()
        expect(page.locator("#announcement")).to_have_text("Help – mer")
        expect(rail.locator("[aria-current=page]")).to_have_text("Help")
        expect(page.locator("main")).to_have_count(1)
        before = page.evaluate("window.seen.last")
        page.go_back()
        expect(page.locator("h1")).to_contain_text("tracks")
        expect(page).to_have_title("Home – mer")
        expect(rail.locator("[aria-current=page]")).to_have_text("Home")
        page.go_forward()
        expect(page.locator("h1")).to_have_text("Help")
        expect(page).to_have_title("Help – mer")
        wait_for_sound(page, before + 0.3)
        seen = page.evaluate("window.seen")
        assert (seen["pauses"], seen["loads"], seen["falls"]) == (0, 0, 0)
        assert not is_paused(page)


def test_after_a_reload_the_same_song_stands_at_the_same_second_paused(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open("/")
        page.get_by_role("button", name="Play sad tracks").click()
        wait_for_sound(page)
        page.evaluate("document.getElementById('audio').currentTime = 7")
        page.evaluate("document.getElementById('audio').volume = .5")
        wait_for_sound(page, 7)
        title = page.locator("[data-player-title]").text_content()
        page.reload()
        expect(page.locator("[data-player-title]")).to_have_text(title or "?")
        page.wait_for_function("document.getElementById('audio').currentTime >= 7")
        assert is_paused(page)
        assert page.evaluate("document.getElementById('audio').volume") == 0.5
        assert page.evaluate("document.getElementById('audio').currentTime") < 9
        expect(page.get_by_label("Position")).to_have_attribute("aria-valuetext", re.compile(r"0:0[78] of 0:20"))


def test_a_list_plays_from_the_row_that_was_chosen_past_the_rows_that_are_shown(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open("/")
        calm = page.locator("section.mood-card.calm")
        last = calm.locator("[data-track-id]").nth(2)
        last.click()
        wait_for_sound(page)
        expect(last).to_have_attribute("aria-current", "true")
        page.get_by_role("button", name="Queue", exact=True).click()
        rows = page.locator(".queue-song")
        expect(rows).to_have_count(8)  # the song before, this one, and six that the page does not show
        expect(page.locator(".queue-song[aria-current]")).to_be_focused()
        assert list_barriers(page) == []
        page.keyboard.press("Escape")
        expect(page.locator("#queue")).to_be_hidden()
        page.get_by_role("button", name="Next song").click()
        page.wait_for_function("id => !document.getElementById('audio').src.includes(id)", arg=last.get_attribute("id"))
        wait_for_sound(page, 0.1)


def test_a_song_that_cannot_be_played_is_named_and_the_next_one_plays(full: OpenSite, full_site: Site) -> None:
    detail = "its file has changed since it was analysed: crawl its folder again"
    broken = str(full_site.track_ids[0])  # of the calm songs the first one: a person said so

    def refuse(route: Route) -> None:
        body = json.dumps({"code": "audio_changed", "detail": detail, "status": 409})
        route.fulfill(status=409, content_type="application/problem+json", body=body)

    with full() as watched:
        watched.problems.expected.append("409")
        page = watched.page
        page.route(f"**/tracks/{broken}/audio", refuse)
        watched.open("/")
        page.get_by_role("button", name="Play calm tracks").click()
        expect(page.locator("[data-player-message]")).to_contain_text(detail)
        expect(page.locator("[data-player-message]")).to_contain_text("Going on with the next")
        keep_screenshot(page, "player-error-1280-light")
        wait_for_sound(page)
        assert broken not in page.evaluate("document.getElementById('audio').src")
        expect(page.locator("[data-player-message]")).to_have_text("")


def test_a_second_tab_that_plays_pauses_the_first(full: OpenSite, full_site: Site) -> None:
    with full() as watched:
        page = watched.open("/")
        page.get_by_role("button", name="Play calm tracks").click()
        wait_for_sound(page)
        other = page.context.new_page()
        other.goto(full_site.address)
        other.get_by_role("button", name="Play sad tracks").click()
        wait_for_sound(other)
        page.wait_for_function("document.getElementById('audio').paused")
        assert not is_paused(other)


def test_everything_can_be_done_by_keys_alone(full: OpenSite) -> None:
    with full() as watched:
        page = watched.open("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.ariaLabel") == "Play happy tracks":
                break
        page.keyboard.press("Enter")
        wait_for_sound(page)
        page.get_by_label("Position").focus()
        before = page.evaluate("document.getElementById('audio').currentTime")
        page.keyboard.press("ArrowRight")
        wait_for_sound(page, before + 5)
        page.locator("h1").focus()
        page.keyboard.press("Space")
        page.wait_for_function("document.getElementById('audio').paused")
        title = page.locator("[data-player-title]").text_content() or "?"
        page.keyboard.press("Shift+ArrowRight")
        expect(page.locator("[data-player-title]")).not_to_have_text(title)
        page.keyboard.press("?")
        expect(page.locator("h1")).to_have_text("Help")
        page.get_by_label("Single keys are on").uncheck()
        page.locator("h1").focus()
        page.keyboard.press("g")
        page.keyboard.press("h")
        expect(page.locator("h1")).to_have_text("Help")
        page.get_by_label("Single keys are on").check()
        page.locator("h1").focus()
        page.keyboard.press("g")
        page.keyboard.press("h")
        expect(page.locator("h1")).to_contain_text("tracks")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "light"),
        pytest.param(1280, "dark", marks=pytest.mark.long),
        pytest.param(360, "dark", marks=pytest.mark.long),
    ],
)
def test_the_bar_has_no_barrier_and_covers_nothing(full: OpenSite, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open("/")
        page.get_by_role("button", name="Play tense tracks").click()
        wait_for_sound(page)
        page.evaluate(f"document.getElementById('audio').currentTime = {SONG_S / 2}")
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"player-{width}-{scheme}")
        assert list_barriers(page) == []
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        bar = page.locator("#player").bounding_box()
        end = page.locator("#home").bounding_box()
        assert bar is not None
        assert end is not None
        assert end["y"] + end["height"] <= bar["y"]
