"""The shared limits: one count over all workers and one rest for all, each for one credential."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from services.crawler.http.session import UNKNOWN_WAIT_S, retry_after_s
from services.crawler.http.throttle import (
    SHORT_WAIT_S,
    FaultError,
    SourceThrottle,
    ThrottledError,
    credential_fingerprint,
    limits_url,
)
from shared.domain.web_sources import WEB_SOURCES
from shared.errors import LaterError, Reason, RetryableError
from shared.store import Store
from tests.conftest import Servers

MakeThrottle = Callable[[], tuple[SourceThrottle, list[float]]]
SOURCE = replace(WEB_SOURCES["deezer"], windows=((10, 60),))


@pytest.fixture
def throttle(celery_url: str, store: Store) -> MakeThrottle:
    """A throttle of one more worker, with a sleep that only writes down."""

    def make() -> tuple[SourceThrottle, list[float]]:
        slept: list[float] = []
        return SourceThrottle(celery_url, store, sleep=slept.append), slept

    return make


def test_many_workers_together_stay_within_one_window(throttle: MakeThrottle) -> None:
    calls, refused = [], []

    def work(_: int) -> None:
        gate = throttle()[0].gate(SOURCE)
        for _ in range(5):
            try:
                gate.ask(lambda: calls.append(time.time()))
            except LaterError as error:
                refused.append(error)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(calls) == 10
    assert len(refused) == 30
    assert {error.reason for error in refused} == {Reason.RATE_LIMITED}
    assert min(error.wait_s for error in refused) > SHORT_WAIT_S


def test_each_credential_has_a_window_and_a_rest_of_its_own(throttle: MakeThrottle) -> None:
    one, slept = throttle()
    for name in ("ann", "bob"):
        for _ in range(10):
            one.gate(SOURCE, credential=name).ask(lambda: None)

    def throttled() -> None:
        raise ThrottledError("rest", wait_s=3600)

    with pytest.raises(LaterError):
        one.gate(SOURCE, credential="eve").ask(throttled)
    with pytest.raises(LaterError) as caught:
        one.gate(SOURCE, credential="eve").ask(lambda: None)
    assert caught.value.wait_s > 3000
    one.gate(SOURCE, credential="dan").ask(lambda: None)
    assert slept == []


def test_a_rest_outlives_an_emptied_redis(throttle: MakeThrottle, servers: Servers) -> None:
    def throttled() -> None:
        raise ThrottledError("rest", wait_s=3600)

    with pytest.raises(LaterError):
        throttle()[0].gate(SOURCE).ask(throttled)
    servers.redis_client().flushall()
    with pytest.raises(LaterError):
        throttle()[0].gate(SOURCE).ask(lambda: None)


def test_pauses_and_faults_together_never_take_longer_than_the_short_wait(throttle: MakeThrottle) -> None:
    one, slept = throttle()
    answers = iter(20 * [ThrottledError("soon", wait_s=0.5)])

    def call() -> None:
        raise next(answers)

    with pytest.raises(LaterError):
        one.gate(SOURCE).ask(call)
    assert 0 < sum(slept) <= SHORT_WAIT_S


def test_a_fault_is_tried_again_a_few_times_only(throttle: MakeThrottle) -> None:
    one, _ = throttle()
    n_calls = []

    def call() -> None:
        n_calls.append(1)
        raise FaultError("broken")

    with pytest.raises(LaterError) as caught:
        one.gate(SOURCE).ask(call)
    assert caught.value.reason is Reason.SOURCE_UNAVAILABLE
    assert len(n_calls) == 4


def test_redis_that_is_away_is_an_error_of_ours_to_try_again(store: Store) -> None:
    gate = SourceThrottle("redis+socket:///nowhere/redis.sock?virtual_host=0", store).gate(SOURCE)
    with pytest.raises(RetryableError):
        gate.ask(lambda: None)


def test_the_broker_is_found_by_socket_and_by_port() -> None:
    assert limits_url("redis+socket:///run/a%20b/redis.sock?virtual_host=2") == "redis+unix:///run/a b/redis.sock?db=2"
    assert limits_url("redis://redis:6379/0") == "redis://redis:6379/0"


def test_a_fingerprint_tells_credentials_apart_and_does_not_hold_them() -> None:
    assert "secret" not in credential_fingerprint("secret")
    assert credential_fingerprint("secret") != credential_fingerprint("other")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("5", 5.0),
        ("0", 0.0),
        (None, UNKNOWN_WAIT_S),
        ("soon", UNKNOWN_WAIT_S),
        ("-3", 0.0),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, expected: Any) -> None:
    assert retry_after_s(header) == expected
