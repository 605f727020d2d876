"""Which names of this service requests may use, and from which pages they may come: rules without input or output."""

import re
from dataclasses import dataclass

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
"""No page of another site can be served under these, so they are always allowed, at any port."""
ANY_HOST = "*"

_AUTHORITY = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Authority:
    """A host as a header or a setting names it, in lower case; `port` is None where none is named."""

    host: str
    port: int | None


def parse_authority(text: str) -> Authority | None:
    """The host and port of `mybox:8000`, `[::1]:8000` or `::1`; None for what is no host."""
    lowered = text.strip().lower()
    if lowered.count(":") > 1 and not lowered.startswith("["):
        lowered = f"[{lowered}]"
    match = _AUTHORITY.fullmatch(lowered)
    if match is None:
        return None
    host = match["address"] or match["name"].removesuffix(".")
    return Authority(host, int(match["port"]) if match["port"] else None)


@dataclass(frozen=True)
class AllowedHosts:
    """The names of this service: the loopback names, and those that its owner lists."""

    entries: frozenset[Authority]
    any_host: bool = False

    @classmethod
    def from_text(cls, text: str) -> "AllowedHosts":
        """From names and addresses that commas separate, each with a port or (any port) without. `*` allows all.

        Raises ValueError for what is no host.
        """
        named = [part.strip() for part in text.split(",") if part.strip()]
        hosts = {part: parse_authority(part) for part in named if part != ANY_HOST}
        if wrong := [part for part, authority in hosts.items() if authority is None]:
            raise ValueError(f"{wrong[0]!r} is no host: write names or addresses, as in mybox,192.168.1.5:8000")
        return cls(frozenset(host for host in hosts.values() if host is not None), ANY_HOST in named)

    def allows_host(self, header: str) -> bool:
        """Whether a request with this `Host` is for this service."""
        if self.any_host:
            return True
        host = parse_authority(header)
        return host is not None and (host.host in LOOPBACK_NAMES or self._lists(host))

    def allows_origin(self, origin: str, *, host: str) -> bool:
        """Whether a page of this `Origin` may change something here: one of the same host and port as the request's,
        or of a listed host (a proxy may have changed the request's) at the listed or the scheme's own port.
        """
        scheme, _, authority = origin.partition("://")
        page = parse_authority(authority)
        if page is None or scheme not in _DEFAULT_PORTS:
            return False
        default_port = _DEFAULT_PORTS[scheme]
        asked = parse_authority(host)
        if (
            asked is not None
            and page.host == asked.host
            and (page.port or default_port) == (asked.port or default_port)
        ):
            return True
        return page in self.entries or (page.port in {None, default_port} and self._lists(page))

    def _lists(self, host: Authority) -> bool:
        return host in self.entries or Authority(host.host, None) in self.entries


def is_foreign_site(sec_fetch_site: str) -> bool:
    """Whether a browser says that a page of another site or another port has sent the request."""
    return sec_fetch_site not in {"", "none", "same-origin"}
