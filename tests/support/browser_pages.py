"""Pages of the console in a real browser, and what must never happen on one: errors, violations, foreign requests."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

CHROMIUM_FLAGS = (
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
)
"""With the first two, screenshots look the same on every machine; the last lets a test start songs."""
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
"""Ignored by git."""
HEIGHTS = {360: 740, 1280: 860}
_AXE = Path(__file__).parents[1] / "browser" / "vendored" / "axe.min.js.gz"
_NOTE_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


@dataclass
class PageProblems:
    """What went wrong on a page."""

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Parts of the words of problems that a test brings about itself."""

    def note(self, words: str) -> None:
        """Keep it, unless it is expected."""
        if not any(part in words for part in self.expected):
            self.found.append(words)


class WatchedPage:
    """A page and its problems."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.problems = page, address, PageProblems()
        page.add_init_script(_NOTE_VIOLATIONS)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.problems.note(f"script: {error}"))
        page.on("request", self._note_request)

    def open(self, path: str = "/") -> Page:
        """Go to a page of the console."""
        self.page.goto(f"{self.address}{path}")
        return self.page

    def _note_console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.note(f"console: {message.text}")

    def _note_request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and f"{address.scheme}://{address.netloc}" != self.address:
            self.problems.note(f"foreign request: {request.url}")


@contextmanager
def watch_page(browser: Browser, address: str, *, width: int = 1280, scheme: Any = "light") -> Iterator[WatchedPage]:
    """A page of a browser that knows nothing yet. At the end nothing may have gone wrong on it."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS[width]}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    watched = WatchedPage(context.new_page(), address)
    try:
        yield watched
        assert not watched.problems.found, "\n".join(watched.problems.found)
    finally:
        context.close()


def list_barriers(page: Page) -> list[str]:
    """What axe finds of impact *serious* or *critical*."""
    # evaluated by the debugger, which the page's own policy does not bind
    page.evaluate(gzip.decompress(_AXE.read_bytes()).decode() + ";0")
    found = page.evaluate("async () => JSON.stringify((await axe.run({resultTypes: ['violations']})).violations)")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for violation in json.loads(found)
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def measure_overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def keep_screenshot(page: Page, name: str, *, is_whole: bool = True) -> Path:
    """A picture of the whole page, or of what is visible, below `SCREENSHOTS`."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.evaluate("document.fonts.ready.then(() => 0)")
    # hiding the caret would leave empty style attributes, which the next page's policy refuses to copy
    if not is_whole:
        page.screenshot(path=path, caret="initial")
        return path
    window = page.viewport_size
    assert window is not None
    # a window as high as the page, so that the bars at its lower edge cover nothing
    height: int = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": max(window["height"], height)})
    page.screenshot(path=path, caret="initial")
    page.set_viewport_size(window)
    return path
