"""Better names that requests may use beside older ones, which stay what is stored and answered.

`talk` names three things after the university talk that mer comes from: its random split, its excerpt of five seconds
and its files. Clients and rows know the word, so that it stays; callers need not write it.
"""

from collections.abc import Mapping
from types import MappingProxyType

PROTOCOL_NAMES: Mapping[str, str] = MappingProxyType({"random_split": "talk"})
PACK_NAMES: Mapping[str, str] = MappingProxyType({"excerpt": "talk"})
LAYOUT_NAMES: Mapping[str, str] = MappingProxyType({"moodify": "talk"})


def to_stored_name(name: str, accepted: Mapping[str, str]) -> str:
    """The name under which `name` is stored: itself, unless it is one of the better ones."""
    return accepted.get(name, name)
