"""What `make demo` starts, for real: one command, every part, and nothing left after Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.timeout(290), pytest.mark.slow]


Running = tuple[subprocess.Popen[bytes], Path, dict[str, str]]
"""The process, its log and its environment."""


@pytest.fixture
def running(folder: Path) -> Iterator[Running]:
    """`mer up --demo` on a fresh home, in a session of its own; killed at the end if the test did not stop it."""
    home = folder / "home"
    log = folder / "up.log"
    env = {**os.environ, "MER_HOME": str(home)}
    argv = [sys.executable, "-m", "services.cli.app", "up", "--port", "0", "--featurizers", "1", "--demo"]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    yield process, log, env
    if process.poll() is None:
        process.kill()
        process.wait()


def ask(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def processes_of(home: str) -> list[str]:
    """Every process whose command line or environment names this home."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            said = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if home.encode() in said and state not in "ZX":
            found.append(entry.name)
    return found


def test_one_command_starts_everything_trains_the_demo_and_answers_and_ctrl_c_leaves_nothing(running: Running) -> None:
    process, log, env = running
    deadline = time.monotonic() + 240
    while "process.ended name=mer" not in (said := log.read_text()):
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.3)
    assert "process.ended name=mer code=0" in said, said
    ready = re.search(r"ready: API (http://\S+)", said)
    assert ready is not None, said
    url = ready.group(1)
    assert f"docs at {url}/docs" in said
    assert f"open {url} in a browser" in said
    tracks = ask(f"{url}/tracks?synthetic=true&limit=500")["items"]
    assert len(tracks) == 48
    assert all(track["synthetic"] and "(synthetic)" in track["artist"] for track in tracks)
    answer = ask(f"{url}/tracks/{tracks[0]['id']}/emotion")
    assert answer["emotion"] in {"calm", "sad", "energetic", "happy"}
    assert answer["synthetic"]
    assert answer["label"]["annotator"]["name"] == "demo library"
    model = ask(f"{url}/models")["items"][0]
    assert model["state"] == "champion"
    assert model["metrics"]["macro_f1"]["value"] > 0.5 > model["metrics"]["chance"]["macro_f1"]["value"]
    listed = subprocess.run(
        [sys.executable, "-m", "services.cli.app", "doctor"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    home = env["MER_HOME"]
    assert len(processes_of(home)) > 8
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 0
    assert processes_of(home) == []
