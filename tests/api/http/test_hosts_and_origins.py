"""A web page cannot read the library under a name of its own, nor start work; programs that are no browser can."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.problem_answers import problem


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "10.0.0.5"])
@pytest.mark.parametrize("path", ["/tracks", "/docs", "/nothing"])
def test_a_foreign_host_is_refused_with_the_variable_to_set(web: httpx.Client, host: str, path: str) -> None:
    assert "MER_ALLOWED_HOSTS" in problem(web.get(path, headers={"Host": host}), 421, "foreign_host")


def test_loopback_names_are_allowed_at_any_port(web: httpx.Client) -> None:
    for host in ("localhost", "127.0.0.1:1", "[::1]:8300"):
        assert web.get("/jobs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:3"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/crawl"), ("PATCH", "/settings"), ("DELETE", "/jobs/1"), ("PUT", "/tracks/1/annotations/ada")],
)
def test_a_change_that_a_foreign_page_asks_for_is_refused(
    web: httpx.Client, count_jobs: Callable[[], int], method: str, path: str, headers: dict[str, str]
) -> None:
    n_jobs = count_jobs()
    answer = web.request(method, path, json={"source": "demo"}, headers=headers)
    problem(answer, 403, "foreign_origin")
    assert count_jobs() == n_jobs


_LINK = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_may_link_here(web: httpx.Client, site: str) -> None:
    """A browser shows the answer to its user, and not to the page."""
    answer = web.get("/jobs", headers={**_LINK, "Sec-Fetch-Site": site})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "headers",
    [
        {**_LINK, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {**_LINK, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"},
        {**_LINK, "Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
    ],
    ids=["image", "fetch", "frame", "another port", "old browser"],
)
def test_a_foreign_page_loads_nothing_because_some_reads_start_work(web: httpx.Client, headers: dict[str, str]) -> None:
    for method in ("GET", "HEAD"):
        answer = web.request(method, "/tracks/019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001/emotion", headers=headers)
        assert answer.status_code == 403
    problem(web.get("/jobs", headers=headers), 403, "foreign_origin")


def test_a_form_of_a_foreign_page_is_no_link(web: httpx.Client, count_jobs: Callable[[], int]) -> None:
    n_jobs = count_jobs()
    problem(web.post("/crawl", json={"source": "demo"}, headers=_LINK), 403, "foreign_origin")
    assert count_jobs() == n_jobs


def test_programs_and_pages_of_this_service_start_work(web: httpx.Client, address: str) -> None:
    for headers in ({}, {"Origin": address, "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        assert web.post("/crawl", json={"source": "demo"}, headers=headers).status_code == 202
    assert web.post("/hooks/library").status_code == 202


def test_answers_tell_browsers_to_take_them_for_what_they_are(web: httpx.Client) -> None:
    for path in ("/jobs", "/nothing", "/jobs/"):
        headers = web.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers
    refused = web.get("/jobs", headers={"Host": "evil.example"}).headers
    assert (refused["x-content-type-options"], refused["cache-control"]) == ("nosniff", "no-store")


def test_a_report_may_load_and_run_nothing(web: httpx.Client) -> None:
    answer = web.get("/dataset/report.html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script" not in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


def test_redirects_name_no_host(web: httpx.Client) -> None:
    assert web.get("/jobs/?limit=3").headers["location"] == "/jobs?limit=3"
    assert web.get("/console").headers["location"] == "/"
    assert web.get("//evil.example/jobs/").headers.get("location", "").startswith("//") is False
