"""A browser logs in with a key: its session stands for the key, and ends with it."""

import dataclasses
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from services.api.access.key_ring import FRESH_S, KeyRing
from services.api.access.session_cookie import COOKIE
from services.api.deps import ApiPorts
from shared.domain.roles import Role
from shared.store import Store, key_sessions
from tests.api.conftest import asking
from tests.support.api_keys import add_key, bearer
from tests.support.hand_clock import HandClock
from tests.support.problem_answers import problem

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
"""Of a form without fields."""
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def ports(ports: ApiPorts, clock: HandClock) -> ApiPorts:
    return dataclasses.replace(ports, keys=KeyRing(clock))


@pytest.fixture
def browser(ports: ApiPorts) -> Iterator[TestClient]:
    """A client that follows no redirect by itself and keeps cookies."""
    with asking(ports, is_fresh=True) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture
def key(store: Store) -> str:
    return add_key(store, "ada", Role.LABEL)


def log_in(browser: TestClient, key: str, **form: str) -> httpx.Response:
    response: httpx.Response = browser.post("/console/login", data={"key": key, **form})
    return response


def change_sessions(store: Store, statement: str) -> None:
    store.transact_session("test.sessions", lambda session: session.execute(text(statement)))


def test_a_session_stands_for_its_key(browser: TestClient, store: Store, key: str) -> None:
    problem(browser.get("/session"), 401, "no_key")
    answer = log_in(browser, f" {key} ", next="/console/review?n=3")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/review?n=3")
    assert browser.get("/session").json() == {"access": "keyed", "name": "ada", "role": "label"}
    problem(browser.post("/train", json={}), 403, "role_too_small")
    assert key not in str(browser.cookies)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser: TestClient, key: str) -> None:
    cookie = log_in(browser, key).headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=2592000; Path=/; SameSite=strict", cookie)
    encrypted = browser.post(
        "/console/login", data={"key": key}, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"}
    )
    assert "; Secure" in encrypted.headers["set-cookie"]


def test_a_wrong_key_shows_the_page_again(ports: ApiPorts, key: str) -> None:
    settings = ports.settings.model_copy(update={"wrong_keys_per_minute": 1})
    with asking(dataclasses.replace(ports, settings=settings)) as browser:
        answer = log_in(browser, f"{key}x", next="/console/jobs")
        assert answer.status_code == 401
        assert "This key is not known here." in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert 'value="/console/jobs"' in answer.text
        assert key not in answer.text
        assert "set-cookie" not in answer.headers
        answer = log_in(browser, "another")
        assert answer.status_code == 429
        assert "Wait a minute" in answer.text
        assert answer.headers["Retry-After"]


def test_revoking_a_key_ends_its_sessions_within_a_second(
    browser: TestClient, clock: HandClock, store: Store, key: str, eventually: Callable[..., None]
) -> None:
    log_in(browser, key)
    store.transact("test.revoke", lambda repositories: repositories.keys.revoke_key("ada"))
    clock.now += FRESH_S + 0.001
    # on a busy machine the copy may not come within the time that a request waits for it
    eventually(lambda: browser.get("/session").status_code == 401, "the session has ended")


def test_a_session_expires(
    browser: TestClient, clock: HandClock, store: Store, key: str, eventually: Callable[..., None]
) -> None:
    log_in(browser, key)
    change_sessions(store, "update key_sessions set expires_at = now() - interval '1 second'")
    clock.now += FRESH_S + 0.001
    eventually(lambda: browser.get("/session").status_code == 401, "the session has ended")


def test_logging_out_ends_the_session_everywhere(browser: TestClient, key: str) -> None:
    log_in(browser, key)
    token = browser.cookies[COOKIE]
    answer = browser.post("/console/logout", headers=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/login")
    assert COOKIE not in browser.cookies
    problem(browser.get("/session", headers={"Cookie": f"{COOKIE}={token}"}), 401, "no_key")
    assert browser.post("/console/logout", headers=FORM).status_code == 303


def test_another_process_knows_a_session_at_once(browser: TestClient, ports: ApiPorts, key: str) -> None:
    with asking(dataclasses.replace(ports, keys=KeyRing())) as other:
        problem(other.get("/session"), 401, "no_key")
        log_in(browser, key)
        assert other.get("/session", headers={"Cookie": f"{COOKIE}={browser.cookies[COOKIE]}"}).status_code == 200


def test_a_session_is_no_key_and_a_key_is_no_session(browser: TestClient, key: str) -> None:
    log_in(browser, key)
    token = browser.cookies[COOKIE]
    problem(browser.get("/session", headers=bearer(token)), 401, "unknown_key")
    browser.cookies.clear()
    problem(browser.get("/session", headers={"Cookie": f"{COOKIE}={key}"}), 401, "no_key")


def test_a_page_leads_to_the_log_in_page_and_back(browser: TestClient, key: str) -> None:
    answer = browser.get("/console/nothing?q=a%20b&view=missing", headers=PAGE)
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"], headers=PAGE)
    assert page.status_code == 200
    form = re.search(r'name="next" value="([^"]*)"', page.text)
    assert form
    where = log_in(browser, key, next=form[1].replace("&amp;", "&")).headers["location"]
    assert where == "/console/nothing?q=a%20b&view=missing"
    assert browser.get(where, headers=PAGE).status_code == 404, "the page itself, which there is not"


@pytest.mark.parametrize("path", ["/", "/docs", "/console"])
def test_other_pages_lead_there_too(browser: TestClient, key: str, path: str) -> None:
    assert browser.get(path, headers=PAGE).headers["location"] == f"/console/login?next={path}"


@pytest.mark.parametrize(("path", "headers"), [("/tracks", PAGE), ("/consoles", PAGE)])
def test_others_are_refused_without_a_session(
    browser: TestClient, key: str, path: str, headers: dict[str, str]
) -> None:
    answer = browser.get(path, headers=headers)
    assert (answer.status_code, "no_key" in answer.text) == (401, True)


def test_programs_are_not_led_to_a_form(browser: TestClient, key: str) -> None:
    page = browser.get("/console/library")
    assert (page.status_code, "no_key" in page.text) == (401, True)
    assert 'href="/console/login?next=/console/library"' in page.text


def test_the_log_in_page_leads_nowhere_else(browser: TestClient, key: str) -> None:
    for foreign in ("https://evil.example", "//evil.example", "/\\evil.example"):
        assert "evil" not in browser.get("/console/login", params={"next": foreign}).text
        assert log_in(browser, key, next=foreign).headers["location"] == "/"


def test_a_foreign_page_logs_nobody_in(browser: TestClient, key: str) -> None:
    foreign = {"Origin": "http://evil.example"}
    answer = browser.post("/console/login", data={"key": key}, headers=foreign)
    assert (answer.status_code, "foreign_origin" in answer.text) == (403, True)
    assert "set-cookie" not in answer.headers


def test_the_page_needs_no_script_and_loads_only_its_style(browser: TestClient, key: str) -> None:
    page = browser.get("/console/login")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
    assert page.headers["cache-control"] == "no-store"
    files = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert [file.rpartition("/")[2] for file in files] == ["favicon.svg", "fonts.css", "tokens.css", "login.css"]
    assert "<script" not in page.text
    assert "style=" not in page.text
    style = browser.get(files[-1])
    assert style.headers["content-type"].startswith("text/css")
    assert browser.get("/console/assets/x/redoc.standalone.js").status_code == 404


def test_after_a_link_of_another_site_the_page_goes_on_by_itself(browser: TestClient, key: str) -> None:
    """Browsers keep a strict cookie back then; from our own page they send it."""
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    where = browser.get("/console/review", headers={**PAGE, **link}).headers["location"]
    assert 'content="0;url=/console/review"' in browser.get(where, headers={**PAGE, **link}).text
    assert "http-equiv" not in browser.get(where, headers={**PAGE, "Sec-Fetch-Site": "same-origin"}).text


def test_who_is_logged_in_sees_as_whom(browser: TestClient, key: str) -> None:
    log_in(browser, key)
    page = browser.get("/console/login").text
    assert "Logged in as <bdi>ada</bdi>" in page
    assert 'action="/console/logout"' in page


def test_where_no_key_is_needed_the_page_says_so(browser: TestClient) -> None:
    assert browser.get("/session").json() == {"access": "open", "name": None, "role": "operate"}
    assert "No key is needed here" in browser.get("/console/login").text
    assert log_in(browser, "anything").headers["location"] == "/"


def test_a_key_has_so_many_sessions_at_most(
    browser: TestClient, store: Store, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All sessions are read each second: who may only read must not be able to make that take long."""
    monkeypatch.setattr(key_sessions, "MOST_SESSIONS", 3)
    tokens = []
    for _ in range(5):
        browser.cookies.clear()
        assert log_in(browser, key).status_code == 303
        tokens.append(browser.cookies[COOKIE])
    browser.cookies.clear()
    answers = [browser.get("/session", headers={"Cookie": f"{COOKIE}={token}"}).status_code for token in tokens]
    assert answers == [401, 401, 200, 200, 200]


def test_log_ins_count_as_requests_of_the_key(ports: ApiPorts, key: str) -> None:
    settings = ports.settings.model_copy(update={"rate_per_minute": 2})
    with asking(dataclasses.replace(ports, settings=settings), is_fresh=True) as browser:
        browser.follow_redirects = False
        answers = []
        for _ in range(3):
            browser.cookies.clear()
            answers.append(log_in(browser, key).status_code)
        assert answers == [303, 303, 429]
