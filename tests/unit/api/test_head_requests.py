"""HEAD asks a route what GET would answer, and makes no more of it than the beginning."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from services.api.http.head_requests import HeadRequests


def test_of_an_endless_stream_nothing_is_made_after_its_first_part() -> None:
    methods: list[str] = []
    sent: list[Message] = []
    n_parts = 0

    async def stream(scope: Scope, _: Receive, send: Send) -> None:
        nonlocal n_parts
        methods.append(scope["method"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while n_parts < 1000:
            n_parts += 1
            await send({"type": "http.response.body", "body": b"part", "more_body": True})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(HeadRequests(stream)({"type": "http", "method": "HEAD"}, receive, send))
    assert (methods, n_parts) == (["GET"], 1)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1] == {"type": "http.response.body", "body": b"", "more_body": False}
