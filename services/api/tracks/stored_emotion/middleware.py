"""Takes the short way where a request asks for the emotion of a track and nothing else."""

import asyncio
import re
from types import MappingProxyType
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.access.caller import find_caller
from services.api.access.role_table import get_needed_role
from services.api.deps import ApiPorts
from services.api.tracks.stored_emotion.answers import StoredEmotionAnswers
from shared.domain.emotion import TAXONOMIES

_PATH = re.compile(r"/tracks/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/emotion")
_NEEDED_ROLE = get_needed_role("GET", "/tracks/{track_id}/emotion")
_TAXONOMY_BY_QUERY = MappingProxyType({b"": None} | {f"taxonomy={name}".encode(): name for name in TAXONOMIES})
_JSON = (b"content-type", b"application/json")


class StoredEmotions:
    """The answers of the event loop that runs, and what has to be closed with it."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answers: StoredEmotionAnswers | None = None

    def get_answers(self, ports: ApiPorts) -> StoredEmotionAnswers | None:
        """The answers of this loop; None where the store opens no connections."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self.close()
            reader = ports.store.create_emotion_reader()
            self._loop, self._answers = loop, None if reader is None else StoredEmotionAnswers(ports, reader)
        return self._answers

    def close(self) -> None:
        """Give the connection back."""
        if self._answers is not None:
            self._answers.close()
        self._loop = self._answers = None


class StoredEmotionMiddleware:
    """Middleware inside of all guards: answers what `StoredEmotions` can answer, and passes everything else on."""

    def __init__(self, app: ASGIApp, *, emotions: StoredEmotions) -> None:
        self._app, self._emotions = app, emotions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        body = await self._answer(scope)
        if body is None:
            await self._app(scope, receive, send)
            return
        headers = [(b"content-length", str(len(body)).encode()), _JSON]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _answer(self, scope: Scope) -> bytes | None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"] not in _TAXONOMY_BY_QUERY:
            return None
        path = _PATH.fullmatch(scope["path"])
        if path is None or not _may_ask(scope):
            return None
        answers = self._emotions.get_answers(scope["app"].state.ports)
        if answers is None:
            return None
        return await answers.answer(UUID(path[1]), _TAXONOMY_BY_QUERY[scope["query_string"]])


def _may_ask(scope: Scope) -> bool:
    """What `require_role` asks of the route."""
    caller = find_caller(scope)
    return _NEEDED_ROLE is None or (caller is not None and caller.role.includes(_NEEDED_ROLE))
