"""Which `Host` and `Origin` belong to this service."""

import pytest
from pydantic import ValidationError

from services.api.http.allowed_hosts import AllowedHosts, is_foreign_site
from services.api.settings import ApiSettings

OWN = AllowedHosts.from_text("MyBox, 192.168.1.5:8000,fd00::5")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8300",
        "localhost.:80",
        "127.0.0.1:1",
        "[::1]:8000",
        "[::1]",
        "mybox",
        "mybox:9",
        "192.168.1.5:8000",
        "[fd00::5]:8000",
    ],
)
def test_loopback_names_and_listed_ones_are_allowed(host: str) -> None:
    assert OWN.allows_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8000",
        "evil.example@localhost",
        "localhost:8000:80",
        "localhost:",
        "localhost,evil.example",
        "localhost/",
        "192.168.1.5",
        "192.168.1.5:8001",
        "0.0.0.0:8000",
        "*",
    ],
)
def test_other_hosts_are_not(host: str) -> None:
    assert not OWN.allows_host(host)


def test_a_star_allows_every_host_and_no_foreign_page() -> None:
    every = AllowedHosts.from_text("*")
    assert every.allows_host("anything.example")
    assert every.allows_origin("http://anything.example", host="anything.example")
    assert not every.allows_origin("http://evil.example", host="anything.example")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://LOCALHOST:8000", "localhost:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("https://mybox", "127.0.0.1:8000"),
        ("http://192.168.1.5:8000", "127.0.0.1:8000"),
        ("http://localhost", "localhost:80"),
    ],
)
def test_pages_of_this_service_may_change_things(origin: str, host: str) -> None:
    assert OWN.allows_origin(origin, host=host)


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://evil.example",
        "http://127.0.0.1:3000",
        "http://localhost:8000",
        "http://mybox:3000",
        "ftp://127.0.0.1:8000",
        "127.0.0.1:8000",
        "http://127.0.0.1:8000.evil.example",
        "http://127.0.0.1:8000@evil.example",
        "http://[",
        "",
    ],
)
def test_other_pages_may_not(origin: str) -> None:
    assert not OWN.allows_origin(origin, host="127.0.0.1:8000")


@pytest.mark.parametrize(
    ("site", "foreign"),
    [("", False), ("none", False), ("same-origin", False), ("same-site", True), ("cross-site", True), ("new", True)],
)
def test_a_browser_says_from_which_site_a_request_comes(site: str, foreign: bool) -> None:
    assert is_foreign_site(site) is foreign


def test_a_setting_that_is_no_list_of_hosts_is_refused() -> None:
    with pytest.raises(ValidationError, match="is no host"):
        ApiSettings(allowed_hosts="http://mybox")
