"""The cookie in which a browser keeps its session."""

from datetime import timedelta

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from services.api.http.raw_headers import get_header, list_header

COOKIE = "mer_session"


def read_session_cookie(scope: Scope) -> str:
    """The token that a request carries, or empty text."""
    cookies: dict[str, str] = cookie_parser("; ".join(list_header(scope, b"cookie")))
    return cookies.get(COOKIE, "")


def set_session_cookie(response: Response, scope: Scope, token: str, *, lasts: timedelta) -> None:
    """Let the browser keep a session: out of reach of scripts, and sent with requests of our own pages only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=_came_encrypted(scope),
        httponly=True,
        samesite="strict",
    )


def drop_session_cookie(response: Response, scope: Scope) -> None:
    """Let the browser forget its session."""
    response.delete_cookie(COOKIE, path="/", secure=_came_encrypted(scope), httponly=True, samesite="strict")


def _came_encrypted(scope: Scope) -> bool:
    """Whether the browser sent the request by https, as the connection, the browser or a proxy says.

    Who claims it falsely keeps their own browser from sending the cookie, and nobody else's.
    """
    claims = (scope["scheme"], get_header(scope, b"x-forwarded-proto"), get_header(scope, b"origin").partition(":")[0])
    return "https" in claims
