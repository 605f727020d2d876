"""The token of a browser's session, which stands for the key that opened it."""

import secrets

_SECRET_BYTES = 32


def make_session_token() -> str:
    """A new token: 32 random bytes, 43 letters of base 64. Only its digest is stored, as of a key."""
    return secrets.token_urlsafe(_SECRET_BYTES)
