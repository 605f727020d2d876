"""The generated Python client: up to date, complete, and able to read every error."""

import filecmp
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from mer_client import Client
from mer_client.models import FailingHealthResponse, ProblemDetails, SpotifyProblem

from clients.generation import PYTHON_CLIENT, write_python_client
from services.api.errors import is_spotify_path, problem_response, spotify_response
from services.api.main import create_app
from services.api.openapi import iterate_operations

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def operations() -> list[tuple[str, dict[str, Any]]]:
    """`(path, operation)` of each operation."""
    return [(path, operation) for path, _, operation in iterate_operations(create_app().openapi())]


def client_module(operation: dict[str, Any]) -> ModuleType:
    tag = operation["tags"][0].replace(" ", "_")
    return import_module(f"mer_client.api.{tag}.{operation['operationId']}")


def list_differences(ours: Path, theirs: Path) -> list[str]:
    """Files that differ in their bytes or are in one of the folders only."""
    names = {file.relative_to(folder) for folder in (ours, theirs) for file in folder.rglob("*") if file.is_file()}
    names = {name for name in names if "__pycache__" not in name.parts}
    same, _, _ = filecmp.cmpfiles(ours, theirs, [str(name) for name in names], shallow=False)
    return sorted({str(name) for name in names} - set(same))


def test_the_committed_client_is_that_of_the_present_document(tmp_path: Path) -> None:
    write_python_client(tmp_path / "mer_client")
    differing = list_differences(PYTHON_CLIENT, tmp_path / "mer_client")
    assert differing == [], "the API has changed: run `make client` and commit clients/python"


def test_every_operation_has_its_functions(operations: list[tuple[str, dict[str, Any]]]) -> None:
    assert len(operations) > 60
    for _, operation in operations:
        module = client_module(operation)
        assert callable(module.sync), module
        assert callable(module.asyncio_detailed), module


def test_every_documented_error_is_read_as_a_problem(operations: list[tuple[str, dict[str, Any]]]) -> None:
    client = Client("http://127.0.0.1")
    for path, operation in operations:
        for status in (int(status) for status in operation["responses"] if int(status) >= 400):
            sent = (
                spotify_response(status, "there is no such track")
                if is_spotify_path(path)
                else problem_response(status, "a_code", "in words", errors=[{"at": "query.n", "problem": "negative"}])
            )
            response = httpx.Response(status, headers=dict(sent.headers), content=bytes(sent.body))
            problem = client_module(operation)._parse_response(client=client, response=response)
            where = f"{operation['operationId']}, {status}"
            if is_spotify_path(path):
                assert isinstance(problem, SpotifyProblem), where
                assert problem.error.status == status
            elif (path, status) == ("/health", 503):  # the only status with two schemas: a client reads one
                assert isinstance(problem, FailingHealthResponse)
                assert problem["code"] == "a_code"
            else:
                assert isinstance(problem, ProblemDetails), where
                assert (problem.status, problem.code) == (status, "a_code"), where
                assert problem.errors[0].at == "query.n", where
