"""What a crawl passes over because its request says so: by length, and by words in names. Pure."""

import os
import re
from fnmatch import translate
from functools import lru_cache
from pathlib import Path

from shared.domain.crawl import CrawlRequest
from shared.domain.names import fold
from shared.errors import PermanentError, Reason

_WILDCARDS = re.compile(r"[*?\[]")


def is_excluded_name(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file, a folder or a title is called as one of `patterns` says, whatever its case and accents.

    A pattern with `*`, `?` or `[` describes the whole name; any other is looked for as whole words: `intro` is in
    "01 - Intro.mp3" and not in "Introspection.mp3".
    """
    return any(_matches(name, pattern) for pattern in patterns)


def refuse_excluded(request: CrawlRequest, *, title: str | None, duration_s: float | None) -> None:
    """Raise PermanentError(`excluded`) for a track that the request leaves out; an unknown length leaves none out."""
    if title and is_excluded_name(title, request.exclude):
        raise PermanentError(Reason.EXCLUDED, f"{title!r} is excluded by its name")
    if duration_s is None:
        return
    if request.min_s is not None and duration_s < request.min_s:
        raise PermanentError(Reason.EXCLUDED, f"it lasts {duration_s:.1f} s: shorter than min_s, {request.min_s:g} s")
    if request.max_s is not None and duration_s > request.max_s:
        raise PermanentError(Reason.EXCLUDED, f"it lasts {duration_s:.1f} s: longer than max_s, {request.max_s:g} s")


def refuse_excluded_path(request: CrawlRequest, path: str | Path) -> None:
    """The same for a file by its own name, for sources that list files one by one."""
    name = os.path.basename(path)  # noqa: PTH119 (a tenth of Path's time)
    if is_excluded_name(name, request.exclude):
        shown = os.fsencode(name).decode(errors="backslashreplace")
        raise PermanentError(Reason.EXCLUDED, f"{shown} is excluded by its name")


def _matches(name: str, pattern: str) -> bool:
    if _WILDCARDS.search(pattern):
        return _glob(pattern.casefold()).match(name.casefold()) is not None
    words = fold(pattern)
    return bool(words) and f" {words} " in f" {_fold(name)} "


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


@lru_cache(maxsize=1024)
def _fold(name: str) -> str:
    return fold(name)
