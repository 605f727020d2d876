"""Errors as problem documents (RFC 9457). The HTTP status codes of errors are defined only here."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.api.access.shown_paths import show_json, show_text
from services.api.console.error_page import SEE_DOCS, is_console_path, render_error_page
from services.api.schemas.problem import PROBLEM_MEDIA_TYPE
from shared.domain.head import CLASSES, get_head_kind
from shared.errors import PermanentError, Reason, RetryableError, StoreUnavailableError
from shared.json_objects import JsonObject

log = structlog.get_logger()

_STATUS_OF_REASON = {
    Reason.NOT_FOUND: 404,
    Reason.OUTSIDE_LIBRARY: 403,
    Reason.FORBIDDEN: 403,
    Reason.CORRUPT_ARTEFACT: 500,
    Reason.TERMS_NOT_ACKNOWLEDGED: 403,
    Reason.NO_CREDENTIALS: 403,
}


MOST_LISTED = 20
"""Mistakes of one request that are listed."""


class ProblemError(Exception):
    """A refusal that says what to do."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, headers, more


class MovedTrackError(Exception):
    """Another track stands for the one that was asked for."""

    def __init__(self, old: UUID, survivor: UUID) -> None:
        super().__init__(f"{survivor} stands for {old}")
        self.old, self.survivor = old, survivor


class SpotifyError(Exception):
    """A refusal in the shape of Spotify's Web API, for the routes that stand in for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def spotify_not_found(what: str, item_id: str) -> SpotifyError:
    """404 in the shape of Spotify's."""
    return SpotifyError(404, f"{what} not found: {item_id}")


def spotify_bad_request(message: str) -> SpotifyError:
    """400 in the shape of Spotify's."""
    return SpotifyError(400, message)


def not_found(what: str, item_id: object) -> ProblemError:
    """404."""
    return ProblemError(404, "not_found", f"there is no {what} {item_id}")


def no_annotation(detail: str) -> ProblemError:
    """404: there is no such annotation to withdraw."""
    return ProblemError(404, "no_annotation", detail)


def no_model(
    taxonomy: str, *, synthetic: bool, refused: str | None, lacking_taggers: Sequence[str] = ()
) -> ProblemError:
    """409: nothing was trained yet that may answer. `lacking_taggers` are off, and the starter reads them."""
    body = json.dumps(_training_request(taxonomy, synthetic=synthetic))
    why = f" The last candidate was not promoted: {refused}" if refused else ""
    starter = (
        f" The starter does not answer, because MER_TAGGERS leaves out {', '.join(lacking_taggers)}."
        if lacking_taggers
        else ""
    )
    return ProblemError(
        409,
        "no_model",
        f"There is no champion for {taxonomy} yet.{why}{starter} Label tracks or crawl labelled ones, then "
        f"POST /train {body}.",
    )


def _training_request(taxonomy: str, *, synthetic: bool) -> JsonObject:
    """The body of a `POST /train` for models of `taxonomy`, which may be the name of a head without classes."""
    kind = get_head_kind(taxonomy)
    wanted = {"taxonomy": taxonomy} if kind == CLASSES else {"head": kind}
    library = {"library": "synthetic"} if synthetic else {}
    return {"estimators": ["svm"], "inputs": ["descriptors"], **wanted, **library}


def no_features(track_id: object) -> ProblemError:
    """409: nothing was computed from this track's audio."""
    return ProblemError(
        409,
        "no_features",
        f"nothing was computed from the audio of track {track_id} yet: crawl the folder that holds it, or POST "
        "/features/recompute after a change of the feature spec",
    )


def not_scorable(reason: str, detail: str) -> ProblemError:
    """422: this track cannot be scored by the model that answers."""
    return ProblemError(422, reason, detail)


def too_large(limit_mb: int) -> ProblemError:
    """413: the song is larger than this service takes."""
    return ProblemError(413, "too_large", f"a song may have {limit_mb} MB at most: send a compressed or a shorter one")


def not_promoted(why: str) -> ProblemError:
    """409: the gate refused a model."""
    return ProblemError(409, "not_promoted", why)


def invalid_request(code: str, detail: str, **more: Any) -> ProblemError:
    """422: the request asks for something that does not exist."""
    return ProblemError(422, code, detail, **more)


def invalid_cursor(cursor: str) -> ProblemError:
    """422: no page gave this cursor."""
    return ProblemError(422, "invalid_cursor", f"{cursor[:60]!r} is not a cursor: use `next` of the page before")


_SEND_A_KEY = "send `Authorization: Bearer <key>`; `mer` reads MER_API_KEY, else MER_HOME/key"


def no_key() -> ProblemError:
    """401: the request has no key, and needs one."""
    return ProblemError(
        401,
        "no_key",
        f"this needs a key: {_SEND_A_KEY}. Its owner makes one with `mer keys add NAME --role read|label|operate`",
        headers={"WWW-Authenticate": 'Bearer realm="mer"'},
    )


def wrong_key() -> ProblemError:
    """401: there is no such key, or it was revoked."""
    return ProblemError(
        401,
        "unknown_key",
        f"this key is unknown or was revoked: {_SEND_A_KEY}. `mer keys list` shows the keys that there are",
        headers={"WWW-Authenticate": 'Bearer realm="mer", error="invalid_token"'},
    )


def no_keys_yet() -> ProblemError:
    """503: the keys could not be read since the start."""
    return ProblemError(
        503,
        "unavailable",
        "the keys cannot be read, because the database is away; ask again in a moment",
        headers={"Retry-After": "2"},
    )


def role_too_small(name: str, role: str, needed: str) -> ProblemError:
    """403: the key may do less."""
    return ProblemError(
        403, "role_too_small", f"this needs a key of the role {needed}: that of {name} has the role {role}", role=needed
    )


def forwarded_request() -> ProblemError:
    """403: a proxy passes on a request, which is then not this machine's own user's."""
    return ProblemError(
        403,
        "forwarded_request",
        "without keys mer answers this machine's own user only, and a proxy has passed this request on (Forwarded, "
        "X-Forwarded-… or X-Real-IP): make a key with `mer keys add NAME --role read|label|operate`, and send it",
    )


def too_many_requests(detail: str, *, after_s: int) -> ProblemError:
    """429."""
    return ProblemError(
        429, "too_many_requests", f"{detail}: ask again in {after_s} s", headers={"Retry-After": str(after_s)}
    )


def conflict_error(code: str, detail: str) -> ProblemError:
    """409: the request does not fit the state of things."""
    return ProblemError(409, code, detail)


def problem_response(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """A problem document. `code` is for programs, `detail` for the person."""
    body = {
        "type": f"urn:mer:problem:{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return JSONResponse({**body, **more}, status, headers=dict(headers or {}), media_type=PROBLEM_MEDIA_TYPE)


def _state_problem(message: str) -> str:
    """What pydantic says of a part, without the name of the Python exception that our own validators raise."""
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")


SPOTIFY_PREFIX = "/v1"
"""Below this path errors have the shape of Spotify's Web API, because clients of that read no other."""


def is_spotify_path(path: str) -> bool:
    """Whether a path belongs to the routes that stand in for Spotify's Web API."""
    return path == SPOTIFY_PREFIX or path.startswith(f"{SPOTIFY_PREFIX}/")


def spotify_response(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error in the shape of Spotify's Web API."""
    return JSONResponse({"error": {"status": status, "message": message}}, status, headers=dict(headers or {}))


def error_response(
    path: str, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """The error of a request of `path`: a problem document; of the console a page, and below `/v1` Spotify's shape."""
    shown = show_text(detail)
    if is_console_path(path):
        return render_error_page(path, status, code, shown, headers=headers)
    if is_spotify_path(path):
        return spotify_response(status, shown, headers=headers)
    return problem_response(status, code, shown, headers=headers, **show_json(more))


def respond_to_problem(error: ProblemError, *, path: str) -> Response:
    """The error document of a refusal of a request of `path`."""
    return error_response(path, error.status, error.code, error.detail, headers=error.headers, **error.more)


def install_handlers(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document, of the console with a page, below `/v1` as Spotify does.

    Exceptions that are none of these are our mistakes: `http/server_errors.py` answers them.
    """

    @app.exception_handler(ProblemError)
    async def _problem(request: Request, error: ProblemError) -> Response:
        return respond_to_problem(error, path=request.url.path)

    @app.exception_handler(MovedTrackError)
    async def _moved(request: Request, error: MovedTrackError) -> JSONResponse:
        # as the client encoded it: a name may hold signs that separate the parts of an address
        prefix, _, rest = request.scope["raw_path"].decode("latin-1").partition("/tracks/")
        after = rest.partition("/")[2]
        path = f"{prefix}/tracks/{error.survivor}" + (f"/{quote(after, safe='/%')}" if after else "")
        location = f"{path}?{request.url.query}" if request.url.query else path
        body = {"track_id": str(error.old), "survivor_id": str(error.survivor), "href": location}
        # 307, not 308: a merge can be undone, and a browser would keep a permanent answer for ever
        return JSONResponse(body, 307, headers={"Location": location})

    @app.exception_handler(SpotifyError)
    async def _as_spotify(_: Request, error: SpotifyError) -> JSONResponse:
        return spotify_response(error.status, error.message)

    @app.exception_handler(PermanentError)
    async def _permanent(request: Request, error: PermanentError) -> Response:
        status = _STATUS_OF_REASON.get(error.reason, 422)
        return error_response(request.url.path, status, error.reason.value, error.detail)

    @app.exception_handler(RetryableError)
    async def _retryable(request: Request, error: RetryableError) -> Response:
        return _unavailable(request, str(error))

    @app.exception_handler(StoreUnavailableError)
    async def _database_away(request: Request, error: StoreUnavailableError) -> Response:
        log.warning("database.away", error=str(error))
        return _unavailable(request, "the database is away")

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        mistakes = error.errors()
        listed = [
            {"at": ".".join(map(str, e["loc"])), "problem": _state_problem(e["msg"])} for e in mistakes[:MOST_LISTED]
        ]
        summary = "; ".join(f"{problem['at']}: {problem['problem']}" for problem in listed)
        n_more = len(mistakes) - len(listed)
        summary = f"{summary}; and {n_more} more" if n_more else summary
        status = 400 if is_spotify_path(request.url.path) else 422  # Spotify has no 422
        code = "invalid_cursor" if all(e["loc"] == ("query", "cursor") for e in mistakes) else "invalid_request"
        return error_response(request.url.path, status, code, summary, errors=listed)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        code = {404: "not_found"}.get(error.status_code, "http_error")
        detail = f"{request.method} {request.url.path}: {error.detail}; {SEE_DOCS}"
        return error_response(request.url.path, error.status_code, code, detail, headers=error.headers)


def _unavailable(request: Request, why: str) -> Response:
    detail = f"{why}; ask again in a moment"
    return error_response(request.url.path, 503, "unavailable", detail, headers={"Retry-After": "2"})
