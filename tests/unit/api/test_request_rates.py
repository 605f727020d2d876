"""How many requests of a key, and wrong keys of a client, are answered in a minute."""

from uuid import uuid4

import pytest

from services.api.access.request_rates import RequestRates
from services.api.errors import ProblemError


def test_a_key_that_asks_too_often_waits_and_others_do_not() -> None:
    rates = RequestRates(per_minute=3, wrong_keys_per_minute=1)
    busy, other = uuid4(), uuid4()
    for _ in range(3):
        rates.count_request(busy)
    with pytest.raises(ProblemError, match="3 requests within a minute") as refusal:
        rates.count_request(busy)
    rates.count_request(other)
    headers = refusal.value.headers
    assert refusal.value.status == 429
    assert headers is not None
    assert 1 <= int(headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("first", "again", "other"),
    [("10.0.0.1", "10.0.0.1", "10.0.0.2"), ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"), ("", "", "10.0.0.1")],
)
def test_a_client_that_guesses_waits(first: str, again: str, other: str) -> None:
    rates = RequestRates(per_minute=1, wrong_keys_per_minute=1)
    rates.count_wrong_key(first)
    with pytest.raises(ProblemError, match="wrong keys"):
        rates.count_wrong_key(again)
    rates.count_wrong_key(other)
