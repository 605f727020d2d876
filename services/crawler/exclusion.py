"""What a crawl passes over because its request says so."""

import os
from pathlib import Path

from shared.domain.crawl import CrawlRequest
from shared.domain.exclusion import ExclusionRules, is_excluded_name
from shared.errors import PermanentError, Reason


def refuse_excluded(request: CrawlRequest, *, title: str | None, duration_s: float | None) -> None:
    """Raise PermanentError(`excluded`) for a track that the request leaves out; an unknown length leaves none out."""
    rules = ExclusionRules(min_s=request.min_s, max_s=request.max_s, names=request.exclude)
    if why := rules.why_excluded(names=(title,), duration_s=duration_s):
        raise PermanentError(Reason.EXCLUDED, why)


def refuse_excluded_path(request: CrawlRequest, path: str | Path) -> None:
    """The same for a file by its own name, for sources that list files one by one."""
    name = os.path.basename(path)  # noqa: PTH119 (a tenth of Path's time)
    if is_excluded_name(name, request.exclude):
        shown = os.fsencode(name).decode(errors="backslashreplace")
        raise PermanentError(Reason.EXCLUDED, f"{shown} is excluded by its name")
