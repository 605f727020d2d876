"""`python -m clients.generation`: writes the typed Python client from the OpenAPI document. No server has to run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from services.api.main import create_app
from services.api.openapi import iterate_operations
from shared.json_objects import JsonObject

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
        document = create_app().openapi()
        package = Path(folder) / target.name
        document_file, config_file = Path(folder) / "openapi.json", Path(folder) / "config.yml"
        document_file.write_text(json.dumps(document))
        config_file.write_text(_CONFIG.read_text() + _format_overrides(document))
        _run_generator(document_file, config_file, package)
        (package / "py.typed").touch()
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(package, target)


def _format_overrides(document: JsonObject) -> str:
    """YAML that says which media types are given as bytes: files and pictures, which the generator does not know."""
    responses = [
        response for _, _, operation in iterate_operations(document) for response in operation["responses"].values()
    ]
    media_types = {media_type for response in responses for media_type in response.get("content", {})}
    binary = sorted(name for name in media_types if not name.startswith("text/") and not name.endswith("json"))
    return "content_type_overrides:\n" + "".join(f"  {name}: application/octet-stream\n" for name in binary)


def _run_generator(document: Path, config: Path, package: Path) -> None:
    arguments = ["--path", str(document), "--config", str(config), "--output-path", str(package)]
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
