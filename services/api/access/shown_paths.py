"""Paths of this machine, as the caller of a request may see them.

Who may operate the service sees paths as they are. Others see them from the library root on (`albums/ode.mp3`): where a
library lies, and whose home it is in, is not needed to listen or to label. Response models name fields that hold paths
by the types below, and errors are shortened where they become documents, so no route has to think of it.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainSerializer
from starlette.types import ASGIApp, Receive, Scope, Send

from services.api.access.caller import SCOPE_KEY, Caller
from shared.domain.roles import Role
from shared.json_objects import JsonObject
from shared.library import MusicLibrary

_SOME_FOLDER = "…/"
"""Stands for the folders of an absolute path that is below no library root."""
_IN_NAME = r"[^/\s'\"<>,;:)\]]"
"""What goes on a name of a folder in a sentence."""


@dataclass(frozen=True)
class PathShortener:
    """What takes the folders of this machine out of texts."""

    root_names: Mapping[str, str]
    """The names of the library roots by their paths, the longest path first."""
    pattern: re.Pattern[str]
    """A root, or the folders of another absolute path of this machine."""

    @classmethod
    def from_library(cls, library: MusicLibrary) -> "PathShortener":
        """For the roots of a library, as this machine and its user know them."""
        names = {path: name for name, paths in library.list_spellings().items() for path in paths}
        roots = dict(sorted(names.items(), key=lambda pair: -len(pair[0])))
        known = "|".join(map(re.escape, roots)) or "(?!)"
        a_root = rf"(?P<root>{known})(?:/(?={_IN_NAME})|(?!{_IN_NAME})|(?=/|\.(?:\s|$)))"
        others = "|".join(map(re.escape, _list_top_folders()))
        elsewhere = rf"/(?:{others})/(?:{_IN_NAME}+/)*"
        # not inside of what begins earlier: of a locator, or of an address
        return cls(roots, re.compile(rf"(?<![\w./)\]-])(?:file://)?(?:{a_root}|{elsewhere})"))

    def shorten_path(self, path: str) -> str:
        """A path from its root on; a root by its name."""
        for root, name in self.root_names.items():
            if path.rstrip("/") == root:
                return name
            if path.startswith(f"{root}/"):
                return path[len(root) + 1 :]
        return self.shorten_text(path)

    def shorten_text(self, text: str) -> str:
        """A text with all paths in it shortened."""
        return self.pattern.sub(self._shorten_match, text) if "/" in text else text

    def _shorten_match(self, match: re.Match[str]) -> str:
        if match["root"] is None:
            return _SOME_FOLDER
        return "" if match[0].endswith("/") else self.root_names[match["root"]]


@cache
def _list_top_folders() -> tuple[str, ...]:
    """The folders with which absolute paths of this machine begin; paths of the API (`/tracks/…`) do not."""
    return tuple(sorted(entry.name for entry in Path("/").iterdir() if entry.is_dir()))


_shortener: ContextVar[PathShortener | None] = ContextVar("path_shortener", default=None)
"""Of the request that is being answered; None where its caller may see paths."""


def show_path(path: str) -> str:
    """A path as the caller of the present request may see it."""
    shortener = _shortener.get()
    return path if shortener is None else shortener.shorten_path(path)


def show_text(text: str) -> str:
    """A text for people, in which paths may stand, as the caller of the present request may see it."""
    shortener = _shortener.get()
    return text if shortener is None else shortener.shorten_text(text)


def show_json(value: Any) -> Any:
    """JSON with all texts in it as the caller of the present request may see them; the names of members stay."""
    if _shortener.get() is None:
        return value
    if isinstance(value, str):
        return show_path(value)
    if isinstance(value, dict):
        return {name: show_json(member) for name, member in value.items()}
    return [show_json(member) for member in value] if isinstance(value, list) else value


ShownPath = Annotated[str, PlainSerializer(show_path, return_type=str)]
"""The field of a response that holds a path."""
ShownText = Annotated[str, PlainSerializer(show_text, return_type=str)]
"""The field of a response that holds words in which paths may stand."""
ShownJson = Annotated[JsonObject, PlainSerializer(show_json, return_type=JsonObject)]
"""The field of a response that holds JSON in which paths may stand."""


class ShownPaths:
    """Middleware inside of `AccessGuard`: decides whether the answer to a request shows paths of this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._made: tuple[MusicLibrary, PathShortener] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        caller: Caller | None = scope.get(SCOPE_KEY)
        if scope["type"] != "http" or (caller is not None and caller.role.includes(Role.OPERATE)):
            await self._app(scope, receive, send)
            return
        token = _shortener.set(self._get_shortener(scope["app"].state.ports.library))
        try:
            await self._app(scope, receive, send)
        finally:
            _shortener.reset(token)

    def _get_shortener(self, library: MusicLibrary) -> PathShortener:
        if self._made is None or self._made[0] is not library:
            self._made = (library, PathShortener.from_library(library))
        return self._made[1]
