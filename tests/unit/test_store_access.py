"""Services see repositories: the import contract keeps SQLAlchemy out of them, and this keeps the session out."""

import ast
from pathlib import Path

import pytest

from shared.store.repositories import Repositories

ROOT = Path(__file__).parents[2]
STORE = ROOT / "shared" / "store"
SESSION_ONLY = {"transact_session", "read_session", "_own_session", "RepositorySession"}


def used_names(source: str) -> set[str]:
    nodes = list(ast.walk(ast.parse(source)))
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def test_nothing_outside_the_store_reaches_for_a_session() -> None:
    files = [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    outside = [path for path in files if not path.is_relative_to(STORE)]
    assert len(outside) > 200
    reaching = {str(path): names for path in outside if (names := used_names(path.read_text()) & SESSION_ONLY)}
    assert not reaching


@pytest.mark.parametrize("name", ["execute", "scalars", "scalar", "get", "add", "flush", "commit"])
def test_repositories_have_no_method_of_a_session(name: str) -> None:
    assert not hasattr(Repositories, name)
