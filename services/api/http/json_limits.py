"""What a JSON body may weigh and how it may be built, looked at before it is parsed."""

import re
from dataclasses import dataclass
from itertools import islice

from services.api.errors import ProblemError

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
"""JSON strings, the last one also where its end is missing. Possessive: no input makes it start over."""
_BRACKETS = re.compile(rb"[\[\]{}]")
_OPENING = b"[{"


@dataclass(frozen=True)
class JsonLimits:
    """Bounds that no request of this API comes near, and that keep parsing and validation within milliseconds."""

    n_bytes: int = 1_000_000
    depth: int = 32
    n_values: int = 20_000
    """Members and elements in all."""
    n_digits: int = 100
    """Digits in a row in a number; Python takes long for thousands."""


JSON_LIMITS = JsonLimits()


def json_too_large(limits: JsonLimits = JSON_LIMITS) -> ProblemError:
    """413: the body is longer than allowed."""
    detail = f"a JSON body may have {limits.n_bytes / 1e6:g} MB at most: send less at once"
    return ProblemError(413, "too_large", detail)


def check_json(body: bytes, limits: JsonLimits = JSON_LIMITS) -> None:
    """Raises ProblemError: 400 for a body that is not UTF-8 or too deep, 413 for one of too many values or digits.

    Whether it is JSON is for the parser to say.
    """
    if b"\0" in body:  # UTF-16 and UTF-32, which `json.loads` would take, and in which the signs below are no bytes
        raise ProblemError(400, "http_error", "the body is not JSON in UTF-8")
    bare = _STRINGS.sub(b'""', body)
    n_values = bare.count(b",") + bare.count(b"[") + bare.count(b"{")
    if _reaches_depth(bare, limits):
        raise ProblemError(400, "http_error", f"the body nests more than {limits.depth} lists and objects")
    if n_values > limits.n_values:
        raise ProblemError(413, "too_large", f"a JSON body may hold {limits.n_values:,} values at most")
    if re.search(rb"[0-9]{%d}" % (limits.n_digits + 1), bare):
        raise ProblemError(400, "http_error", f"a number of the body has more than {limits.n_digits} digits")


def _reaches_depth(bare: bytes, limits: JsonLimits) -> bool:
    """Whether the first brackets nest too deep; where there are more of them, there are too many values."""
    level = 0
    for match in islice(_BRACKETS.finditer(bare), 2 * limits.n_values):
        level += 1 if match.group() in _OPENING else -1
        if level > limits.depth:
            return True
    return False
