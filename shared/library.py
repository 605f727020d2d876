"""The library roots: which local paths may be read, and how a file below them is named.

A *locator* is `<root name>/<path below the root>`. The store keeps locators and not paths, so a library can move to
another machine or mount point and keep its tracks. The name of a root is the last part of its path. If two roots have
the same last part, the first keeps it, and the name of the other includes the folders above it: `music (backup)`.
"""

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from shared.errors import FILE_GONE, IO_ERRORS, PermanentError, Reason, UnreadableFileError
from shared.settings import LibrarySettings
from shared.unicode_paths import respell_from_disk


class MusicLibrary:
    """The configured roots."""

    def __init__(self, roots: Sequence[Path], *, host_path: Path | None = None, demo_dir: Path | None = None) -> None:
        """`demo_dir`: the root of the demo library, if it is one of `roots`; it keeps its name before all others."""
        self._roots = _named_roots(roots, demo_dir=demo_dir)
        self._demo = demo_dir.resolve() if demo_dir else None
        self._host_path = host_path
        self._given = tuple(roots)

    @classmethod
    def from_settings(cls, settings: LibrarySettings) -> "MusicLibrary":
        """The roots of `MER_LIBRARY_ROOTS`."""
        return cls(settings.library_roots, host_path=settings.library_host_path, demo_dir=settings.demo_dir)

    @property
    def roots(self) -> tuple[Path, ...]:
        """The roots, resolved."""
        return tuple(self._roots.values())

    @property
    def music_roots(self) -> dict[str, Path]:
        """The roots of people's own music by their names: all but the demo library's."""
        return {name: root for name, root in self._roots.items() if root != self._demo}

    def list_spellings(self) -> dict[str, tuple[str, ...]]:
        """By the names of the roots: the paths under which each is known, on this machine and to its user."""
        spellings = {name: [root] for name, root in self._roots.items()}
        for given in self._given:
            name = next(name for name, root in self._roots.items() if root == given.resolve())
            spellings[name].append(given.absolute())
        if self._host_path and spellings:
            next(iter(spellings.values())).append(self._host_path)
        return {name: tuple(dict.fromkeys(map(str, paths))) for name, paths in spellings.items()}

    def admit_path(self, path: str) -> Path:
        """The resolved path of what a person named. It exists, can be read, and lies under a root.

        A relative path is looked for under each root. Raises PermanentError: `outside_library`, `not_found` or
        `forbidden`.
        """
        if "\0" in path:
            raise PermanentError(Reason.NOT_FOUND, "a path cannot hold a NUL character")
        candidate = self._resolve_candidate(Path(path))
        self._require_inside(candidate, named=path)
        try:
            candidate.stat()
        except OSError as error:
            raise _refusal(error, candidate, named=path) from None
        if not os.access(candidate, os.R_OK):
            raise _refusal(PermissionError(), candidate, named=path)
        return candidate

    def options(self, path: str) -> list[Path]:
        """What a path may name that is not there just now: of a relative one, a file under each root."""
        written = Path(path)
        if written.is_absolute():
            return [self._resolve_candidate(written)]
        return [_resolve_links(root / written) for root in self.roots]

    def locate_file(self, path: Path) -> str:
        """The name of an admitted file. Raises PermanentError(`outside_library`), also for a link that leads out."""
        resolved = _resolve_links(path)
        for name, root in self._roots.items():
            if resolved.is_relative_to(root):
                return f"{name}/{resolved.relative_to(root).as_posix()}"
        raise PermanentError(Reason.OUTSIDE_LIBRARY, f"{path} leads out of the library")

    def folder_locator(self, path: Path) -> str:
        """The name of a folder, which begins the locators of all below it; of a root its own name."""
        return self.locate_file(path).removesuffix("/.")

    def entry(self, locator: str) -> Path:
        """Where the entry of a locator's file is, or was, on this machine: no link is followed."""
        name, _, below = locator.partition("/")
        return self._root(name) / below

    def named(self, path: str) -> str:
        """The locator of what a person named, whether or not it is there; a root's is its name alone.

        However a path is written, this is one. Raises PermanentError(`outside_library`).
        """
        candidate = self._resolve_candidate(Path(path))
        self._require_inside(candidate, named=path)
        return self.locate_file(candidate).removesuffix("/.")

    def resolve_locator(self, locator: str) -> Path:
        """The file that a locator names, on this machine."""
        name, _, below = locator.partition("/")
        path = _resolve_links(self._root(name) / below)
        self._require_inside(path, named=locator)
        return path

    def open_file(self, locator: str) -> BinaryIO:
        """The file that a locator names, opened for reading. The caller closes it.

        Links within the roots are followed, and what is opened is below a root also where somebody exchanges a folder
        for a link meanwhile. Raises PermanentError: `outside_library`, `not_found`, `forbidden` or `io_error`.
        """
        path = self.resolve_locator(locator)
        try:
            root = next(root for root in self.roots if path.is_relative_to(root))
            return os.fdopen(_open_without_links(root, path.relative_to(root)), "rb")
        except OSError as error:
            raise _refusal(error, path, named=locator) from None

    def host_path(self, locator: str) -> str:
        """The path of a locator's file as the person's own machine knows it; it need not be there any more."""
        name, _, below = locator.partition("/")
        root = self._roots.get(name)
        if root is None:
            return locator
        is_first = self._host_path is not None and root == self.roots[0]
        return str((self._host_path if is_first and self._host_path else root) / below)

    def _root(self, name: str) -> Path:
        root = self._roots.get(name)
        if root is None:
            raise PermanentError(Reason.NOT_FOUND, f"no library root is called {name!r}; see MER_LIBRARY_ROOTS")
        return root

    def _resolve_candidate(self, path: Path) -> Path:
        if self._host_path and path.is_relative_to(self._host_path) and self.roots:
            path = self.roots[0] / path.relative_to(self._host_path)
        if path.is_absolute():
            return self._as_on_disk(_resolve_links(self._respell_root(path)))
        options = [self._as_on_disk(_resolve_links(root / path)) for root in self.roots]
        if options and options[0] == self.roots[0]:
            return options[0]  # also while its share is away: the next root is not meant
        # Path.exists raises for a name that is too long; this does not.
        return next((o for o in options if os.path.exists(o)), options[0] if options else _resolve_links(path))  # noqa: PTH110

    def _as_on_disk(self, path: Path) -> Path:
        """A path that is written in another Unicode form than its folders and file are."""
        if os.path.lexists(path):
            return path
        return next((respelled for root in self.roots if (respelled := respell_from_disk(path, below=root))), path)

    def _respell_root(self, path: Path) -> Path:
        """An absolute path whose root stands in another Unicode form (é as one sign, or as e and an accent)."""
        for root in self.roots:
            n_parts = len(root.parts)
            if path.parts[:n_parts] != root.parts and _normalise_parts(path.parts[:n_parts]) == _normalise_parts(
                root.parts
            ):
                return root.joinpath(*path.parts[n_parts:])
        return path

    def _require_inside(self, path: Path, *, named: str) -> None:
        if not any(path.is_relative_to(root) for root in self.roots):
            known = ", ".join(dict.fromkeys(map(str, self.roots))) or "none is configured"
            raise PermanentError(
                Reason.OUTSIDE_LIBRARY,
                f"{named} is not under a library root ({known}). Add its folder to MER_LIBRARY_ROOTS and start again.",
            )


def _refusal(error: OSError, candidate: Path, *, named: str) -> UnreadableFileError:
    reason, detail = Reason.NOT_FOUND, f"{named[:200]}: {error.strerror}"
    if error.errno in FILE_GONE:
        detail = f"there is no {named}"
    elif isinstance(error, PermissionError):
        reason, detail = Reason.FORBIDDEN, f"{named} may not be read by this service"
    elif error.errno in IO_ERRORS:
        reason = Reason.IO_ERROR
    return UnreadableFileError(reason, detail, path=candidate, error_number=error.errno)


def _named_roots(roots: Sequence[Path], *, demo_dir: Path | None) -> dict[str, Path]:
    """The roots by their names, in their own order; one that is given twice is one."""
    last_names = {root.resolve(): root.name for root in reversed(roots)}  # of a link its own, as it was given
    ordered = list(dict.fromkeys(root.resolve() for root in roots))
    demo = demo_dir.resolve() if demo_dir else None
    names: dict[Path, str] = {}
    for root in sorted(ordered, key=lambda root: root != demo):
        names[root] = _free_name(last_names[root], root.parts[1:-1], taken=set(names.values()))
    return {names[root]: root for root in ordered}


def _free_name(name: str, above: Sequence[str], *, taken: set[str]) -> str:
    options = [name, *(f"{name} ({' '.join(above[-n:])})" for n in range(1, len(above) + 1))]
    return next((option for option in options if option not in taken), f"{name} ({len(taken)})")


def _open_without_links(root: Path, below: Path) -> int:
    """The descriptor of a file below a root, no part of whose path may have become a link. Raises OSError."""
    # a pipe in place of the file would wait for a writer otherwise
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(root, flags)
    for part in below.parts:
        folder = descriptor
        try:
            descriptor = os.open(part, flags, dir_fd=folder)
        finally:
            os.close(folder)
    return descriptor


def _normalise_parts(parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", part) for part in parts)


def _resolve_links(path: Path) -> Path:
    """`path` without links. Raises PermanentError(`not_found`) for a link to itself, and a name no file can have."""
    try:
        return path.resolve()
    except (RuntimeError, ValueError, OSError) as error:
        raise PermanentError(Reason.NOT_FOUND, f"{str(path)[:200]!a} leads nowhere: {error}") from None
