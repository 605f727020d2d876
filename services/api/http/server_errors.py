"""Answers requests that our own mistakes break."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.errors import error_response


class ServerErrors:
    """Middleware: 500 for an exception of a route or of a middleware inside of this one.

    Starlette's own answer is made outside of all middleware, where it gets none of the headers of other answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Raises what broke it again after the answer, so that the server logs its traceback."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_started = False

        async def send_noting(message: Message) -> None:
            nonlocal has_started
            has_started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            if not has_started:
                operation = f"{scope['method']} {scope['path']}"
                detail = f"{operation} broke ({type(error).__name__}): this is our mistake; see the log"
                await error_response(scope["path"], 500, "internal", detail)(scope, receive, send)
            raise
