"""How many requests are answered in a minute: counted in the memory of each process."""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from services.api.errors import too_many_requests

_IPV6_PREFIX_BITS = 64
"""What one client has at least: it could change the rest with every request."""


class RequestRates:
    """Counts the requests of each key, and the wrong keys of each client, by the minute."""

    def __init__(self, *, per_minute: int, wrong_keys_per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(per_minute)
        self._wrong_keys = RateLimitItemPerMinute(wrong_keys_per_minute)

    def count_request(self, key_id: UUID) -> None:
        """Count a request. Raises ProblemError (429) where the key has used up its minute."""
        name = key_id.hex
        if not self._limiter.hit(self._requests, "key", name):
            raise too_many_requests(
                f"this key has sent {self._requests.amount} requests within a minute, which is all that it may "
                "(MER_RATE_PER_MINUTE of the API)",
                after_s=self._count_seconds(self._requests, "key", name),
            )

    def count_wrong_key(self, client: str) -> None:
        """Count a wrong key, or a failed log-in, of the client at an address. Raises ProblemError (429)."""
        name = _group_client(client)
        if not self._limiter.hit(self._wrong_keys, "wrong", name):
            raise too_many_requests(
                f"more than {self._wrong_keys.amount} wrong keys came from {name} within a minute",
                after_s=self._count_seconds(self._wrong_keys, "wrong", name),
            )

    def _count_seconds(self, item: RateLimitItem, *names: str) -> int:
        """Until the minute is over; at least one."""
        return max(1, math.ceil(self._limiter.get_window_stats(item, *names).reset_time - time.time()))


def _group_client(client: str) -> str:
    """The address by which a client is counted: of IPv6 its network of 64 bits."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, _IPV6_PREFIX_BITS), strict=False))
    return str(address)
