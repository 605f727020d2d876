"""Bodies that would take long are refused by what they are built of, without parsing them."""

import json
from contextlib import suppress

import pytest

from services.api.errors import ProblemError
from services.api.http.body_guard import is_json_type
from services.api.http.json_limits import JsonLimits, check_json

LIMITS = JsonLimits(depth=3, n_values=8, n_digits=5)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"]]]]]",
        b"[[[1]]]",
        b'{"a": {"b": [12345, "123456789"]}}',
        rb'["[[[[[[ \" [[[[ ,,,,,,,,,,,,, 1234567"]',
        b'"unfinished [[[[[[[',
        b"[1,2,3,4,5,6,7,8]",
        b"[-0.12345, 1.5e10, 1, 2]",
        '["Größe", "東京"]'.encode(),
    ],
)
def test_what_is_within_the_limits_is_left_to_the_parser(body: bytes) -> None:
    check_json(body, LIMITS)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[[[[1]]]]", 400),
        (b'[[[{"a": 1}]]]', 400),
        (b"[" * 1000, 400),
        (rb'["\\", [[[1]]]]', 400),
        (b"[1,2,3,4,5,6,7,8,9]", 413),
        (b"[[],[],[],[],[]]", 413),
        (b"123456", 400),
        (b'{"a": 0.123456}', 400),
        ("[[[[1]]]]".encode("utf-16"), 400),
        ("[1]".encode("utf-32-be"), 400),
    ],
)
def test_what_is_beyond_them_is_refused(body: bytes, status: int) -> None:
    with pytest.raises(ProblemError) as refusal:
        check_json(body, LIMITS)
    assert refusal.value.status == status


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"k{number}": 1 for number in range(70_000)}).encode(),
        b"[" * 1_000_000,
        b"[]" * 500_000,
        b'"' + b'\\"' * 499_999,
        b'"' * 1_000_000,
        b'"\\' * 500_000,
        b"1" * 1_000_000,
    ],
    ids=["keys", "deep", "pairs", "escapes", "quotes", "both", "digits"],
)
def test_the_largest_bodies_are_scanned_once(body: bytes) -> None:
    """A scan that starts over at every sign would take this test minutes."""
    assert len(body) > 800_000
    with suppress(ProblemError):
        check_json(body)


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/merge-patch+json", True),
        ("text/json", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("application/jsonp", False),
        ("multipart/form-data; boundary=application/json", False),
        ("", False),
    ],
)
def test_json_is_known_by_its_type(content_type: str, is_json: bool) -> None:
    assert is_json_type(content_type) is is_json
