"""HEAD on every GET route, and the methods of a path."""

from collections.abc import Sequence

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import error_response


class _HeadersSentError(Exception):
    """The headers of a stream were sent, and nobody reads on."""


class HeadRequests:
    """Middleware: answers HEAD like GET, without a body. Of a stream only the beginning is made."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as a GET where it is a HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_headers(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            if message.get("more_body", False):
                raise _HeadersSentError

        try:
            await self._app({**scope, "method": "GET"}, receive, send_headers)
        except _HeadersSentError:
            return


def install_method_answers(app: FastAPI, routes: Sequence[APIRoute]) -> None:
    """Answer OPTIONS with the methods of a path, and other methods that it does not have with 405 and the same list."""

    @app.exception_handler(405)
    async def _not_allowed(request: Request, error: HTTPException) -> Response:
        stated = (error.headers or {}).get("Allow", "")
        headers = {"Allow": ", ".join(_list_methods(request.url.path, routes, stated))}
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
        detail = f"{request.method} {request.url.path}: {error.detail}; allowed are {headers['Allow']}; see /docs"
        return error_response(request.url.path, 405, "method_not_allowed", detail, headers=headers)


def _list_methods(path: str, routes: Sequence[APIRoute], stated: str) -> list[str]:
    """All methods of `path`; of a path that no route of ours has, the `stated` ones, which FastAPI names.

    A path that is written out, `/models/rollback`, has its own methods only, though `/models/{model_id}` matches too.
    """
    matching = [route for route in routes if route.path_regex.match(path)]
    own = [route for route in matching if route.path == path] or matching
    methods = {method for route in own for method in route.methods or ()}
    methods = methods or {method.strip() for method in stated.split(",") if method.strip()}
    return sorted({"OPTIONS", *methods} | ({"HEAD"} if "GET" in methods else set()))
