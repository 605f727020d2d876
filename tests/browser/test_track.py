"""The page of a track, as people see and use it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenSite, Site
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow

pytestmark = pytest.mark.slow


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (360, "light"),
        (1280, "dark"),
        pytest.param(360, "dark", marks=pytest.mark.long),
        pytest.param(1280, "light", marks=pytest.mark.long),
    ],
)
def test_a_song_has_a_page(full: OpenSite, full_site: Site, width: int, scheme: str) -> None:
    with full(width=width, scheme=scheme) as watched:
        page = watched.open("/console/library")
        page.get_by_role("link", name="Pressure Front 1").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Pressure Front 1")
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        page.get_by_text("No, it is…").or_(page.get_by_text("Change it to")).or_(
            page.get_by_text("It is", exact=True)
        ).click()
        assert measure_overflow(page) == 0
        keep_screenshot(page, f"track-{width}-{scheme}")
        assert list_barriers(page) == []


def test_a_song_is_labelled_without_a_mouse(full: OpenSite, full_site: Site) -> None:
    with full() as watched:
        page = watched.open(f"/console/tracks/{full_site.track_ids[9]}")
        answer = page.locator("#track-answer")
        before = answer.inner_text()
        press(page, "4")
        expect(page.locator("#toast")).to_contain_text("labelled calm")
        expect(answer).to_contain_text("Calm, say you.")
        expect(page.locator("#track-labels")).to_contain_text("You: calm")
        keep_screenshot(page, "track-labelled-1280-light")
        assert list_barriers(page) == []
        page.locator("#label-Q1").press("Enter")
        expect(answer).to_contain_text("Happy, say you.")
        expect(page.locator("#track-answer [data-say]").first).to_be_focused()
        press(page, "z")
        expect(answer).to_contain_text("Calm, say you.")
        press(page, "z")
        expect(answer).not_to_contain_text("say you")
        assert answer.inner_text() == before
        press(page, "z")
        expect(page.locator("#toast")).to_contain_text("nothing to undo")


def test_the_waveform_plays_and_seeks(full: OpenSite, full_site: Site) -> None:
    with full() as watched:
        page = watched.page
        peaks = {"duration_s": 20.0, "n_peaks": 400, "peaks": [n % 40 / 40 for n in range(400)]}
        answers = iter([202, 200])

        def answer(route: object) -> None:
            status = next(answers)
            body = peaks if status == 200 else {}
            route.fulfill(status=status, json=body, headers={"Retry-After": "1"})  # type: ignore[attr-defined]

        page.route(re.compile("/peaks$"), answer)
        watched.open(f"/console/tracks/{full_site.track_ids[9]}")
        slider = page.get_by_role("slider", name="Position in the song")
        expect(slider.locator(".bar")).to_have_count(200)
        keep_screenshot(page, "track-waveform-1280-light")
        slider.press("ArrowRight")
        expect(page.locator("[data-player-title]")).to_have_text("Copper Wire 2")
        expect(slider).to_have_attribute("aria-valuetext", re.compile("0:0[5-9] of 0:20"))
        slider.press("ArrowRight")
        expect(slider).to_have_attribute("aria-valuetext", re.compile("0:1[0-4] of 0:20"))
        box = slider.bounding_box()
        assert box is not None
        slider.click(position={"x": box["width"] * 0.1, "y": 20})
        expect(slider).to_have_attribute("aria-valuetext", re.compile("0:0[2-4] of 0:20"))
        assert page.evaluate("document.querySelectorAll('audio').length") == 1
        assert list_barriers(page) == []
