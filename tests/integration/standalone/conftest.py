"""A short folder of its own for every test, outside pytest's, which is closed to the user that PostgreSQL runs as."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.standalone.home import Home


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="mer-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def home(folder: Path) -> Home:
    return Home(folder / "home").create()


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool], str], None]:
    def wait(condition: Callable[[], bool], words: str) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"never happened: {words}")
            time.sleep(0.02)

    return wait


@pytest.fixture
def lives() -> Callable[[int], bool]:
    def lives(pid: int) -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX"

    return lives
