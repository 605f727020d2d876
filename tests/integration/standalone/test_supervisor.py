import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from services.standalone.data_dir import DataDirectory
from services.standalone.processes import ServiceProcess, service_processes

SUPERVISE = """
import json, os, pathlib, sys
from services.standalone.processes import ServiceProcess
from services.standalone.redis import EmbeddedRedis
from services.standalone.supervisor import Supervisor
folder, scripts, options = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
processes = [ServiceProcess(name, ["/bin/sh", "-c", script], dict(os.environ)) for name, script in scripts.items()]
servers = []
if options.pop("redis", False):
    servers = [EmbeddedRedis(folder / "redis", folder / "sockets")]
    servers[0].start()
    print("redis pid", servers[0].pid, flush=True)
supervisor = Supervisor(processes, log_file=folder / "mer.log", out=sys.stdout, servers=servers, **options)
supervisor.run_until_stopped()
for server in servers:
    server.stop()
"""
# Ignores SIGTERM, as does its grandchild; both write their pids.
STUBBORN = """
trap "" TERM INT
(trap "" TERM INT; while :; do sleep 1; done) & echo $! > {0}/grandchild
echo $$ > {0}/child
while :; do sleep 1; done
"""

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise(folder: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(scripts: dict[str, str], **options: object) -> subprocess.Popen[str]:
        argv = [sys.executable, "-c", SUPERVISE, str(folder), json.dumps(scripts), json.dumps(options)]
        with (folder / "out").open("w") as out:
            started.append(subprocess.Popen(argv, stdout=out, stderr=subprocess.STDOUT, text=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


@pytest.fixture
def has_said(folder: Path, eventually: Callable[..., None]) -> Callable[[str], None]:
    return lambda words: eventually(lambda: words in (folder / "out").read_text(), words)


def pids_in(folder: Path, names: Sequence[str], eventually: Callable[..., None]) -> list[int]:
    eventually(lambda: all((folder / n).exists() and (folder / n).read_text().strip() for n in names), "the pids")
    return [int((folder / name).read_text()) for name in names]


def test_the_lines_of_all_processes_become_one_stream_and_one_file(
    folder: Path, supervise: Start, has_said: Callable[[str], None]
) -> None:
    process = supervise(
        {
            "api": "echo hello; printf half; sleep .2; echo ' line'; exec sleep 60",
            "crawler": "echo wörld >&2; exec sleep 60",
        }
    )
    has_said("half line\n")
    has_said("crawler │ wörld\n")
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    out = (folder / "out").read_text()
    assert [line for line in out.splitlines() if line.startswith("api ")] == ["api     │ hello", "api     │ half line"]
    assert "\x1b" not in out
    assert (folder / "mer.log").read_text() == out
    assert out.index("process.started name=api") < out.index("process.started name=crawler")
    assert out.index("process.stopped name=crawler") < out.index("process.stopped name=api")


def test_names_are_coloured_on_a_terminal(folder: Path) -> None:
    ours, theirs = pty.openpty()
    env = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    argv = [sys.executable, "-c", SUPERVISE, str(folder), json.dumps({"api": "echo hello; exec sleep 60"}), "{}"]
    with subprocess.Popen(argv, stdout=theirs, env=env) as process:
        seen = b""
        while b"hello" not in seen:
            seen += os.read(ours, 1000)
        process.terminate()
    os.close(ours)
    os.close(theirs)
    assert "\x1b[33mapi │ \x1b[0mhello" in seen.decode()


def test_a_process_that_dies_comes_back_ever_more_slowly_and_the_others_stay(
    folder: Path, supervise: Start, has_said: Callable[[str], None]
) -> None:
    script = f"echo x >> {folder}/runs; [ $(wc -l < {folder}/runs) -ge 4 ] && exec sleep 60; exit 3"
    process = supervise({"crasher": script, "steady": "exec sleep 60"}, backoff_s=[0.1, 0.2])
    has_said("name=crasher code=3 restart_in_s=0.1\n")
    has_said("name=crasher code=3 restart_in_s=0.2\n")
    process.terminate()
    assert process.wait(30) == 0
    out = (folder / "out").read_text()
    assert out.count("process.started name=steady") == 1
    assert "name=crasher code=3 restart_in_s=0.4" not in out


def test_a_dead_process_takes_its_own_children_along_before_it_comes_back(
    folder: Path,
    supervise: Start,
    has_said: Callable[[str], None],
    eventually: Callable[..., None],
    lives: Callable[[int], bool],
) -> None:
    supervise({"worker": f"sleep 60 & echo $! > {folder}/pool.new; mv {folder}/pool.new {folder}/pool; exit 1"})
    [pool] = pids_in(folder, ["pool"], eventually)
    has_said("process.died name=worker")
    eventually(lambda: not lives(pool), "the worker's child ends")


def test_a_program_that_cannot_be_started_is_an_event_and_not_the_end(folder: Path) -> None:
    code = SUPERVISE.replace('"/bin/sh"', '"/missing/program"')
    argv = [sys.executable, "-c", code, str(folder), json.dumps({"api": ""}), "{}"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.terminate()
        process.communicate(timeout=30)  # what it still says is read, so that its end is not a broken pipe
    assert "process.not_started name=api" in first
    assert process.returncode == 0


def test_a_stop_leaves_nothing_alive_even_of_processes_that_ignore_it(
    folder: Path,
    supervise: Start,
    eventually: Callable[..., None],
    lives: Callable[[int], bool],
    has_said: Callable[[str], None],
) -> None:
    process = supervise({"stubborn": STUBBORN.format(folder), "meek": "exec sleep 60"}, grace_s=3.0)
    pids = pids_in(folder, ["child", "grandchild"], eventually)
    has_said("process.started name=meek")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    eventually(lambda: not any(map(lives, pids)), "all of the group end")
    out = (folder / "out").read_text()
    assert "process.stopped name=stubborn code=-9" in out
    assert "process.stopped name=meek code=-15" in out


def test_a_second_signal_does_not_wait_for_the_grace(
    folder: Path, supervise: Start, has_said: Callable[[str], None], eventually: Callable[..., None]
) -> None:
    process = supervise({"stubborn": STUBBORN.format(folder)}, grace_s=1000)
    pids_in(folder, ["child", "grandchild"], eventually)
    process.send_signal(signal.SIGINT)
    has_said("stopping")
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_nothing_survives_a_killed_supervisor(
    folder: Path, supervise: Start, eventually: Callable[..., None], lives: Callable[[int], bool]
) -> None:
    process = supervise({"stubborn": STUBBORN.format(folder)}, redis=True)
    pids = pids_in(folder, ["child", "grandchild"], eventually)
    pids.append(int((folder / "out").read_text().split("redis pid ")[1].split()[0]))
    assert all(map(lives, pids))
    process.kill()
    eventually(lambda: not any(map(lives, pids)), "the whole tree ends")


def test_a_server_that_dies_is_brought_back(folder: Path, supervise: Start, has_said: Callable[[str], None]) -> None:
    process = supervise({"api": "exec sleep 60"}, redis=True)
    has_said("process.started name=api")
    os.kill(int((folder / "out").read_text().split("redis pid ")[1].split()[0]), signal.SIGKILL)
    has_said("server.started name=redis")
    process.terminate()
    assert process.wait(30) == 0


def test_every_service_has_one_process_with_its_own_queue(home: DataDirectory) -> None:
    processes: list[ServiceProcess] = service_processes(
        python="python", env={"MER_HOME": "x"}, home=home, api_host="127.0.0.1", api_port=8000, featurizer_processes=2
    )
    by_name = {process.name: process for process in processes}
    assert list(by_name) == ["crawler", "featurizer", "uploads", "trainer", "scorer", "watcher", "beat", "api"]
    queues = {name: p.argv[p.argv.index("-Q") + 1] for name, p in by_name.items() if "-Q" in p.argv}
    assert queues == {
        "crawler": "crawl",
        "featurizer": "features,uploads",
        "uploads": "uploads",
        "trainer": "train",
        "scorer": "score",
        "beat": "sweep",
    }
    assert {by_name[name].env["OMP_NUM_THREADS"] for name in ("featurizer", "uploads")} == {"1"}
    assert "OMP_NUM_THREADS" not in by_name["trainer"].env
    assert all(process.env["MER_HOME"] == "x" for process in processes)
