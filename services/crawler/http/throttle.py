"""Rate limits of sources: one count for all workers, and the pauses that a source asked for.

Calls are counted in sliding windows in Redis; a token bucket would let twice the number through at its edge. A pause is
a row in PostgreSQL, so that a restarted worker does not call the source again at once.
"""

import hashlib
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from shared.domain.web_sources import WebSource
from shared.errors import LaterError, MerError, Reason, RetryableError
from shared.store import Store

log = structlog.get_logger()
T = TypeVar("T")

SHORT_WAIT_S = 4.0
"""What a worker waits at most in one call, in sum. Anything longer is parked."""
_TRIES = 4
_AWAY_WAIT_S = 30.0
_LEAST_WAIT_S = 0.1


class ThrottledError(MerError):
    """The source wants a pause of `wait_s` seconds."""

    def __init__(self, detail: str, *, wait_s: float) -> None:
        super().__init__(detail)
        self.detail = detail
        self.wait_s = wait_s


class FaultError(MerError):
    """The source broke in a way that may pass: no connection, half an answer, nonsense."""


class SourceThrottle:
    """The gates of all sources, over one Redis and one database."""

    def __init__(self, redis_url: str, store: Store, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._limiter = MovingWindowRateLimiter(RedisStorage(limits_url(redis_url), key_prefix="mer-limits"))
        self._store = store
        self._sleep = sleep

    def gate(self, source: WebSource, *, credential: str = "") -> "RateGate":
        """The gate of a source for one credential."""
        return RateGate(
            source, credential_fingerprint(credential), limiter=self._limiter, store=self._store, sleep=self._sleep
        )


class RateGate:
    """Lets calls to one source through, one credential's at a time."""

    def __init__(
        self,
        source: WebSource,
        credential: str,
        *,
        limiter: MovingWindowRateLimiter,
        store: Store,
        sleep: Callable[[float], None],
    ) -> None:
        self._source = source
        self._credential = credential
        self._limiter = limiter
        self._store = store
        self._sleep = sleep
        self._windows = [RateLimitItemPerSecond(calls, seconds) for calls, seconds in source.windows]

    def ask(self, call: Callable[[], T]) -> T:
        """What `call` gives, within the limits. A short pause is waited for, a fault is tried again a few times.

        `call` raises ThrottledError or FaultError for those. Raises LaterError where the pause is too long to wait, or
        the faults do not end.
        """
        waited_s, faults = 0.0, 0
        while True:
            waited_s += self._take_turn(SHORT_WAIT_S - waited_s)
            try:
                return call()
            except ThrottledError as error:
                pause_s = max(error.wait_s, _LEAST_WAIT_S)
                if waited_s + pause_s > SHORT_WAIT_S:
                    self._start_rest(pause_s, error.detail)
                    raise LaterError(Reason.RATE_LIMITED, error.detail, wait_s=pause_s) from error
            except FaultError as error:
                faults += 1
                if faults == _TRIES:
                    detail = f"{self._source.title} failed {faults} times: {error}"
                    raise LaterError(Reason.SOURCE_UNAVAILABLE, detail, wait_s=_AWAY_WAIT_S) from error
                pause_s = _LEAST_WAIT_S * 2**faults
            self._sleep(pause_s)
            waited_s += pause_s

    def _take_turn(self, patience_s: float) -> float:
        """Count one call; seconds that it had to wait. Raises LaterError where that would be too long."""
        self._require_no_rest()
        waited_s = 0.0
        try:
            for window in self._windows:
                while not self._limiter.hit(window, self._source.name, self._credential):
                    opens = self._limiter.get_window_stats(window, self._source.name, self._credential).reset_time
                    pause_s = max(opens - time.time(), _LEAST_WAIT_S)
                    if waited_s + pause_s > patience_s:
                        detail = f"{self._source.title}: {window.amount} calls in {window.get_expiry()} s are used up"
                        raise LaterError(Reason.RATE_LIMITED, detail, wait_s=pause_s)
                    self._sleep(pause_s)
                    waited_s += pause_s
        except RedisError as error:
            raise RetryableError(f"the rate limits are away: {error}") from error
        return waited_s

    def _require_no_rest(self) -> None:
        with self._store.read() as repositories:
            resting = repositories.cool_downs.get_left_s(self._source.name, self._credential)
        if resting is not None:
            raise LaterError(Reason.RATE_LIMITED, resting[1], wait_s=resting[0])

    def _start_rest(self, wait_s: float, detail: str) -> None:
        log.warning("source.rests", source=self._source.name, wait_s=round(wait_s, 1), detail=detail)
        self._store.transact(
            "crawl.cool_down",
            lambda repositories: repositories.cool_downs.start_cool_down(
                self._source.name, self._credential, wait_s=wait_s, detail=detail
            ),
        )


def credential_fingerprint(credential: str) -> str:
    """Which credential it is, without saying what it is."""
    return hashlib.sha256(credential.encode()).hexdigest()[:12]


def limits_url(redis_url: str) -> str:
    """The broker's address as the limits package spells it."""
    parts = urlsplit(redis_url)
    if parts.scheme != "redis+socket":
        return redis_url
    database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"redis+unix://{unquote(parts.path)}?db={database}"
