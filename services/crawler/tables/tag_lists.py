"""The tags in a cell of a table: free words that somebody gave a track. Pure.

A cell is a JSON list (`["dark", "slow"]`), the same as Python writes it (`['dark', 'slow']`, what pandas leaves
behind), or words between `;` or `|`, or between commas where neither stands in it.
"""

import ast
import json
from typing import Any

from services.crawler.text_cleaning import clean_text, is_missing
from shared.errors import PermanentError, Reason

MAX_TAGS = 100
MAX_TAG_LENGTH = 100
_SEPARATORS = ";|,"


def parse_tags(cell: str, *, line: int) -> tuple[str, ...]:
    """The tags, each once, as they are written; none for an empty cell.

    Raises PermanentError(`unreadable_row`) for a list that is broken or holds anything but words, and for more tags or
    longer ones than a track may have.
    """
    text = cell.strip()
    if is_missing(text):
        return ()
    words = _parse_list(text, line) if text.startswith("[") else _split_tags(text)
    tags = tuple(dict.fromkeys(tag for word in words if (tag := clean_text(word, limit=MAX_TAG_LENGTH + 1))))
    if len(tags) > MAX_TAGS:
        raise _unreadable_error(line, f"{len(tags)} tags, at most {MAX_TAGS} are kept: use ; or | between them")
    if too_long := [tag for tag in tags if len(tag) > MAX_TAG_LENGTH]:
        raise _unreadable_error(
            line, f"the tag {too_long[0][:40]!r}… has more than {MAX_TAG_LENGTH} signs: use ; or | between"
        )
    return tags


def _split_tags(text: str) -> list[str]:
    separator = next((sign for sign in _SEPARATORS if sign in text), None)
    return text.split(separator) if separator else [text]


def _parse_list(text: str, line: int) -> list[str]:
    words = _parse_literal(text)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _unreadable_error(line, f'tags are {text[:60]!r}, which is no list of words like ["dark", "slow"]')
    return words


def _parse_literal(text: str) -> Any:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def _unreadable_error(line: int, problem: str) -> PermanentError:
    return PermanentError(Reason.UNREADABLE_ROW, f"line {line}: {problem}")
