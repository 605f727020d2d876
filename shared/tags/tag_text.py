"""Bytes of tags as text, without losing what an encoding does not say, and that text repaired. Pure."""

from collections.abc import Iterable, Sequence

from shared.tags.charsets import repair_texts

Values = dict[str, list[str]]
"""Values by the name that a container has for them."""

_LONG_FIELDS = frozenset({"lyrics", "comment", "unsyncedlyrics", "description", "xmp", "icmt"})
"""They tell nothing of how names are written, and may be in another language."""


def read_text(content: bytes, *, is_utf8: bool = False) -> str:
    """Text of bytes that are called Latin-1, or UTF-8 (`is_utf8`) and may be anything.

    Where it is not what it is called, every byte becomes the character of its number: so `charsets` can take it back.
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


def list_names(tags: Iterable[Values]) -> list[str]:
    """All texts of the tags that may be names, each once."""
    wanted = (
        value for tag in tags for field, values in tag.items() if field.lower() not in _LONG_FIELDS for value in values
    )
    return list(dict.fromkeys(wanted))


def repair_tags(tags: Sequence[Values], *, beside: Iterable[str] = ()) -> list[Values]:
    """The tags with their names as they were meant; `beside` as in `repair_texts`."""
    names = list_names(tags)
    repaired = dict(zip(names, repair_texts(names, beside=beside), strict=True))
    return [{field: [repaired.get(value, value) for value in values] for field, values in tag.items()} for tag in tags]
