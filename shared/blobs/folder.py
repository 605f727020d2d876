"""Blobs in a local folder."""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from shared.blobs.port import check_key
from shared.errors import PermanentError, Reason

_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FolderBlobs:
    """One file a key. A file appears under its name only when all its bytes are on the disk."""

    def __init__(self, root: str | Path) -> None:
        self._root = Path(root)

    def put(self, key: str, content: bytes) -> None:
        """Write all or nothing."""
        path = self._root / check_key(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def get(self, key: str) -> bytes:
        """All bytes of `key`. Raises PermanentError(`not_found`)."""
        try:
            return (self._root / check_key(key)).read_bytes()
        except _NO_FILE:
            raise PermanentError(Reason.NOT_FOUND, f"the blob store has no {key}") from None

    def delete(self, key: str) -> None:
        """Forget `key`; a key that is not there is no error."""
        with suppress(*_NO_FILE):
            (self._root / check_key(key)).unlink()

    def scratch_dir(self) -> Path:
        """A folder in which a large file may grow: on the same disk, so that its bytes are written once."""
        folder = self._root / ".scratch"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def put_file(self, key: str, path: Path) -> None:
        """Write all or nothing; the file is moved."""
        target = self._root / check_key(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        beside = target.parent / f".writing-{path.name}"
        shutil.move(path, beside)
        beside.replace(target)

    def local_file(self, key: str, *, cache: Path) -> Path:  # noqa: ARG002 - nothing is copied here
        """The file of `key` itself. Raises PermanentError(`not_found`)."""
        path = self._root / check_key(key)
        if not path.is_file():
            raise PermanentError(Reason.NOT_FOUND, f"the blob store has no {key}")
        return path
