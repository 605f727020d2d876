"""Marks cases of a parametrised test."""

from typing import Any

import pytest


def marked_long(*cases: Any) -> list[Any]:
    """Each a case of its own of `make test-long`, where `make test` has another case of the same rule."""
    return [pytest.param(case, marks=pytest.mark.long) for case in cases]
