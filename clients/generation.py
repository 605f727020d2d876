"""`python -m clients.generation`: writes the typed Python client from the OpenAPI document. No server has to run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from services.api.main import create_app

HERE = Path(__file__).parent
PYTHON_CLIENT = HERE / "python" / "mer_client"
"""The package that is committed."""
_CONFIG = HERE / "python-config.yml"
_SCRIPTS = Path(sys.executable).parent


def write_python_client(target: Path) -> None:
    """Replace the package `target` by one that is generated from the present OpenAPI document.

    Raises RuntimeError with the generator's words where it leaves out an operation or an answer.
    """
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "openapi.json"
        document.write_text(json.dumps(create_app().openapi()))
        package = Path(folder) / target.name
        _run_generator(document, package)
        (package / "py.typed").touch()
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package, target)


def _run_generator(document: Path, package: Path) -> None:
    arguments = ["--path", str(document), "--config", str(_CONFIG), "--output-path", str(package)]
    ended = subprocess.run(  # noqa: S603 - the generator of this environment
        [_SCRIPTS / "openapi-python-client", "generate", "--meta", "none", "--fail-on-warning", *arguments],
        # its post hooks call ruff
        env={**os.environ, "PATH": f"{_SCRIPTS}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode or not package.is_dir():
        raise RuntimeError(f"no client was generated:\n{ended.stdout}{ended.stderr}")


if __name__ == "__main__":
    write_python_client(PYTHON_CLIENT)
