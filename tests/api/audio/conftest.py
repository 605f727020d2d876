"""Real files below the library root, registered as a crawl registers them."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from services.api.deps import ApiPorts
from shared.domain.track import AudioFile, SourceRef
from tests.api.conftest import AddTrack

AddFile = Callable[[str], UUID]


@pytest.fixture
def music(folder: Path, ports: ApiPorts) -> Path:
    """The library root; it is there once the ports are."""
    assert ports.library.roots
    return folder / "music"


@pytest.fixture
def add_file(add_track: AddTrack, music: Path) -> AddFile:
    """Register a file below the root as a crawl does, or its new state."""

    def add(name: str) -> UUID:
        status = (music / name).stat()
        locator = f"music/{name}"
        audio = AudioFile(locator=locator, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
        return add_track(refs=(SourceRef("folder", locator),), audio=audio)

    return add
