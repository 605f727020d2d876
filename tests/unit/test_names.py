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
"""Words that say nothing of what a value is: no name of a parameter, local variable, field or attribute."""
PACKAGES_WITH_PLAIN_LOCALS = (
    "services/api",
    "services/beat",
    "services/cli",
    "services/crawler",
    "services/featurizer",
    "services/scorer",
    "services/standalone",
    "services/trainer",
    "shared",
    "tests/templates",
)
JSON_FIELDS = frozenset({("LabelConflictResponse", "said"), ("RecomputePlanResponse", "said")})
"""Class and field: public keys, which keep their spelling."""


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


def stored_names(source: str) -> set[str]:
    """Parameters, and whatever is assigned to: local variables, fields of classes, attributes such as `self.x`.

    Without leading underscores.
    """
    nodes = list(ast.walk(ast.parse(source)))
    public = [
        statement.target
        for owner in nodes
        if isinstance(owner, ast.ClassDef)
        for statement in owner.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and (owner.name, statement.target.id) in JSON_FIELDS
    ]
    variables = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    attributes = [node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)]
    names = (
        {node.arg for node in nodes if isinstance(node, ast.arg)}
        | {node.id for node in variables if node not in public}
        | {node.attr for node in attributes}
    )
    return {name.lstrip("_") for name in names}


def test_parameters_variables_fields_and_attributes_say_what_they_are() -> None:
    paths = [path for package in PACKAGES_WITH_PLAIN_LOCALS for path in (ROOT / package).rglob("*.py")]
    paths = [path for path in paths if "migrations" not in path.parts]
    assert len(paths) > len(PACKAGES_WITH_PLAIN_LOCALS)
    assert [(path.name, names) for path in paths if (names := stored_names(path.read_text()) & RETIRED_LOCALS)] == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(said): ...",
        "f = lambda said: 1",
        "def f():\n    said = 1",
        "class Model:\n    said: int",
        "class Model:\n    said = 1",
        "class Model:\n    def __init__(self):\n        self.said = 1",
        "class Model:\n    def __init__(self):\n        self.said: int = 1",
        "class Model:\n    def __init__(self):\n        self._said = 1",
    ],
)
def test_a_retired_name_is_noticed_wherever_it_is_given(source: str) -> None:
    assert "said" in stored_names(source)


def test_only_the_public_fields_that_are_listed_may_keep_a_retired_name() -> None:
    declared = [f"class {owner}:\n    {field}: str" for owner, field in sorted(JSON_FIELDS)]
    assert [stored_names(source) for source in declared] == [set()] * len(declared)
    assert "said" in stored_names("class Model:\n    said: str\nclass RecomputePlanResponse:\n    said: str")
    assert "said" in stored_names("class RecomputePlanResponse:\n    def f(self):\n        said = 1")
