"""Bytes of tags as text, without losing what an encoding does not say. Pure."""

Values = dict[str, list[str]]
"""Values by the name that a container has for them."""


def read_text(content: bytes, *, is_utf8: bool = False) -> str:
    """Text of bytes that are called Latin-1, or UTF-8 (`is_utf8`) and may be anything.

    Where it is not what it is called, every byte becomes the sign of its number: so `charsets` can take it back.
    """
    if is_utf8:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    return content.decode("latin-1")


def read_undeclared(content: bytes) -> str:
    """Text of bytes of which nothing is said: UTF-8 where they are valid, else as `read_text`."""
    return read_text(content, is_utf8=True)
