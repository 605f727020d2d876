"""The log-in page leads to paths of this service only."""

import pytest

from services.api.console.own_paths import START, keep_own_path


@pytest.mark.parametrize("path", ["/", "/console/review", "/console/library?q=a%20b&view=missing#x", "/docs?a=//b"])
def test_an_own_path_is_kept_with_its_query(path: str) -> None:
    assert keep_own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "console",
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "//[",
        "/\u2028/evil.example",
    ],
)
def test_an_address_of_others_is_replaced_by_the_start(path: str) -> None:
    assert keep_own_path(path) == START
