"""The library roots: which local paths may be read, and how a file in them is named.

A *locator* is `<root name>/<path below the root>`. It is what the store keeps, so that a library may move from one
machine, or one mount point, to another without its tracks becoming new ones.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from shared.errors import PermanentError, Reason
from shared.settings import LibrarySettings


class Library:
    """The configured roots."""

    def __init__(self, roots: Sequence[Path], *, host_path: Path | None = None) -> None:
        self._roots = {root.name: root.resolve() for root in roots}
        if len(self._roots) != len(roots):
            names = ", ".join(str(root) for root in roots)
            raise PermanentError(Reason.FORBIDDEN, f"two library roots have the same last name: {names}")
        self._host_path = host_path

    @classmethod
    def from_settings(cls, settings: LibrarySettings) -> "Library":
        """The roots of `MER_LIBRARY_ROOTS`."""
        return cls(settings.library_roots, host_path=settings.library_host_path)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The roots, resolved."""
        return tuple(self._roots.values())

    def admit(self, path: str) -> Path:
        """The resolved path of what a person named. It exists, can be read, and lies under a root.

        A relative path is looked for under each root. Raises PermanentError: `outside_library`, `not_found` or
        `forbidden`.
        """
        if "\0" in path:
            raise PermanentError(Reason.NOT_FOUND, "a path cannot hold a NUL character")
        candidate = self._candidate(Path(path))
        self._require_inside(candidate, named=path)
        try:
            candidate.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise PermanentError(Reason.NOT_FOUND, f"there is no {path}") from None
        except PermissionError:
            raise PermanentError(Reason.FORBIDDEN, f"{path} may not be read by this service") from None
        except OSError as error:
            raise PermanentError(Reason.NOT_FOUND, f"{path[:200]}: {error.strerror}") from None
        if not os.access(candidate, os.R_OK):
            raise PermanentError(Reason.FORBIDDEN, f"{path} may not be read by this service")
        return candidate

    def locator(self, path: Path) -> str:
        """The name of an admitted file. Raises PermanentError(`outside_library`), also for a link that leads out."""
        resolved = _resolved(path)
        for name, root in self._roots.items():
            if resolved.is_relative_to(root):
                return f"{name}/{resolved.relative_to(root).as_posix()}"
        raise PermanentError(Reason.OUTSIDE_LIBRARY, f"{path} leads out of the library")

    def path(self, locator: str) -> Path:
        """The file that a locator names, on this machine."""
        name, _, below = locator.partition("/")
        root = self._roots.get(name)
        if root is None:
            raise PermanentError(Reason.NOT_FOUND, f"no library root is called {name!r}; see MER_LIBRARY_ROOTS")
        path = _resolved(root / below)
        self._require_inside(path, named=locator)
        return path

    def shown(self, locator: str) -> str:
        """The path of a locator's file as the person's own machine knows it; it need not be there any more."""
        name, _, below = locator.partition("/")
        root = self._roots.get(name)
        if root is None:
            return locator
        is_first = self._host_path is not None and root == self.roots[0]
        return str((self._host_path if is_first and self._host_path else root) / below)

    def _candidate(self, path: Path) -> Path:
        if self._host_path and path.is_relative_to(self._host_path) and self.roots:
            path = self.roots[0] / path.relative_to(self._host_path)
        if path.is_absolute():
            return _resolved(path)
        options = [_resolved(root / path) for root in self.roots]
        # Path.exists raises for a name that is too long; this does not.
        return next((o for o in options if os.path.exists(o)), options[0] if options else _resolved(path))  # noqa: PTH110

    def _require_inside(self, path: Path, *, named: str) -> None:
        if not any(path.is_relative_to(root) for root in self.roots):
            known = ", ".join(map(str, self.roots)) or "none is configured"
            raise PermanentError(
                Reason.OUTSIDE_LIBRARY,
                f"{named} is not under a library root ({known}). Add its folder to MER_LIBRARY_ROOTS and start again.",
            )


def _resolved(path: Path) -> Path:
    """`path` without links. Raises PermanentError(`not_found`) for a link to itself, and a name no file can have."""
    try:
        return path.resolve()
    except (RuntimeError, ValueError, OSError) as error:
        raise PermanentError(Reason.NOT_FOUND, f"{str(path)[:200]!a} leads nowhere: {error}") from None
