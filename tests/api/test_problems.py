"""Every refusal is a problem document that says what to do."""

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_spec_validator import validate
from pydantic import SecretStr
from sqlalchemy import text

from services.api.deps import ApiPorts
from services.api.http.answer_headers import SAFE_HEADERS
from shared.domain.dataset import INPUTS
from shared.domain.emotion import TAXONOMIES
from shared.domain.training import ESTIMATORS
from shared.settings import SourceSettings, StoreSettings
from shared.store import open_store
from tests.api.conftest import asking
from tests.support.problem_answers import problem

UNKNOWN = "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001"
OF_ONE = (
    ("GET", "/tracks/{id}"),
    ("GET", "/tracks/{id}/emotion"),
    ("PUT", "/tracks/{id}/annotations/ada"),
    ("GET", "/jobs/{id}"),
    ("GET", "/jobs/{id}/items"),
    ("GET", "/jobs/{id}/events"),
    ("DELETE", "/jobs/{id}"),
    ("POST", "/jobs/{id}/retry"),
    ("GET", "/models/{id}"),
    ("POST", "/models/{id}/promote"),
    ("GET", "/models/{id}/flips"),
)


@pytest.mark.parametrize(("method", "path"), OF_ONE)
@pytest.mark.parametrize("its_id", [UNKNOWN, "42", "not-an-id", "%00", "ü"])
def test_an_id_that_names_nothing_is_not_found(shared_client: TestClient, method: str, path: str, its_id: str) -> None:
    body = {"emotion": "sad"} if method == "PUT" else None
    said = problem(shared_client.request(method, path.format(id=its_id), json=body), 404, "not_found")
    assert said.startswith(f"there is no {path.split('/')[1].removesuffix('s')}")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/train", {"estimators": ["oracle"]}, ESTIMATORS),
        ("/train", {"inputs": ["lyrics"]}, INPUTS),
        ("/train", {"taxonomy": "mood5"}, tuple(TAXONOMIES)),
        ("/train", {"library": "both"}, ("real", "synthetic")),
        ("/train", {"estimators": []}, ("estimators",)),
        ("/train", {"epochs": 3}, ("epochs",)),
        ("/train", {"seed": -1}, ("seed",)),
        ("/crawl", {"source": "napster"}, ("folder", "table", "demo", "spotify")),
        ("/crawl", {}, ("source",)),
        ("/crawl", {"source": "folder"}, ("needs a path",)),
        ("/crawl", {"source": "demo", "taxonomy": "mood5"}, tuple(TAXONOMIES)),
        ("/crawl", {"source": "demo", "emotion": "bored"}, TAXONOMIES["mood4"].emotions),
        ("/crawl", {"source": "demo", "emotion": "happy", "taxonomy": "quadrant4"}, ("Q1", "Q4")),
        ("/crawl", {"source": "demo", "limit": 0}, ("limit",)),
        ("/crawl", {"source": "demo", "limit": 10**30}, ("limit",)),
        ("/crawl", [], ("body",)),
    ],
)
def test_a_request_for_what_does_not_exist_names_what_does(
    shared_client: TestClient, path: str, body: Any, said: tuple[str, ...]
) -> None:
    detail = problem(shared_client.post(path, json=body), 422, "invalid_request")
    assert all(word in detail for word in said), detail


@pytest.mark.parametrize("path", ["/models?taxonomy=mood5", f"/tracks/{UNKNOWN}/emotion?taxonomy=mood5"])
def test_an_unknown_taxonomy_in_a_query_names_the_known_ones(shared_client: TestClient, path: str) -> None:
    detail = problem(shared_client.get(path), 422, "unknown_taxonomy")
    assert all(taxonomy in detail for taxonomy in TAXONOMIES)


@pytest.mark.parametrize(
    ("path", "cursor"),
    [
        ("/tracks", "first"),
        ("/jobs", "first"),
        ("/models", "first"),
        ("/duplicates", "first"),
        ("/merges", "first"),
        ("/merges", "0"),
        ("/models/history", "first"),
        (f"/jobs/{UNKNOWN}/items", "first"),
        (f"/jobs/{UNKNOWN}/items", "-1"),
        (f"/jobs/{UNKNOWN}/items", str(sys.maxsize + 1)),
        (f"/models/{UNKNOWN}/evaluations", "first"),
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(shared_client: TestClient, path: str, cursor: str) -> None:
    assert "cursor" in problem(shared_client.get(path, params={"cursor": cursor}), 422, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "501", "-1", "all", str(10**30)])
@pytest.mark.parametrize("path", ["/tracks", "/jobs", "/models"])
def test_a_page_has_between_one_and_five_hundred_rows(shared_client: TestClient, path: str, limit: str) -> None:
    problem(shared_client.get(path, params={"limit": limit}), 422, "invalid_request")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/etc/passwd", 403, "outside_library"),
        ("../blobs", 403, "outside_library"),
        ("jazz", 404, "not_found"),
        ("rock/\0", 404, "not_found"),
        ("x" * 300, 404, "not_found"),
        ("x" * 5000, 422, "invalid_request"),
        ("rock\ud800", 422, "invalid_request"),
    ],
)
def test_a_path_outside_the_roots_or_missing_is_refused_at_once(
    shared_client: TestClient, path: str, status: int, code: str
) -> None:
    escaped = "".join(f"\\u{ord(sign):04x}" for sign in path)
    content = f'{{"source": "folder", "path": "{escaped}"}}'
    answer = shared_client.post("/crawl", content=content, headers={"content-type": "application/json"})
    assert problem(answer, status, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/train", 405, "method_not_allowed"),
        ("PUT", "/tracks", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
    ],
)
def test_a_route_that_is_none_is_a_problem_too(
    shared_client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    assert "/docs" in problem(shared_client.request(method, path), status, code)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "invalid_request"),
        (b"", 422, "invalid_request"),
        (b'{"source": NaN}', 422, "invalid_request"),
        (b'"\xff"', 400, "http_error"),
        (b"[" * 100_000, 400, "http_error"),
    ],
    ids=["cut off", "empty", "no number", "no text", "deep"],
)
def test_a_body_that_is_no_json_is_a_problem(shared_client: TestClient, content: bytes, status: int, code: str) -> None:
    answer = shared_client.post("/crawl", content=content, headers={"content-type": "application/json"})
    problem(answer, status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/tracks?q=%00"),
        ("GET", "/tracks?emotion=%00"),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/%00"),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/{'x' * 101}"),
        ("GET", f"/jobs/{UNKNOWN}/items?state=asleep"),
    ],
)
def test_what_the_database_could_not_hold_is_refused_before_it(
    shared_client: TestClient, method: str, path: str
) -> None:
    body = {"emotion": "sad"} if method == "PUT" else None
    problem(shared_client.request(method, path, json=body), 422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/crawl", {"source": "demo", "limit": True}),
        ("POST", "/crawl", {"source": "demo", "limit": "1"}),
        ("POST", "/crawl", {"source": "demo", "min_s": "1"}),
        ("POST", "/crawl", {"source": "demo", "reread": "yes"}),
        ("POST", "/crawl", {"source": "demo", "reread": 1}),
        ("POST", "/crawl/preview", {"source": "demo", "limit": True}),
        ("POST", "/train", {"seed": "1"}),
        ("POST", "/train", {"seed": 1.5}),
        ("POST", "/train", {"missing": "on"}),
        ("POST", "/features/recompute", {"failed": "true"}),
        ("POST", "/features/augment", {"copies": True}),
        ("POST", "/models/rollback", {"synthetic": 0}),
        ("POST", f"/models/{UNKNOWN}/promote", {"force": 1}),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/ada", {"valence": True}),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/ada", {"arousal": "0.5"}),
        ("PATCH", f"/tracks/{UNKNOWN}", {"title": 1999}),
    ],
)
def test_a_value_of_another_json_type_is_refused(
    shared_client: TestClient, method: str, path: str, body: dict[str, Any]
) -> None:
    name = next(name for name in reversed(body))
    assert f"body.{name}" in problem(shared_client.request(method, path, json=body), 422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/train", {"estimators": ["oracle"]}),
        ("POST", "/train", {"merge": {"one": ["calm"]}}),
        ("POST", "/train", {"hyperparameters": {"svm": {"speed": 1}}}),
        ("POST", "/train", {"protocol": "best"}),
        ("POST", "/crawl", {"source": "napster"}),
        ("POST", "/crawl", {"source": "demo", "min_s": 2, "max_s": 1}),
        ("POST", "/features/pack", {"kind": "zip"}),
        ("POST", "/features/augment", {"variants": ["louder"]}),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/ada", {"emotion": "bored"}),
        ("PUT", f"/tracks/{UNKNOWN}/annotations/ada", {}),
        ("PATCH", f"/tracks/{UNKNOWN}", {"title": " "}),
        ("PATCH", f"/tracks/{UNKNOWN}", {}),
    ],
)
def test_what_our_own_checks_say_does_not_name_python_errors(
    shared_client: TestClient, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = shared_client.request(method, path, json=body)
    problem(answer, 422, "invalid_request")
    assert not re.search("[Vv]alue error|Assertion|Error", answer.text)


@pytest.mark.parametrize("path", ["emotion", "emotion?taxonomy=quadrant4", "tags", "valence-arousal"])
@pytest.mark.parametrize("synthetic", [False, True])
def test_the_training_that_a_refusal_names_is_accepted(
    client: TestClient, add_track: Callable[..., Any], path: str, synthetic: bool
) -> None:
    detail = problem(client.get(f"/tracks/{add_track(synthetic=synthetic)}/{path}"), 409, "no_model")
    body = re.search(r"POST /train ({.*})", detail)
    assert body, detail
    job = client.post("/train", content=body[1], headers={"content-type": "application/json"})
    assert job.status_code == 202, job.text
    assert job.json()["params"]["library"] == ("synthetic" if synthetic else "real")


def test_the_openapi_document_is_valid_and_every_post_with_a_body_shows_an_example(shared_client: TestClient) -> None:
    document = shared_client.get("/openapi.json").json()
    validate(document)
    posts = {path: rooms["post"] for path, rooms in document["paths"].items() if "post" in rooms}
    assert {"/crawl", "/train", "/jobs/{job_id}/retry", "/models/{model_id}/promote"} <= set(posts)
    for path, post in posts.items():
        content = post.get("requestBody", {}).get("content", {})
        if "application/json" in content:  # a file in a form shows itself
            assert _examples(content["application/json"], document), path


def _examples(content: dict[str, Any], document: dict[str, Any]) -> Any:
    schemas = [content.get("schema", {}), *content.get("schema", {}).get("anyOf", [])]
    named = [schema["$ref"].rsplit("/", 1)[1] for schema in schemas if "$ref" in schema]
    shown = [document["components"]["schemas"][name] for name in named]
    return next((s for s in (content, *shown) if s.get("examples") or s.get("example")), None)


def test_the_examples_of_the_openapi_document_are_requests_that_are_accepted(ports: ApiPorts, folder: Path) -> None:
    (folder / "music" / "rock" / "ballads").mkdir()
    (folder / "music" / "sad.m3u8").write_text("rock/a.mp3\n")
    on = SourceSettings(
        acknowledge_spotify_terms=True,
        spotify_client_id="a",
        spotify_client_secret=SecretStr("b"),
        jamendo_client_id="c",
    )
    with asking(replace(ports, sources=on)) as client:
        document = client.get("/openapi.json").json()
        for path, status in (("/crawl", 202), ("/crawl/preview", 200), ("/train", 202)):
            examples = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
            for example in examples.values():
                assert client.post(path, json=example["value"]).status_code == status, example


def test_a_database_that_is_away_is_a_problem_to_try_again(ports: ApiPorts, folder: Path) -> None:
    url = f"postgresql+psycopg2://mer@/mer?host={folder}"
    away = open_store(StoreSettings(database_url=url, store_patience_s=0.1), application="mer tests")
    with asking(replace(ports, store=away)) as client:
        for method, path in (("GET", "/tracks"), ("GET", f"/jobs/{UNKNOWN}"), ("GET", "/health"), ("POST", "/train")):
            answer = client.request(method, path, json={} if method == "POST" else None)
            assert "database is away" in problem(answer, 503, "unavailable")
            assert answer.headers["Retry-After"]


def test_a_mistake_of_ours_is_a_problem_that_says_so(client: TestClient, ports: ApiPorts) -> None:
    ports.store.transact_session("test.break", lambda session: session.execute(text("drop table worker_pulses")))
    answer = client.get("/health")
    assert "our mistake" in problem(answer, 500, "internal")
    for name, value in SAFE_HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["cache-control"] == "no-store"
    assert client.head("/health").status_code == 500
