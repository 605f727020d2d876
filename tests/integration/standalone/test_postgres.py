import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from services.standalone.data_dir import DataDirectory, SetupError
from services.standalone.postgres import EmbeddedPostgres, find_postgres, reachable_install
from services.standalone.processes import SystemUser

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="about what root does; every other test here is then non-root"
)
REPOSITORY = Path(__file__).parents[3]
NOBODY = SystemUser(uid=65534, gid=65534)

START_AND_PRINT_USER = """
import os, pathlib, sys, time
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
home = DataDirectory(pathlib.Path(sys.argv[1])).create()
server = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False)
server.start()
print(os.geteuid(), server.pid, os.stat(f"/proc/{server.pid}").st_uid, flush=True)
if "stay" in sys.argv:
    time.sleep(60)
server.stop()
"""

START_AS_NOBODY = """
import os, pathlib, sys
from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres

def start(root):
    home = DataDirectory(pathlib.Path(root)).create()
    server = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False, install=pathlib.Path(sys.argv[2]))
    server.start()
    return server

start(sys.argv[3]).stop()  # a rehearsal: everything is imported while it may still be read
os.chdir("/")
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
server = start(sys.argv[1])
print(os.geteuid(), server.pid, os.stat(f"/proc/{server.pid}").st_uid, flush=True)
server.stop()
"""


def ask(url: str, sql: str) -> Any:
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(sql))
        answer = result.scalar() if result.returns_rows else None
    engine.dispose()
    return answer


@pytest.fixture
def server(home: DataDirectory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False)
    yield server
    server.stop()


def test_a_restart_keeps_the_data(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    first = server.pid
    server.restart()
    assert server.pid != first
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_it_is_utf8_with_checksums_and_without_a_port_and_durable_unless_told(home: DataDirectory) -> None:
    server = EmbeddedPostgres(home.postgres, home.run / "pg")
    server.start()
    try:
        shown = [ask(server.url, f"SHOW {name}") for name in ("server_encoding", "data_checksums", "fsync")]
        assert shown == ["UTF8", "on", "on"]
        assert ask(server.url, "SHOW listen_addresses") == ""
        assert home.postgres.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()


def test_pgvector_measures_a_distance(server: EmbeddedPostgres) -> None:
    server.start()
    ask(server.url, "CREATE EXTENSION vector")
    assert ask(server.url, "SELECT '[1,2,2]'::vector <-> '[1,2,0]'::vector") == 2.0


def test_one_server_holds_many_databases_of_any_name(server: EmbeddedPostgres) -> None:
    server.start()
    for name in ("first", 'odd "name": 100%'):
        assert ask(server.create_database(name), "SELECT current_database()") == name
        assert server.create_database(name) == server.url_for_database(name)


def test_it_starts_again_after_its_process_was_killed(server: EmbeddedPostgres, home: DataDirectory) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    server.restart()
    assert ask(server.url, "SELECT answer FROM kept") == 42


def test_a_pid_file_whose_pid_now_belongs_to_another_process_does_not_hinder(
    server: EmbeddedPostgres, home: DataDirectory
) -> None:
    server.start()
    server.stop()
    # PostgreSQL's own check takes any living process of its user for itself
    owner = home.postgres.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner) as other:
        pid_file = home.postgres / "postmaster.pid"
        pid_file.write_text(f"{other.pid}\n{home.postgres}\n1\n5432\n{home.run / 'pg'}\n\n0 0\nready\n")
        os.chown(pid_file, owner, -1)
        server.start()
        assert ask(server.url, "SELECT 1") == 1
        assert other.poll() is None
        other.kill()


def test_a_server_that_a_lost_run_left_behind_is_replaced(server: EmbeddedPostgres, home: DataDirectory) -> None:
    server.start()
    ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
    next_run = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False)
    next_run.start()
    try:
        assert not server.is_running
        assert ask(next_run.url, "SELECT answer FROM kept") == 42
    finally:
        next_run.stop()


def test_it_does_not_outlive_a_killed_parent(
    home: DataDirectory, eventually: Callable[..., None], lives: Callable[[int], bool], server: EmbeddedPostgres
) -> None:
    argv = [sys.executable, "-c", START_AND_PRINT_USER, str(home.root), "stay"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline().split()[1])
        assert lives(pid)
        parent.kill()
    server.start()  # at once: it waits for the old one
    eventually(lambda: not lives(pid), "the old server ends")
    assert ask(server.url, "SELECT 1") == 1


def test_a_failed_start_shows_the_end_of_the_log(server: EmbeddedPostgres, home: DataDirectory) -> None:
    server.start()
    server.stop()
    (home.postgres / "postgresql.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(SetupError, match='invalid value for parameter "shared_buffers"'):
        server.start()
    assert server.pid is None


def test_files_of_another_major_version_are_refused(server: EmbeddedPostgres, home: DataDirectory) -> None:
    home.postgres.mkdir()
    (home.postgres / "PG_VERSION").write_text("9\n")
    with pytest.raises(SetupError, match=r"made by PostgreSQL 9, installed is \d+: set MER_HOME"):
        server.start()


def test_what_a_killed_initdb_left_is_made_again(server: EmbeddedPostgres, home: DataDirectory) -> None:
    (home.root / "postgres.new" / "base").mkdir(parents=True)
    (home.root / "postgres.new" / "PG_VERSION").write_text("18\n")
    server.start()
    assert ask(server.url, "SELECT 1") == 1


def test_a_socket_folder_that_is_too_long_is_named(home: DataDirectory) -> None:
    with pytest.raises(SetupError, match="too long for a unix socket; set MER_HOME"):
        EmbeddedPostgres(home.postgres, home.run / ("x" * 100)).start()


@needs_root
def test_root_runs_it_as_nobody_and_refuses_a_closed_home_without_opening_it(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    home = DataDirectory(closed / "home").create()
    with pytest.raises(SetupError, match="set MER_HOME"):
        EmbeddedPostgres(home.postgres, home.run / "pg").start()
    assert closed.stat().st_mode & 0o777 == 0o700


@needs_root
def test_programs_below_a_closed_folder_are_copied_once(folder: Path, home: DataDirectory) -> None:
    wheel = find_postgres().parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in (wheel.name, f"{wheel.name}.libs"):
        (closed / name).symlink_to(wheel.with_name(name))
    install = closed / wheel.name / find_postgres().name
    server = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False, install=install)
    server.start()
    assert ask(server.url, "SELECT 1") == 1
    assert server.pid is not None
    program = Path(f"/proc/{server.pid}/exe").readlink()
    made = program.stat().st_ctime_ns
    server.restart()
    server.stop()
    assert program.is_relative_to(home.root)
    assert program.stat().st_ctime_ns == made
    assert closed.stat().st_mode & 0o777 == 0o700


@needs_root
def test_a_user_without_privileges_runs_it_as_itself(folder: Path, home: DataDirectory) -> None:
    os.chown(folder, NOBODY.uid, NOBODY.gid)
    # in a private home of root that user can reach neither this repository nor the wheel
    install = reachable_install(find_postgres(), near=folder, user=NOBODY)
    argv = [sys.executable, "-c", START_AS_NOBODY, str(folder / "own"), str(install), str(home.root)]
    run = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    ours, _, servers = map(int, run.stdout.split())
    assert (ours, servers) == (NOBODY.uid, NOBODY.uid)
