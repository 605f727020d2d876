"""HEAD, OPTIONS and Allow; parameters that a route does not have are refused, not passed over."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.problem_answers import problem


@pytest.mark.parametrize(
    "path", ["/tracks", "/estimators", "/dataset/report.html", "/openapi.json", "/docs", "/nothing", "/health"]
)
def test_head_is_get_without_a_body(web: httpx.Client, path: str) -> None:
    head, got = web.head(path), web.get(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    same = ("content-type", "cache-control", "content-security-policy")
    assert [head.headers.get(name) for name in same] == [got.headers.get(name) for name in same]


def test_head_of_a_stream_ends_after_its_headers(web: httpx.Client) -> None:
    job = web.post("/crawl", json={"source": "demo"}).json()["id"]
    events = web.head(f"/jobs/{job}/events", timeout=20)
    assert (events.status_code, events.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    export = web.head("/export", params={"taxonomy": "mood4"})
    assert (export.status_code, export.content) == (200, b"")
    assert export.headers["content-disposition"] == 'attachment; filename="mer.csv"'
    assert web.get("/jobs").status_code == 200, "the connection can still be used"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/train", "OPTIONS, POST"),
        ("/tracks", "DELETE, GET, HEAD, OPTIONS"),
        ("/tracks/1", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/tracks/1/annotations/ada", "DELETE, OPTIONS, PUT"),
        ("/settings", "GET, HEAD, OPTIONS, PATCH"),
        ("/models/rollback", "OPTIONS, POST"),
    ],
)
def test_all_methods_of_a_path_are_told(web: httpx.Client, path: str, methods: str) -> None:
    answer = web.options(path)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, methods, b"")
    wrong = web.request("TRACE", path)
    assert "/docs" in problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["allow"] == methods


def test_head_of_what_cannot_be_read_is_refused(web: httpx.Client) -> None:
    answer = web.head("/train")
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")


def test_options_of_no_path_are_not_found(web: httpx.Client) -> None:
    problem(web.options("/nothing"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("GET", "/tracks?emotoin=sad", "emotion"),
        ("GET", "/jobs?limit=3&page=2", "cursor, limit"),
        ("GET", "/estimators?x=", "has none"),
        ("POST", "/models/rollback?forse=true", ""),
        ("POST", "/predict?taxonmy=mood4", "taxonomy"),
    ],
)
def test_an_unknown_query_parameter_is_refused_with_the_known_ones(
    web: httpx.Client, method: str, path: str, known: str
) -> None:
    answer = web.request(method, path)
    detail = problem(answer, 422, "invalid_request")
    assert known in detail, detail
    (mistake,) = answer.json()["errors"]
    assert mistake["at"].removeprefix("query.") in path


def test_parameters_of_a_foreign_protocol_are_passed_over(web: httpx.Client) -> None:
    assert web.get("/v1/audio-features", params={"ids": "1", "market": "DE"}).status_code == 200


def test_an_empty_idempotency_key_is_refused(web: httpx.Client, count_jobs: Callable[[], int]) -> None:
    n_jobs = count_jobs()
    answer = web.post("/crawl", json={"source": "demo"}, headers={"Idempotency-Key": ""})
    assert "Idempotency-Key" in problem(answer, 422, "invalid_request")
    assert count_jobs() == n_jobs
