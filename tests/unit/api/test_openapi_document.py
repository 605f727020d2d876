"""The OpenAPI document: ids, tags, errors, headers, enumerations and examples."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from services.api.export.formats import FORMATS
from services.api.main import create_app
from services.api.openapi import iterate_operations
from services.api.operation_ids import OPERATION_IDS
from services.api.schemas.problem import ProblemDetails
from services.api.spotify_compat.schemas import SpotifyProblem
from shared.domain.job import JobKind, JobState
from shared.domain.training import ESTIMATORS

pytestmark = pytest.mark.slow
PROBLEM = {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}
_OF_ALL = {401, 403, 421, 429, 500, 503}
"""Statuses that every operation can give but `/health`, which needs no key."""
_PATTERN = re.compile(
    "(annotate|cancel|change|correct|delete|dismiss|draw|export|find|get|list|merge|plan|predict|preview|promote|report"
    "|retry|roll|search|start|undo|watch|withdraw)(_[a-z0-9]+)+"
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app().openapi()


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{method.upper()} {path}": operation for path, method, operation in iterate_operations(document)}


def test_operation_ids_are_unique_and_begin_with_a_verb(operations: dict[str, dict[str, Any]]) -> None:
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids)) > 60
    assert [name for name in ids if not _PATTERN.fullmatch(name)] == []
    assert {"list_tracks", "get_track_emotion", "start_crawl", "start_training"} <= set(ids)


def test_every_listed_operation_id_is_that_of_an_operation(operations: dict[str, dict[str, Any]]) -> None:
    assert {key: operations[key]["operationId"] for key in OPERATION_IDS} == OPERATION_IDS


def test_every_operation_has_one_described_tag(document: dict[str, Any], operations: dict[str, dict[str, Any]]) -> None:
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {key: operation["tags"] for key, operation in operations.items() if len(operation["tags"]) != 1} == {}
    assert {tag for operation in operations.values() for tag in operation["tags"]} == described
    assert document["servers"][0]["url"] == "/"


def test_every_error_is_a_problem(document: dict[str, Any], operations: dict[str, dict[str, Any]]) -> None:
    errors = {(key, status): response["content"] for key, status, response in _responses(operations) if status >= 400}
    for_spotify = {of_one: content for of_one, content in errors.items() if of_one[0].startswith("GET /v1/")}
    others = {of_one for of_one, content in errors.items() if content != PROBLEM}
    assert others == {*for_spotify, ("GET /health", 503)}
    spotify = {"application/json": {"schema": {"$ref": f"#/components/schemas/{SpotifyProblem.__name__}"}}}
    assert all(content == spotify for content in for_spotify.values())
    assert errors["GET /health", 503].keys() == {"application/json", *PROBLEM}
    assert {"HTTPValidationError", "ValidationError"} & set(document["components"]["schemas"]) == set()
    validate(document)


@pytest.mark.parametrize(
    ("key", "errors"),
    [
        ("GET /health", {403, 421, 422, 429, 500, 503}),
        ("GET /estimators", {*_OF_ALL, 422}),
        ("GET /v1/tracks", {*_OF_ALL, 400}),
        ("POST /hooks/library", {*_OF_ALL, 400, 404, 408, 413, 422}),
        ("GET /jobs", {*_OF_ALL, 422}),
        ("GET /jobs/{job_id}", {*_OF_ALL, 404, 422}),
        ("DELETE /jobs/{job_id}", {*_OF_ALL, 400, 404, 408, 413, 415, 422}),
        ("POST /models/rollback", {*_OF_ALL, 400, 408, 409, 413, 415, 422}),
        ("POST /train", {*_OF_ALL, 400, 408, 409, 413, 415, 422}),
        ("POST /predict", {*_OF_ALL, 404, 408, 409, 413, 415, 422}),
        ("GET /tracks/{track_id}/emotion", {*_OF_ALL, 404, 409, 422}),
    ],
)
def test_an_operation_lists_the_errors_that_it_can_give(
    operations: dict[str, dict[str, Any]], key: str, errors: set[int]
) -> None:
    statuses = {int(status) for status in operations[key]["responses"]}
    assert {status for status in statuses if status >= 400} == errors | {500}


def test_a_key_is_optional_because_loopback_may_need_none(document: dict[str, Any]) -> None:
    ((name, scheme),) = document["components"]["securitySchemes"].items()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["security"] == [{name: []}, {}]


def test_headers_that_clients_need_are_listed(operations: dict[str, dict[str, Any]]) -> None:
    headers = {(key, status): set(response.get("headers", {})) for key, status, response in _responses(operations)}
    assert headers["GET /tracks/{track_id}/emotion", 202] == {"Retry-After"}
    assert headers["POST /predict", 202] == {"Location", "Retry-After"}
    assert headers["GET /tracks", 200] == headers["GET /tracks", 304] == {"ETag"}
    assert ("GET /export", 304) not in headers
    assert headers["POST /train", 202] == {"Location"}
    assert all(names == {"Retry-After"} for (_, status), names in headers.items() if status in {429, 503})
    assert all(names == {"WWW-Authenticate"} for (_, status), names in headers.items() if status == 401)
    moved = {key for (key, status), names in headers.items() if status == 307 and names == {"Location"}}
    assert "GET /tracks/{track_id}/tags" in moved
    assert len(moved) >= 11
    assert "201" in operations["PUT /tracks/{track_id}/annotations/{annotator}"]["responses"]


def test_closed_vocabularies_are_enumerated(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    job = schemas["JobResponse"]["properties"]
    assert job["kind"]["enum"] == [kind.value for kind in JobKind]
    assert job["state"]["enum"] == [state.value for state in JobState]
    emotion = schemas["EmotionResponse"]["properties"]
    listed = {
        name
        for name, schema in emotion.items()
        if any("enum" in choice for choice in (schema, *schema.get("anyOf", [])))
    }
    assert listed == {"decided_by", "reason", "content_kind", "sets", "basis", "valence_arousal_basis"}
    training = schemas["StartTrainingRequest"]["properties"]
    assert training["estimators"]["items"]["enum"] == list(ESTIMATORS)
    assert training["library"]["enum"] == ["real", "synthetic"]
    (export_format,) = (
        parameter["schema"]
        for parameter in document["paths"]["/export"]["get"]["parameters"]
        if parameter["name"] == "format"
    )
    assert export_format["enum"] == list(FORMATS)
    assert export_format["default"] == "csv"


def test_every_example_satisfies_its_schema(document: dict[str, Any]) -> None:
    examples = list(_list_examples(document, ()))
    assert len(examples) > 15
    root = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "components": document["components"]}
    wrong = {
        place: error.message
        for place, schema, example in examples
        for error in Draft202012Validator({**root, "allOf": [schema]}).iter_errors(example)
    }
    assert wrong == {}


def _responses(operations: dict[str, dict[str, Any]]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for key, operation in operations.items():
        for status, response in operation["responses"].items():
            yield key, int(status), response


def _list_examples(node: Any, place: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """`(place, schema, example)` of every example of a document: of schemas, parameters, and bodies."""
    if isinstance(node, list):
        for number, entry in enumerate(node):
            yield from _list_examples(entry, (*place, str(number)))
    if not isinstance(node, dict):
        return
    schema = node.get("schema", {key: value for key, value in node.items() if key not in {"example", "examples"}})
    if place[-1:] != ("properties",):
        shown = node.get("examples", [])
        values = shown if isinstance(shown, list) else [example["value"] for example in shown.values()]
        for value in [*values, *([node["example"]] if "example" in node else [])]:
            yield "/".join(place), schema, value
    for key, value in node.items():
        if key not in {"example", "examples"}:
            yield from _list_examples(value, (*place, key))
