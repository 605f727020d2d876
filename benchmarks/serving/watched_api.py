"""The API with a record of how long each garbage collection kept it.

python -m benchmarks.serving.watched_api PORT
"""

import gc
import json
import time
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.main import create_app

PAUSES_PATH = "/bench/pauses"


class CollectionRecord:
    """Milliseconds of processor time of each collection of this process, by generation: on the clock they take the same
    where the machine is not busy with other things.
    """

    def __init__(self) -> None:
        self.pauses_ms: list[tuple[int, float]] = []
        self._started = 0.0
        gc.callbacks.append(self._note)

    def _note(self, phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            self._started = time.thread_time()
        else:
            self.pauses_ms.append((info["generation"], 1000 * (time.thread_time() - self._started)))


def create_watched_app() -> ASGIApp:
    """The API, and below `PAUSES_PATH` the record, which begins anew with each question."""
    app, record = create_app(), CollectionRecord()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PAUSES_PATH:
            await app(scope, receive, send)
            return
        body = json.dumps(record.pauses_ms).encode()
        record.pauses_ms.clear()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer
