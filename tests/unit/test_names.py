"""The names of modules, classes and functions are terms of the field: `docs/glossary.md`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
RETIRED = frozenset(
    {
        "Beside", "Carrying", "Exam", "Heard", "Judgement", "Machines", "OneForEach", "Outside", "Scanning", "Settled",
        "Sounds", "Stacks", "Standing", "Supervision", "Valued", "Verdict", "Voice", "Way", "Wish", "Workbench",
        "Yardstick", "answer_others", "halves", "hear", "near", "stand_in", "told", "unweighted",
    }
)  # fmt: skip
"""Names that were no terms of the field; the glossary says what is used instead."""

RETIRED_LOCALS = frozenset({"found", "heard", "its", "said", "told"})
"""Words that say nothing of what a value is: no name of a parameter or a local variable."""
PACKAGES_WITH_PLAIN_LOCALS = (
    "services/cli",
    "services/scorer",
    "services/trainer",
    "shared",
)


def definitions() -> Iterator[tuple[Path, ast.AST]]:
    for folder in ("shared", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from ((path, node) for node in ast.walk(ast.parse(path.read_text())))


def class_names() -> list[str]:
    return [node.name for _, node in definitions() if isinstance(node, ast.ClassDef)]


def function_names() -> list[str]:
    names = [node.name for _, node in definitions() if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [name for name in names if not name.startswith("__")]


@pytest.mark.slow
def test_at_most_one_class_in_five_has_a_name_of_one_word() -> None:
    n_words = [len(re.findall(r"[A-Z][a-z0-9]*", name)) for name in class_names()]
    assert sum(n <= 1 for n in n_words) / len(n_words) <= 0.2


@pytest.mark.slow
def test_half_of_the_functions_have_names_of_two_words_or_more() -> None:
    assert median(len(name.strip("_").split("_")) for name in function_names()) >= 2


@pytest.mark.slow
def test_modules_are_called_by_nouns() -> None:
    modules = {path for path, _ in definitions() if path.stem != "__init__"}
    assert sum(path.stem.endswith("ing") for path in modules) / len(modules) <= 0.05


@pytest.mark.slow
def test_retired_names_do_not_come_back() -> None:
    assert RETIRED & {*class_names(), *function_names()} == set()


def local_names(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.arg for node in nodes if isinstance(node, ast.arg)}


def test_parameters_and_local_variables_say_what_they_are() -> None:
    paths = [path for package in PACKAGES_WITH_PLAIN_LOCALS for path in (ROOT / package).rglob("*.py")]
    paths = [path for path in paths if "migrations" not in path.parts]
    assert len(paths) > len(PACKAGES_WITH_PLAIN_LOCALS)
    assert [(path.name, names) for path in paths if (names := local_names(path) & RETIRED_LOCALS)] == []
