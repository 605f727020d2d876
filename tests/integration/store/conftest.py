"""Shared by the tests on versions of stages."""

from pathlib import Path

import pytest

from shared.blobs import open_blobs
from shared.settings import BlobSettings
from shared.store import Store
from tests.integration.store.versions import Library


@pytest.fixture
def library(store: Store, folder: Path) -> Library:
    """Tracks that were analysed under several specs; a fresh one for each test."""
    return Library.filled(store, open_blobs(BlobSettings(blob_url=str(folder / "blobs"))))
