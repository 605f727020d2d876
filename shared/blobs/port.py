"""The port of the blob store, and how keys are built."""

import hashlib
from pathlib import Path
from typing import Protocol

from shared.errors import PermanentError, Reason


class BlobWriter(Protocol):
    """Where bytes may be put."""

    def put(self, key: str, content: bytes) -> None:
        """Write all or nothing. Writing the same key again replaces it."""


class Blobs(BlobWriter, Protocol):
    """Bytes by key. A key that can be read holds all of its bytes: writing is atomic."""

    def get(self, key: str) -> bytes:
        """All bytes of `key`. Raises PermanentError(`not_found`)."""

    def delete(self, key: str) -> None:
        """Forget `key`; a key that is not there is no error."""

    def scratch_dir(self) -> Path:
        """A folder in which a large file may grow before `put_file` takes it."""

    def put_file(self, key: str, path: Path) -> None:
        """Write a file that does not fit the memory, all or nothing. The file is gone afterwards."""

    def local_file(self, key: str, *, cache: Path) -> Path:
        """A file that holds `key`, to be mapped into memory: the store's own, or a copy in `cache`.

        Raises PermanentError(`not_found`).
        """


def content_key(kind: str, content: bytes, *, suffix: str) -> tuple[str, str]:
    """`(key, sha256)` of `content`: the key follows from the bytes, so a second write of the same is harmless."""
    digest = hashlib.sha256(content).hexdigest()
    return f"{kind}/{digest[:2]}/{digest}{suffix}", digest


def file_sha256(path: Path) -> str:
    """64 hexadecimal digits over the bytes of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_content(content: bytes, *, sha256: str, key: str) -> bytes:
    """`content`, if it is what was written. Raises PermanentError(`corrupt_artefact`)."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise PermanentError(
            Reason.CORRUPT_ARTEFACT, f"{key} has the hash {digest[:12]}, not {sha256[:12]}: restore it"
        )
    return content


def get_verified(blobs: Blobs, *, key: str, sha256: str) -> bytes:
    """What was written under `key`. Raises PermanentError(`corrupt_artefact`), also where it is gone."""
    try:
        content = blobs.get(key)
    except PermanentError as error:
        raise PermanentError(Reason.CORRUPT_ARTEFACT, f"{error.detail}: restore it") from None
    return verify_content(content, sha256=sha256, key=key)


def check_key(key: str) -> str:
    """`key`, if it stays inside the store. Raises ValueError."""
    parts = key.split("/")
    if not key or key.startswith("/") or any(part in {"", ".", ".."} for part in parts) or "\0" in key:
        raise ValueError(f"not a key: {key!r}")
    return key
