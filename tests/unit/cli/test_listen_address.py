"""Where `mer up` listens, and what it prints of that."""

import socket

import pytest

from services.cli.commands.up import ListenAddress, find_free_address
from services.standalone.data_dir import SetupError


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("::", "http://[::1]:8000"),
        ("mybox", "http://mybox:8000"),
    ],
)
def test_the_printed_address_works_in_a_browser_of_this_machine(host: str, url: str) -> None:
    assert ListenAddress(host, 8000).url == url


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_a_free_port_is_found_for_ipv6_too() -> None:
    try:
        found = find_free_address(ListenAddress("::1", 0))
    except SetupError:
        pytest.skip("no IPv6 here")
    assert found.port > 0
