"""A library of sounds for the tests of identity."""

from pathlib import Path

import pytest

from shared.store import Store
from tests.integration.identity.library import SoundLibrary


@pytest.fixture
def library(store: Store, folder: Path) -> SoundLibrary:
    return SoundLibrary(store, folder)
