"""The head of an answer goes out with its body, and alone where nothing follows at once."""

import asyncio
from typing import Any

import pytest

from services.api.http.protocol import JoiningTransport

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class RecordingTransport:
    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.sent.append(b"closed")


@pytest.mark.parametrize(
    ("writes", "sent"),
    [
        ([HEAD, b"body", b""], [HEAD + b"body", b""]),
        ([HEAD, b"one", b"two"], [HEAD + b"one", b"two"]),
        ([HEAD], [HEAD]),
        ([b"no head"], [b"no head"]),
        ([HEAD, b"body", HEAD, b"next"], [HEAD + b"body", HEAD + b"next"]),
    ],
)
def test_a_head_is_held_until_the_next_write_or_for_a_moment(writes: list[bytes], sent: list[bytes]) -> None:
    async def write() -> list[bytes]:
        recording: Any = RecordingTransport()
        transport = JoiningTransport(recording, asyncio.get_running_loop())
        for data in writes:
            transport.write(data)
        await asyncio.sleep(0)
        return list(recording.sent)

    assert asyncio.run(write()) == sent


def test_what_is_held_is_sent_before_the_end() -> None:
    async def close() -> list[bytes]:
        recording: Any = RecordingTransport()
        transport = JoiningTransport(recording, asyncio.get_running_loop())
        transport.write(HEAD)
        transport.close()
        return list(recording.sent)

    assert asyncio.run(close()) == [HEAD, b"closed"]
