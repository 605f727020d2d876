"""An HTTP client that cannot be led into the local network.

The check is made where the connection is made, on the address that is then used: a name that resolves to one address
when it is checked and to another when it is used has no chance, and neither has a redirect.
"""

import ipaddress
import logging
import socket
import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from shared.errors import PermanentError, Reason

# They write down whole addresses, which hold logins and signatures.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


class GuardedBackend(httpcore.SyncBackend):
    """Connects to public addresses only, and to the trusted hosts; to those of `private` at private addresses only."""

    def __init__(self, trusted: Iterable[str], *, private: Iterable[str] = ()) -> None:
        self._trusted = frozenset(trusted)
        self._private = frozenset(private)

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        """Resolve, check every address, and connect to one of those that were checked."""
        is_private = is_trusted(host, port, self._private)
        if is_trusted(host, port, self._trusted) and not is_private:
            return super().connect_tcp(host, port, *args, **kwargs)
        addresses = _resolve_addresses(host, port)
        if is_private and any(is_public(address) for address in addresses):
            raise PermanentError(
                Reason.NO_CREDENTIALS,
                f"{host} is a public address: a password is sent there over TLS only; use https:// in "
                "MER_NAVIDROME_URL, or MER_NAVIDROME_AUTH=token",
            )
        if not is_private and not all(is_public(address) for address in addresses):
            raise PermanentError(Reason.FORBIDDEN, f"{host} leads into a private network: it is not asked")
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, *args, **kwargs)
            except httpcore.ConnectError:
                continue
        return super().connect_tcp(addresses[-1], port, *args, **kwargs)


def _resolve_addresses(host: str, port: int) -> list[str]:
    """All addresses of a host, at least one. Raises ConnectError."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved") from error
    if not entries:
        raise httpcore.ConnectError(f"{host} has no address")
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


@cache
def _tls_context() -> ssl.SSLContext:
    """Reading all certificate authorities takes a while: once a process."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx over a GuardedBackend."""

    def __init__(self, trusted: Iterable[str], *, private: Iterable[str] = ()) -> None:
        super().__init__(verify=_tls_context())
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls_context(),
            max_connections=10,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(trusted, private=private),
        )


def guarded_client(trusted: Iterable[str], *, private: Iterable[str] = ()) -> httpx.Client:
    """A client that follows no redirect by itself and reads no proxy from the environment.

    `trusted` hosts may be at any address, those of `private` at no public one, whoever else trusts them.
    """
    return httpx.Client(
        transport=GuardedTransport(trusted, private=private),
        timeout=_TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "mer (music emotion recognition; self-hosted)"},
    )


def is_trusted(host: str, port: int | None, trusted: Iterable[str]) -> bool:
    """Whether the operator named this host, with or without its port."""
    return bool({host, f"{host}:{port}"} & set(trusted))


def is_public(address: str) -> bool:
    """Whether anybody may be at this address: not this machine, not its network, not a way around."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
