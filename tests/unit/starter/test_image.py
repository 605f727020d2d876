"""The build argument of the image that leaves the starter out."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = re.search(r'^RUN (case "\$STARTER".*)$', (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize(("value", "code", "is_left"), [("on", 0, True), ("off", 0, False), ("no", 1, True)])
def test_off_leaves_the_files_out_and_other_words_are_refused(
    value: str, code: int, *, is_left: bool, tmp_path: Path
) -> None:
    data = tmp_path / "shared" / "starter" / "data"
    data.mkdir(parents=True)
    (data / "rows.npz").touch()
    assert COMMAND

    environment = {"STARTER": value, "PATH": "/bin:/usr/bin"}
    ended = subprocess.run(["/bin/sh", "-c", COMMAND[1]], cwd=tmp_path, env=environment, check=False)

    assert ended.returncode == code
    assert data.exists() == is_left


def test_the_files_are_no_part_of_another_stage() -> None:
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")

    assert [("COPY shared" in stage) for stage in stages[1:]] == [True, False]
    assert "COPY --from=code /code ./" in stages[-1]


def test_packages_ship_the_files() -> None:
    package_data = (ROOT / "pyproject.toml").read_text().partition("[tool.setuptools.package-data]")[2]

    assert '"shared.starter" = ["data/*"]' in package_data.partition("\n[")[0]
