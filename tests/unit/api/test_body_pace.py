"""A body has to arrive: within the patience without a byte, and at a least rate over all."""

import asyncio

import pytest
from starlette.types import Message, Receive

from services.api.errors import ProblemError
from services.api.http.body_pace import BodyPace, PacedBody

PACE = BodyPace(patience_s=30.0, bytes_per_s=1000.0)


@pytest.mark.parametrize(
    ("waited_s", "n_bytes", "patience_s"),
    [(0, 0, 30), (10, 0, 20), (29, 1, 1), (600, 600_000, 30), (600, 590_000, 20), (600, 50_000_000, 30)],
)
def test_the_patience_ends_with_the_rate(waited_s: float, n_bytes: int, patience_s: float) -> None:
    left_s = PACE.compute_patience_s(waited_s=waited_s, n_bytes=n_bytes)
    assert left_s == pytest.approx(patience_s, abs=0.01)


def _receive_chunks(*chunks: bytes) -> Receive:
    waiting = list(chunks)

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": chunk != b"end"}

    return receive


async def _read(body: PacedBody, n_messages: int) -> None:
    for _ in range(n_messages):
        await body.receive()


def test_a_body_that_stops_is_refused() -> None:
    body = PacedBody(_receive_chunks(b"a"), BodyPace(patience_s=0.01))
    with pytest.raises(ProblemError, match=r"nothing came for 0\.01 s") as caught:
        asyncio.run(_read(body, 2))
    assert (caught.value.status, caught.value.headers) == (408, {"Connection": "close"})


def test_after_a_body_a_route_may_wait_for_its_client_to_leave() -> None:
    body = PacedBody(_receive_chunks(b"a", b"end"), BodyPace(patience_s=0.01))

    async def read_on() -> None:
        await _read(body, 2)
        async with asyncio.timeout(0.1):
            await body.receive()

    with pytest.raises(TimeoutError):
        asyncio.run(read_on())
