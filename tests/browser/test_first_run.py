"""The first run: one button starts it, and the page follows the work by itself."""

import re
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from services.api.deps import ApiPorts
from shared.domain.job import ItemState, Stage
from shared.store.jobs.items import ItemOutcome
from shared.store.jobs.repository import NewItem
from shared.store.repositories import Repositories
from tests.browser.conftest import OpenSite, Site, serve_site
from tests.conftest import Servers
from tests.support.browser_pages import keep_screenshot, list_barriers, measure_overflow, watch_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fresh_site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve_site(servers, tmp_path_factory.mktemp("fresh"), is_full=False) as site:
        yield site


@pytest.fixture
def fresh(chromium: Browser, fresh_site: Site) -> OpenSite:
    return partial(watch_page, chromium, fresh_site.address)


def find_job(ports: ApiPorts) -> UUID:
    with ports.store.read() as repositories:
        (job,) = repositories.jobs.list_page(before=None, limit=5)
    assert (job.kind, job.params["source"]) == ("crawl", "folder")
    return job.id


def do_half(repositories: Repositories, job_id: UUID) -> None:
    """As workers: list four files, and read two of them."""
    items = repositories.jobs.add_items(job_id, Stage.COLLECT, [NewItem(f"{n}.wav", {}) for n in range(4)])
    claim = repositories.job_items.claim_items(items[:2], stage=Stage.COLLECT, worker="a test", lease_s=60)
    repositories.job_items.finish_items(
        claim.token, [ItemOutcome(item_id=item, state=ItemState.DONE) for item in items[:2]]
    )


def test_one_button_starts_the_analysis_and_the_page_follows_it(fresh: OpenSite, fresh_site: Site) -> None:
    with fresh(width=360) as watched:
        page = watched.open("/")
        page.get_by_role("button", name="Analyse this folder").click()
        expect(page.locator("h1")).to_have_text("mer looks for music")
        expect(page.locator("h1")).to_be_focused()
        job_id = find_job(fresh_site.ports)
        fresh_site.ports.store.transact("test.work", partial(do_half, job_id=job_id))
        expect(page.locator("[data-job-line]")).to_contain_text("2 of 4")
        expect(page).to_have_title("50 % · Home – mer")
        expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "50")
        assert measure_overflow(page) == 0
        keep_screenshot(page, "first-run-360-light")
        assert list_barriers(page) == []
        page.get_by_role("navigation", name="Pages, at the bottom").get_by_role("link", name="Help").click()
        expect(page).to_have_title("50 % · Help – mer")
        page.go_back()
        expect(page.locator("[data-job-line]")).to_contain_text("2 of 4")
        fresh_site.ports.store.transact("test.cancel", lambda repositories: repositories.jobs.cancel_job(job_id))
        expect(page.locator("h1")).to_have_text(re.compile("See and hear"))
        expect(page).not_to_have_title(re.compile("%"))


def test_a_refusal_is_said_beside_the_button(empty: OpenSite) -> None:
    with empty() as watched:
        watched.problems.expected.append("403")
        page = watched.open("/")
        page.route("**/crawl", lambda route: route.fulfill(status=403, json={"detail": "the folder may not be read"}))
        button = page.get_by_role("button", name="Analyse this folder")
        button.click()
        expect(page.get_by_role("alert").filter(has_text="the folder may not be read")).to_be_visible()
        expect(button).not_to_have_attribute("aria-disabled", "true")
