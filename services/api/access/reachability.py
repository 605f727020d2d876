"""Where the port of the API can be reached, and hence whether a key is needed: rules without input or output."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from services.api.http.raw_headers import RawHeaders

_FORWARDED = (b"forwarded", b"x-real-ip")
_FORWARDED_PREFIX = b"x-forwarded-"
_UVICORN_HOST = "UVICORN_HOST"


@dataclass(frozen=True)
class KeyPolicy:
    """When a key is needed although there may be none yet."""

    bind: str
    """The address at which the port can be reached; empty where nobody said it."""
    require_key: bool = False
    """Also on loopback."""

    @property
    def is_closed(self) -> bool:
        """Whether every request needs a key, whatever connection it comes over."""
        return self.require_key or bool(self.bind and not is_loopback(self.bind))

    def needs_key(self, server_host: str | None) -> bool:
        """Whether a request needs a key that came in at this address of ours (None: a unix socket).

        The address of the connection counts only where nobody said where the port can be reached: that of a container
        is never loopback.
        """
        if self.is_closed or self.bind or server_host is None:
            return self.is_closed
        address = _parse_address(server_host)
        return address is not None and not address.is_loopback


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at `host`: an address, with or without brackets, or a name."""
    name = host.strip().lower().removeprefix("[").removesuffix("]").removesuffix(".")
    address = _parse_address(name)
    return name == "localhost" if address is None else address.is_loopback


def has_forwarding_headers(headers: RawHeaders) -> bool:
    """Whether a proxy says that it passes on what somebody else asks: `Forwarded`, `X-Forwarded-…` or `X-Real-IP`."""
    return any(name in _FORWARDED or name.startswith(_FORWARDED_PREFIX) for name, _ in headers)


def find_listen_host(argv: Sequence[str], env: Mapping[str, str]) -> str:
    """The last `--host` of the command line of uvicorn, the one that counts; empty where none is given, it gets
    its socket from elsewhere (`--fd`), or another program runs.
    """
    program = Path(argv[0] if argv else "")
    if "uvicorn" not in {program.name, program.stem, program.parent.name}:
        return ""
    host = env.get(_UVICORN_HOST, "")
    for word, following in itertools.pairwise([*argv, ""]):
        name, has_value, value = word.partition("=")
        if name == "--fd":
            return ""
        if name == "--host":
            host = value if has_value else following
    return host


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
