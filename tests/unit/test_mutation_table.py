"""The table of `make mutation` names lines that there are: a mutant of a line that is gone would guard nothing."""

import re
from pathlib import Path

import pytest

from tests.mutation.__main__ import as_pattern
from tests.mutation.table import MUTANTS, TESTS_OF, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: f"{mutant.file}: {mutant.text.strip()[:40]}")
def test_every_mutant_changes_one_place_of_its_file(mutant: Mutant) -> None:
    assert len(re.findall(as_pattern(mutant.text), (ROOT / mutant.file).read_text())) == 1
    assert mutant.file in TESTS_OF


def test_every_file_that_is_mutated_has_tests_that_are_there() -> None:
    names = {name.partition("::")[0] for names in TESTS_OF.values() for name in names}
    assert [name for name in sorted(names) if not (ROOT / "tests" / name).is_file()] == []
