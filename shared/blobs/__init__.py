"""The blob store of arrays and artefacts: the `Blobs` port, a local folder, and any fsspec file system (`s3://`)."""

from shared.blobs.folder import FolderBlobs
from shared.blobs.port import Blobs
from shared.blobs.remote import RemoteBlobs
from shared.settings import BlobSettings

__all__ = ["Blobs", "open_blobs"]


def open_blobs(settings: BlobSettings) -> Blobs:
    """The blob store that `MER_BLOB_URL` names."""
    url = settings.blob_url
    if "://" not in url or url.startswith("file://"):
        return FolderBlobs(url.removeprefix("file://"))
    options = {"endpoint_url": settings.s3_endpoint_url} if settings.s3_endpoint_url else {}
    return RemoteBlobs(url, **options)
