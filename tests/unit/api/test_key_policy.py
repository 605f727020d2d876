"""When a key is needed: where the port can be reached, and what proxies say."""

import pytest

from services.api.access.reachability import KeyPolicy, find_listen_host, has_forwarding_headers, is_loopback


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.8.8.8", "localhost", "LocalHost.", "::1", "[::1]", "::ffff:127.0.0.1"]
)
def test_loopback_is_reached_by_this_machine_only(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "[::]", "192.168.1.5", "mybox", "localhost.example", "fe80::1%eth0"])
def test_all_else_is_reached_by_others(host: str) -> None:
    assert not is_loopback(host)
    assert KeyPolicy(bind=host).is_closed


def test_the_address_of_a_container_does_not_count_where_it_is_said_where_the_port_is_published() -> None:
    assert not KeyPolicy(bind="127.0.0.1").needs_key("172.18.0.5")
    assert KeyPolicy(bind="0.0.0.0").needs_key("127.0.0.1")


def test_the_address_of_a_connection_counts_where_nobody_says_where_the_port_can_be_reached() -> None:
    policy = KeyPolicy(bind="")
    assert not policy.is_closed
    assert policy.needs_key("192.168.1.5")
    assert not any(policy.needs_key(host) for host in ("127.0.0.1", "::1", "testserver", None))


def test_loopback_can_be_closed_too() -> None:
    assert KeyPolicy(bind="127.0.0.1", require_key=True).needs_key("127.0.0.1")


@pytest.mark.parametrize("name", [b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip"])
def test_a_proxy_is_known_by_its_headers(name: bytes) -> None:
    assert has_forwarding_headers([(b"host", b"localhost"), (name, b"1")])
    assert not has_forwarding_headers([(b"host", b"localhost"), (b"x-for", b"1")])


@pytest.mark.parametrize(
    ("argv", "env", "host"),
    [
        (["/venv/bin/uvicorn", "services.api.main:create_app", "--host", "0.0.0.0"], {}, "0.0.0.0"),
        (["/venv/lib/uvicorn/__main__.py", "--host=10.0.0.1", "app"], {}, "10.0.0.1"),
        (["uvicorn", "app", "--host", "127.0.0.1", "--host", "0.0.0.0"], {}, "0.0.0.0"),
        (["uvicorn", "app", "--host", "127.0.0.1", "--fd", "3"], {}, ""),
        (["uvicorn", "app"], {"UVICORN_HOST": "::"}, "::"),
        (["uvicorn", "app"], {}, ""),
        (["pytest", "--host", "0.0.0.0"], {"UVICORN_HOST": "::"}, ""),
        ([], {}, ""),
    ],
)
def test_the_command_line_of_uvicorn_says_where_it_listens(argv: list[str], env: dict[str, str], host: str) -> None:
    assert find_listen_host(argv, env) == host
