"""Keys: what a program or a person proves with that they may ask."""

import hashlib
import secrets

from shared.domain.roles import Role
from shared.domain.text import clean_text

_SECRET_BYTES = 32
LONGEST_NAME = 100
"""Letters of a key's name at most: people label under it, so it is as long as the name of an annotator."""


def make_key(role: Role) -> str:
    """A new key: `mer_label_…` with 32 random bytes, 43 letters of base 64."""
    return f"mer_{role}_{secrets.token_urlsafe(_SECRET_BYTES)}"


def digest_key(key: str) -> bytes:
    """The SHA-256 of a key, 32 bytes, which is all that is stored.

    A slow hash is for what people choose; nobody can guess 32 random bytes.
    """
    return hashlib.sha256(key.encode("utf-8", errors="surrogateescape")).digest()


def check_key_name(name: str) -> str:
    """The name of a key. Raises ValueError where it cannot be read on one line."""
    if clean_text(name, limit=LONGEST_NAME) != name:
        raise ValueError(
            f"the name of a key is one line of 1 to {LONGEST_NAME} signs, without spaces at its ends: not {name!r}"
        )
    return name
