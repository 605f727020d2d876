"""The server-sent events of a job: a message at every change, comments while nothing changes, and an end.

The format is that of the HTML standard, section 9.2 (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable

from services.api.schemas.job import JobResponse
from shared.domain.job import JobState
from shared.errors import RetryableError, StoreUnavailableError

END_ID = "end"
"""The id of the last event. A browser connects again after every end of a stream and names the last id that it saw. Of
a job that has ended, this id is answered with 204, which stops browsers.
"""
POLL_INTERVAL_S = 1.0
HEARTBEAT_INTERVAL_S = 15.0
"""Proxies close connections on which nothing is sent; many do so after 30 or 60 s."""
RETRY_MS = 2000
"""After how long a browser connects again."""


async def stream_events(
    read_job: Callable[[], Awaitable[JobResponse]],
    *,
    last_event_id: str | None = None,
    poll_interval_s: float = POLL_INTERVAL_S,
    heartbeat_interval_s: float = HEARTBEAT_INTERVAL_S,
) -> AsyncIterator[str]:
    """`event: job` with the job as JSON at every change after `last_event_id`; then `event: end` with the same JSON.

    The stream ends without `end` where the database goes away: the client connects again.
    """
    known_id, quiet_s, opening = last_event_id, 0.0, f"retry: {RETRY_MS}\n"
    while True:
        try:
            job = await read_job()
        except (RetryableError, StoreUnavailableError):
            return
        text = job.model_dump_json()
        event_id = hashlib.sha256(text.encode()).hexdigest()[:16]
        quiet_s += poll_interval_s
        if event_id != known_id:
            yield f"event: job\nid: {event_id}\n{opening}data: {text}\n\n"
            known_id, quiet_s, opening = event_id, 0.0, ""
        if JobState(job.state).is_final:
            yield f"event: end\nid: {END_ID}\n{opening}data: {text}\n\n"
            return
        if quiet_s >= heartbeat_interval_s:
            yield f"{opening}: nothing has changed\n\n"
            quiet_s, opening = 0.0, ""
        await asyncio.sleep(poll_interval_s)
