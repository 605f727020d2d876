"""Blobs behind a URL, through fsspec: `s3://bucket/prefix` and its kind."""

import tempfile
from pathlib import Path
from typing import Any

import fsspec
from botocore.exceptions import BotoCoreError, ClientError

from shared.blobs.port import check_key
from shared.errors import PermanentError, Reason, RetryableError


class RemoteBlobs:
    """One object a key. An object store shows an object only when its upload is complete."""

    def __init__(self, url: str, **options: Any) -> None:
        self._fs, prefix = fsspec.core.url_to_fs(url, use_listings_cache=False, **options)
        self._prefix = prefix.rstrip("/")

    def put(self, key: str, content: bytes) -> None:
        """Write all or nothing. Raises RetryableError when the store is away."""
        try:
            self._fs.pipe_file(self._object_path(key), content)
        except (OSError, BotoCoreError, ClientError) as error:
            raise RetryableError(f"the blob store did not take {key}: {error}") from error

    def get(self, key: str) -> bytes:
        """All bytes of `key`. Raises PermanentError(`not_found`), RetryableError when the store is away."""
        try:
            content: bytes = self._fs.cat_file(self._object_path(key))
        except FileNotFoundError:
            raise PermanentError(Reason.NOT_FOUND, f"the blob store has no {key}") from None
        except (OSError, BotoCoreError, ClientError) as error:
            raise RetryableError(f"the blob store did not give {key}: {error}") from error
        return content

    def delete(self, key: str) -> None:
        """Forget `key`; a key that is not there is no error."""
        try:
            self._fs.rm_file(self._object_path(key))
        except FileNotFoundError:
            return
        except (OSError, BotoCoreError, ClientError) as error:
            raise RetryableError(f"the blob store did not delete {key}: {error}") from error

    def scratch_dir(self) -> Path:
        """A folder in which a large file may grow: the machine's own for what passes (`TMPDIR`)."""
        return Path(tempfile.gettempdir())

    def put_file(self, key: str, path: Path) -> None:
        """Write all or nothing, in parts; the file is deleted. Raises RetryableError when the store is away."""
        try:
            self._fs.put_file(str(path), self._object_path(key))
        except (OSError, BotoCoreError, ClientError) as error:
            raise RetryableError(f"the blob store did not take {key}: {error}") from error
        path.unlink()

    def local_file(self, key: str, *, cache: Path) -> Path:
        """A copy of `key` in `cache`, made once. Raises PermanentError(`not_found`), RetryableError when away."""
        path = cache / check_key(key)
        if path.is_file():
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".reading-") as folder:
            try:
                self._fs.get_file(self._object_path(key), str(part := Path(folder) / "part"))
            except FileNotFoundError:
                raise PermanentError(Reason.NOT_FOUND, f"the blob store has no {key}") from None
            except (OSError, BotoCoreError, ClientError) as error:
                raise RetryableError(f"the blob store did not give {key}: {error}") from error
            part.replace(path)
        return path

    def _object_path(self, key: str) -> str:
        return f"{self._prefix}/{check_key(key)}"
