"""`/console/login` and `/console/logout`: a browser's session, opened with a key."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from services.api.access.caller import Caller, find_caller
from services.api.access.session_cookie import drop_session_cookie, set_session_cookie
from services.api.console.login_page import render_login_page
from services.api.console.own_paths import START, keep_own_path
from services.api.deps import ApiPorts, PortsDep
from services.api.errors import ProblemError
from services.api.http.allowed_hosts import is_foreign_site
from services.api.http.route_table import URLENCODED_TYPE
from shared.domain.keys import digest_key
from shared.domain.session_tokens import make_session_token
from shared.store.repositories import Repositories

router = APIRouter(prefix="/console", include_in_schema=False)

_FORM = {"requestBody": {"content": {URLENCODED_TYPE: {"schema": {"type": "object"}}}}}
_UNKNOWN_KEY = "This key is not known here. Look whether all of it was copied; it may also have been revoked."
_DATABASE_AWAY = "The keys cannot be read just now, because the database is away. Try again in a moment."


@router.get("/login", response_class=HTMLResponse)
async def show_login(request: Request, next_path: Annotated[str, Query(alias="next")] = START) -> HTMLResponse:
    """The form; or who is logged in, and the way on."""
    caller = find_caller(request.scope)
    is_followed_link = caller is None and is_foreign_site(request.headers.get("sec-fetch-site", ""))
    return render_login_page(next_path=keep_own_path(next_path), caller=caller, is_followed_link=is_followed_link)


@router.post("/login", response_class=HTMLResponse, openapi_extra=_FORM)
async def log_in(
    request: Request,
    ports: PortsDep,
    key: Annotated[str, Form()] = "",
    next_path: Annotated[str, Form(alias="next")] = START,
) -> Response:
    """Open a session for the holder of a key, and lead on. 401 with the form for a key that is none."""
    where = keep_own_path(next_path)
    present = find_caller(request.scope)
    if present is not None and present.is_open:
        return RedirectResponse(where, 303)
    index = await ports.keys.load_newer(ports.key_store or ports.store)
    if index is None:
        return render_login_page(next_path=where, problem=_DATABASE_AWAY, status=503, retry_after="2")
    holder = index.find_caller(key.strip())
    if holder is None:
        return _refuse_key(request, where)
    assert holder.key_id is not None
    request.app.state.rates.count_request(holder.key_id)
    token, lasts = make_session_token(), timedelta(days=ports.settings.session_days)
    await run_in_threadpool(_open_session, ports, holder, token, lasts=lasts, replaced=present)
    response = RedirectResponse(where, 303)
    set_session_cookie(response, request.scope, token, lasts=lasts)
    return response


@router.post("/logout", openapi_extra=_FORM)
async def log_out(request: Request, ports: PortsDep) -> Response:
    """End the session of the cookie, and forget the cookie."""
    caller = find_caller(request.scope)
    if caller is not None and caller.session_id is not None:
        await run_in_threadpool(_end_session, ports, caller)
    response = RedirectResponse("/console/login", 303)
    drop_session_cookie(response, request.scope)
    return response


def _refuse_key(request: Request, where: str) -> HTMLResponse:
    try:
        request.app.state.rates.count_wrong_key(request.client.host if request.client else "")
    except ProblemError as error:
        problem = "Too many wrong keys came from here. Wait a minute, then try again."
        after = (error.headers or {}).get("Retry-After")
        return render_login_page(next_path=where, problem=problem, status=error.status, retry_after=after)
    return render_login_page(next_path=where, problem=_UNKNOWN_KEY, status=401)


def _open_session(ports: ApiPorts, holder: Caller, token: str, *, lasts: timedelta, replaced: Caller | None) -> None:
    key_id, digest = holder.key_id, digest_key(token)
    assert key_id is not None

    def save(repositories: Repositories) -> None:
        if replaced is not None and replaced.session_id is not None:
            repositories.key_sessions.end_session(replaced.session_id)
        repositories.key_sessions.open_session(key_id, digest, lasts=lasts)

    ports.store.transact("session.open", save)
    ports.keys.forget_copy()


def _end_session(ports: ApiPorts, caller: Caller) -> None:
    session_id = caller.session_id
    assert session_id is not None
    ports.store.transact("session.end", lambda repositories: repositories.key_sessions.end_session(session_id))
    ports.keys.forget_copy()
