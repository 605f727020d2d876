"""What the tests of embedded servers and supervision share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.standalone.data_dir import DataDirectory


@pytest.fixture
def home(folder: Path) -> DataDirectory:
    return DataDirectory(folder / "home").create()


@pytest.fixture
def lives() -> Callable[[int], bool]:
    def lives(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX"

    return lives
