"""A starter made of drawn clips, once for all tests of a process."""

from pathlib import Path

import pytest

from services.starter.building import BuiltStarter, build_starter
from services.starter.writing import write_starter
from tests.support.made_up_clips import draw_clips


@pytest.fixture(scope="session")
def built() -> BuiltStarter:
    return build_starter(draw_clips(64), seed=0, n_refused=0)


@pytest.fixture(scope="session")
def written(built: BuiltStarter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("starter")
    write_starter(built, folder)
    return folder
