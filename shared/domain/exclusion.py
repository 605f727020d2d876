"""Tracks that are left out by their length or their name: DJ sets, audiobooks, intros. In crawls and exports. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from shared.domain.names import fold_text

_WILDCARDS = re.compile(r"[*?\[]")


@dataclass(frozen=True, kw_only=True)
class ExclusionRules:
    """What is left out."""

    min_s: float | None = None
    """Shorter tracks, seconds."""
    max_s: float | None = None
    """Longer ones."""
    names: tuple[str, ...] = ()
    """Words, or patterns with `*`, `?` and `[`: see `is_excluded_name`."""

    def why_excluded(self, *, names: Iterable[str | None], duration_s: float | None) -> str | None:
        """Why a track of these names is left out, or None; an unknown length leaves none out."""
        for name in names:
            if name and is_excluded_name(name, self.names):
                return f"{name!r} is excluded by its name"
        if duration_s is None:
            return None
        if self.min_s is not None and duration_s < self.min_s:
            return f"it lasts {duration_s:.1f} s: shorter than min_s, {self.min_s:g} s"
        if self.max_s is not None and duration_s > self.max_s:
            return f"it lasts {duration_s:.1f} s: longer than max_s, {self.max_s:g} s"
        return None


def is_excluded_name(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file, a folder or a title is called as one of `patterns` says, whatever its case and accents.

    A pattern with `*`, `?` or `[` describes the whole name; any other is looked for as whole words: `intro` is in
    "01 - Intro.mp3" and not in "Introspection.mp3".
    """
    return any(_matches_pattern(name, pattern) for pattern in patterns)


def _matches_pattern(name: str, pattern: str) -> bool:
    if _WILDCARDS.search(pattern):
        return _compile_glob(pattern.casefold()).match(name.casefold()) is not None
    words = fold_text(pattern)
    return bool(words) and f" {words} " in f" {_fold_name(name)} "


@lru_cache(maxsize=256)
def _compile_glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


@lru_cache(maxsize=1024)
def _fold_name(name: str) -> str:
    return fold_text(name)
