"""What was read can be asked for again at the cost of a 304; large answers are compressed, streams are not."""

import gzip

import httpx
import pytest

from services.api.http.conditional_answers import accepts_gzip

PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/estimators", "/tracks", "/dataset/report.html", "/openapi.json"])
def test_an_answer_that_the_client_has_is_not_sent_again(web: httpx.Client, path: str) -> None:
    first = web.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = web.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert "content-type" not in again.headers
    assert web.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_another_answer_has_another_etag(web: httpx.Client) -> None:
    before = web.get("/jobs").headers["etag"]
    web.post("/crawl", json={"source": "demo"})
    assert web.get("/jobs", headers={"If-None-Match": before}).status_code == 200


def test_large_json_is_compressed_for_those_who_take_it(web: httpx.Client) -> None:
    plain = web.get("/openapi.json", headers=PLAIN)
    with web.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}) as packed:
        content = b"".join(packed.iter_raw())
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(content) < len(plain.content) / 2
    assert gzip.decompress(content) == plain.content
    assert plain.headers["etag"] == packed.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in web.get("/jobs", headers={"Accept-Encoding": "gzip"}).headers, "it is small"


def test_changes_refusals_streams_and_what_is_drawn_are_not_kept(web: httpx.Client) -> None:
    job = web.post("/crawl", json={"source": "demo"})
    export = web.get("/export", headers={"Accept-Encoding": "gzip"})
    for answer in (job, export, web.get("/nothing"), web.get("/review", params={"annotator": "ada"})):
        assert answer.headers["cache-control"] == "no-store", answer.url
        assert "etag" not in answer.headers
        assert "content-encoding" not in answer.headers


def test_events_are_sent_when_they_happen(web: httpx.Client) -> None:
    job = web.post("/crawl", json={"source": "demo"}).json()["id"]
    with web.stream("GET", f"/jobs/{job}/events", headers={"Accept-Encoding": "gzip"}, timeout=20) as events:
        assert "content-encoding" not in events.headers
        assert events.headers["cache-control"] == "no-store"
        assert next(events.iter_lines()) == "event: job"


@pytest.mark.parametrize(
    ("accept_encoding", "is_accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5, br", True),
        ("br;q=1.0, gzip;q=0.05", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("xgzip", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_sent_to_those_who_accept_it(accept_encoding: str, is_accepted: bool) -> None:
    assert accepts_gzip(accept_encoding) is is_accepted
