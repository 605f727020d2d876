import subprocess
import sys
from pathlib import Path

import pytest

from services.standalone.data_dir import DataDirectory, SetupError, fits_socket

HOLDER = """
import pathlib, sys, time
from services.standalone.data_dir import DataDirectory
with DataDirectory(pathlib.Path(sys.argv[1])).lock():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_on_the_same_home_is_refused_until_the_first_is_killed(home: DataDirectory) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(home.root)], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(SetupError, match=rf"already runs on .*pid {first.pid}.*MER_HOME"), home.lock():
            pass
        first.kill()
    with home.lock():
        assert (home.root / "mer.lock").read_text().isdigit()


def test_the_home_is_the_variable_or_the_users_data_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DataDirectory.from_environment({"MER_HOME": str(folder)}).root == folder
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert DataDirectory.from_environment({}).root == Path("/var/lib/mer")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert DataDirectory.from_environment({"XDG_DATA_HOME": str(folder)}).root == folder / "mer"
    assert DataDirectory.from_environment({}).root == Path("~/.local/share/mer").expanduser()


def test_a_long_home_keeps_its_sockets_in_a_short_folder_of_its_own(folder: Path) -> None:
    long = DataDirectory(folder / ("long" * 30))
    other = DataDirectory(folder / ("Long" * 30))
    assert fits_socket(long.run / "pg" / ".s.PGSQL.5432")
    assert long.run == DataDirectory(long.root).run
    assert long.run != other.run
    assert DataDirectory(folder).run == folder / "run"


def test_a_socket_folder_that_others_may_write_is_refused(folder: Path) -> None:
    (folder / "run").mkdir()
    (folder / "run").chmod(0o777)
    with pytest.raises(SetupError, match="not a folder of this user alone"):
        DataDirectory(folder).create()


def test_creating_a_home_leaves_the_modes_of_existing_folders_alone(folder: Path) -> None:
    root = folder / "closed"
    root.mkdir()
    root.chmod(0o700)
    DataDirectory(root).create()
    DataDirectory(root).create()
    assert root.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_mode & 0o777 == 0o755
