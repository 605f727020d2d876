"""The OpenAPI document: what FastAPI derives from the routes, completed by rules that hold for all of them.

FastAPI does not know what exception handlers and middleware answer. Those answers are added here once, so that routes
declare only what is special to them.
"""

from collections.abc import Iterator
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.api.access.role_table import is_open_path
from services.api.errors import is_spotify_path
from services.api.http.route_table import FORM_TYPE
from services.api.operation_ids import OPERATION_IDS
from services.api.schemas.problem import PROBLEM_MEDIA_TYPE, ProblemDetails
from services.api.spotify_compat.schemas import SpotifyProblem
from shared.json_objects import JsonObject

_METHODS = ("get", "put", "post", "delete", "patch")
_VALIDATION_SCHEMAS = ("HTTPValidationError", "ValidationError")
"""FastAPI's own schemas of 422, which this API never sends."""
_PROBLEM = ProblemDetails.__name__
_PROBLEM_CONTENT: JsonObject = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{_PROBLEM}"}}}
_SPOTIFY_CONTENT: JsonObject = {
    "application/json": {"schema": {"$ref": f"#/components/schemas/{SpotifyProblem.__name__}"}}
}
_PATHS_WITHOUT_ETAG = {"/export", "/export/talk", "/jobs/{job_id}/events", "/review", "/tracks/{track_id}/audio"}
"""Streams, and what is not to be kept."""
_PATHS_OF_ANY_TYPE = {"/hooks/library"}
"""Routes that take a body of whatever content type."""
_METHODS_WITH_BODY = {"put", "post", "delete", "patch"}
"""Those whose bodies `BodyGuard` checks, also where the route takes none."""
_DESCRIPTIONS = MappingProxyType(
    {
        304: "Nothing has changed since the answer with the `ETag` in `If-None-Match`",
        400: "The request cannot be read",
        401: "A key is needed, and there is none, or it is unknown or revoked",
        403: "The key may not do this, a page of another site sends this, or a proxy does without a key",
        404: "There is nothing of this id, path or name",
        408: "The body did not arrive in time",
        409: "The request does not fit the present state",
        413: "The body is larger than allowed",
        415: "The body is of another content type",
        421: "The request names a host that is not one of this service (`MER_ALLOWED_HOSTS`)",
        422: "A parameter or the body is invalid",
        429: "The key, or wrong keys of this client, asked too often: ask again after `Retry-After` seconds",
        500: "An artefact is damaged, or a mistake of the service",
        503: "A part of the service is away: ask again after `Retry-After` seconds",
    }
)
_DERIVED_DESCRIPTIONS = {*(status.phrase for status in HTTPStatus), "Validation Error"}
"""What FastAPI says of a status where the route says nothing."""
_RETRY_AFTER: JsonObject = {
    "description": "Seconds after which to ask again",
    "schema": {"type": "integer", "minimum": 0},
}
_ETAG: JsonObject = {"description": "Send it in `If-None-Match`", "schema": {"type": "string"}}
_AUTHENTICATE: JsonObject = {"description": "`Bearer`", "schema": {"type": "string"}}
_LOCATION: JsonObject = {"description": "Where to ask instead, or again", "schema": {"type": "string"}}
_KEY = "key"
_KEY_SCHEME: JsonObject = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key of `mer keys add`; needed once there is one, and where others than this machine reach mer",
}

TAGS = (
    {"name": "crawl", "description": "Collect tracks, labels and audio from folders, tables and web sources"},
    {"name": "train", "description": "Train candidates, and what can be trained"},
    {"name": "jobs", "description": "Follow, cancel and retry work"},
    {"name": "tracks", "description": "Tracks, their emotion, tags, valence and arousal, and their labels"},
    {"name": "features", "description": "What was computed from audio, and computing it again"},
    {"name": "audio features", "description": "Values in the format of Spotify's Web API"},
    {"name": "predict", "description": "Predict for a song that is sent in"},
    {"name": "identity", "description": "Duplicates, and which tracks are one recording"},
    {"name": "annotators", "description": "Who labelled, and how far they agree"},
    {"name": "models", "description": "Published models: reports, comparison, promotion, evaluation"},
    {"name": "dataset", "description": "Statistics of the library, and exports"},
    {"name": "health", "description": "Whether each part of the service works"},
    {"name": "similar", "description": "Tracks that sound alike"},
    {"name": "review", "description": "What to label next, and what the labels say of the model"},
    {"name": "settings", "description": "Settings that change while the service runs"},
    {"name": "session", "description": "Who sends a request"},
    {"name": "hooks", "description": "What other programs report"},
)
"""The sections in `/docs`, in their order."""
SERVERS = ({"url": "/", "description": "The service that serves this document"},)


def name_operation(route: APIRoute) -> str:
    """The operation id of a route: the one listed for it, else the name of its function."""
    method = min(route.methods or {"GET"})
    return OPERATION_IDS.get(f"{method} {route.path_format}", route.name)


def customise_openapi(app: FastAPI) -> None:
    """Let the OpenAPI document of `app` say what is really sent."""
    derive_document = app.openapi

    def build_document() -> JsonObject:
        document = derive_document()
        schemas = document["components"]["schemas"]
        # FastAPI keeps the document and returns the same object again, so what is completed is recognised
        if any(name in schemas for name in _VALIDATION_SCHEMAS):
            complete_document(document)
        return document

    app.openapi = build_document  # type: ignore[method-assign]


def complete_document(document: JsonObject) -> None:
    """Change a document that FastAPI derived in place: errors, and the headers of answers."""
    schemas = document["components"]["schemas"]
    schemas.setdefault(_PROBLEM, ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}"))
    for name, problem_part in schemas[_PROBLEM].pop("$defs", {}).items():
        schemas.setdefault(name, problem_part)
    for path, method, operation in iterate_operations(document):
        responses = operation["responses"]
        if is_spotify_path(path):
            responses.pop("422", None)  # Spotify has none: a request that is not valid is a 400
        for status in _list_general_errors(path, method, operation):
            responses.setdefault(str(status), {"description": _DESCRIPTIONS[status]})
        for status, response in responses.items():
            if int(status) >= HTTPStatus.BAD_REQUEST:
                _describe_error(int(status), response, _SPOTIFY_CONTENT if is_spotify_path(path) else _PROBLEM_CONTENT)
            if headers := _list_headers(int(status), responses, has_etag="304" in responses):
                response["headers"] = {**headers, **response.get("headers", {})}
        operation["responses"] = dict(sorted(responses.items()))
    for name in _VALIDATION_SCHEMAS:
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {_KEY: _KEY_SCHEME}
    document["security"] = [{_KEY: []}, {}]  # none is needed on loopback before there is one


def iterate_operations(document: JsonObject) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """`(path, method in lower case, operation)` of every operation."""
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                yield path, method, operations[method]


def _list_general_errors(path: str, method: str, operation: JsonObject) -> Iterator[int]:
    """The statuses that exception handlers and middleware answer on this operation, from 304 on."""
    yield from (403, 421, 429, 500, 503)
    if not is_open_path(method.upper(), path):
        yield 401
    if method == "get" and path not in _PATHS_WITHOUT_ETAG:
        yield 304
    if "{" in path:
        yield 404
    if method in _METHODS_WITH_BODY:
        yield from (408, 413)
        if FORM_TYPE not in operation.get("requestBody", {}).get("content", {}):
            yield 400
        if path not in _PATHS_OF_ANY_TYPE:
            yield 415
    if not is_spotify_path(path):
        yield 422  # each route refuses query parameters that it does not have


def _describe_error(status: int, response: dict[str, Any], general_content: JsonObject) -> None:
    """The content of an error: the general one, beside what a route declares of its own."""
    content = response.setdefault("content", {})
    schemas = {media.get("schema", {}).get("$ref", "").rpartition("/")[2] for media in content.values()}
    if schemas <= {"", _PROBLEM, *_VALIDATION_SCHEMAS}:
        content.clear()
    content.update(general_content)
    if response["description"] in _DERIVED_DESCRIPTIONS:
        response["description"] = _DESCRIPTIONS.get(status, response["description"])


def _list_headers(status: int, responses: JsonObject, *, has_etag: bool) -> JsonObject:
    """The headers that every answer of the status has."""
    match status:
        case HTTPStatus.OK | HTTPStatus.NOT_MODIFIED if has_etag:
            return {"ETag": _ETAG}
        case HTTPStatus.ACCEPTED:
            schema = responses["202"]["content"]["application/json"]["schema"].get("$ref", "")
            location = {"Location": _LOCATION} if schema.endswith("/JobResponse") else {}
            return location | ({"Retry-After": _RETRY_AFTER} if "200" in responses else {})
        case HTTPStatus.TEMPORARY_REDIRECT:
            return {"Location": _LOCATION}
        case HTTPStatus.SERVICE_UNAVAILABLE | HTTPStatus.TOO_MANY_REQUESTS:
            return {"Retry-After": _RETRY_AFTER}
        case HTTPStatus.UNAUTHORIZED:
            return {"WWW-Authenticate": _AUTHENTICATE}
    return {}
