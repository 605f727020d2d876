"""Where a path leads that a table or a playlist writes: relative to it, as a URI, or as another system writes it."""

import unicodedata
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from shared.unicode_paths import respell_from_disk

_DRIVE_LETTER = 1


def locate_file(location: str, *, folder: Path, library: MusicLibrary, named: str) -> Path:
    """The file that `location` means, seen from `folder`; NFC and NFD are equal. `named` begins the error's sentence.

    Raises PermanentError of the first way to read it, where none leads to a file of the library.
    """
    first: PermanentError | None = None
    try:
        options = local_paths(location)
    except PermanentError as error:
        raise error.said_of(named) from None
    for option in options:
        try:
            return _admit_path(folder / option, library)
        except PermanentError as error:
            first = first or error.said_of(named)
    assert first is not None
    raise first


def locators_named(location: str, *, folder: Path, library: MusicLibrary) -> tuple[str, ...]:
    """The locators that `location` may mean, seen from `folder`, also of a file that is not there; none leads out."""
    locators: list[str] = []
    with suppress(PermanentError):
        for option in local_paths(location):
            for form in ("NFC", "NFD"):
                with suppress(PermanentError):
                    locators.append(library.named(unicodedata.normalize(form, str(folder / option))))
    return tuple(dict.fromkeys(locators))


def local_paths(location: str) -> list[str]:
    """The paths that a location may mean, the likeliest first.

    A name may hold a percent sign, so what is no URI is first taken as it stands. Windows' backslashes are read as
    slashes. Raises PermanentError: `unsupported` for an address on the web, `not_found` for an empty location.
    """
    if not location:
        raise PermanentError(Reason.NOT_FOUND, "the entry names no file")
    if location.casefold().startswith("file:"):
        return _decode_file_uri(location)
    scheme = urlsplit(location.partition("%")[0]).scheme if "://" in location else ""
    if len(scheme) > _DRIVE_LETTER:
        raise PermanentError(Reason.UNSUPPORTED, f"{location[:200]} is on the web: only files of the library are taken")
    options = [location, unquote(location), location.replace("\\", "/"), unquote(location).replace("\\", "/")]
    return list(dict.fromkeys(options))


def _decode_file_uri(location: str) -> list[str]:
    """Decoded as the standard says, then with `#` and `?` as parts of the name, as careless writers leave them."""
    slashed = location.replace("\\", "/")
    address = urlsplit(slashed)
    if address.netloc not in {"", "localhost"}:
        raise PermanentError(Reason.UNSUPPORTED, f"{location[:200]} lies on another machine")
    whole = slashed[len("file:") :]
    if whole.startswith("//"):
        whole = "/" + whole.removeprefix("//").partition("/")[2]
    return list(dict.fromkeys([unquote(address.path), unquote(whole)]))


def _admit_path(path: Path, library: MusicLibrary) -> Path:
    try:
        return library.admit_path(str(path))
    except PermanentError as error:
        if error.reason is not Reason.NOT_FOUND or "\0" in str(path):
            raise
        spelled = _path_on_disk(path, library)
        if spelled is None:
            raise
        return library.admit_path(str(spelled))


def _path_on_disk(path: Path, library: MusicLibrary) -> Path | None:
    try:
        resolved = path.resolve()
    except (RuntimeError, ValueError, OSError):
        return None
    respelled = (respell_from_disk(resolved, below=root) for root in library.roots)
    return next((spelled for spelled in respelled if spelled is not None), None)
