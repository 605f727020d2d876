"""`make mutation`: break one line after another, in a copy, and see that a test fails. Takes an hour; no part of
`make test`.

    python -m tests.mutation [--only TEXT] [--json FILE]

`--only store/items` runs the mutants of the files whose path holds the text. A mutant is *killed* when a test fails or
does not end within `TEST_TIMEOUT_S`, *survived* when all are green, *stale* when its line is no longer there. Exits with 1
unless all are killed.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import pytest

from services.standalone.data_dir import DataDirectory
from services.standalone.postgres import EmbeddedPostgres
from tests.mutation.table import MUTANTS, TESTS_OF, Mutant

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("shared", "services", "tests", "docs", "pyproject.toml", "README.md", "docker-compose.yml", "Makefile")
TEST_TIMEOUT_S = 120
KILLED, SURVIVED, STALE = "killed", "survived", "stale"


def main() -> int:
    """0 if every mutant is killed."""
    asked = _asked()
    chosen = [mutant for mutant in MUTANTS if asked.only in mutant.file]
    with tempfile.TemporaryDirectory(prefix="mer-mutation-", dir="/tmp") as folder, _database(Path(folder)):
        copy = Path(folder) / "copy"
        _copy_tree(copy)
        if not _are_green(copy, dict.fromkeys(test for mutant in chosen for test in TESTS_OF[mutant.file])):
            sys.exit("the tests fail without any change: nothing is to be learned from mutants")
        results = []
        for number, mutant in enumerate(chosen, start=1):
            results.append((mutant, _tried(copy, mutant)))
            print(f"{number}/{len(chosen)} {results[-1][1]}: {mutant.file}: {_first_line(mutant)}", flush=True)
    return _report(results, asked.json)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only files whose path holds this text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what became of each mutant")
    return parser.parse_args()


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    """One PostgreSQL for all runs: starting it takes longer than most tests."""
    folder.chmod(0o755)
    home = DataDirectory(folder / "home").create()
    postgres = EmbeddedPostgres(home.postgres, home.run / "pg", durable=False)
    try:
        postgres.start()
        os.environ["MER_TEST_DATABASE_URL"] = postgres.url
        yield
    finally:
        postgres.stop()


def _copy_tree(copy: Path) -> None:
    copy.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)


def _tried(copy: Path, mutant: Mutant) -> str:
    path = copy / mutant.file
    source = path.read_text()
    places = list(re.finditer(as_pattern(mutant.text), source))
    if len(places) != 1:
        return STALE
    path.write_text(source[: places[0].start()] + mutant.mutated + source[places[0].end() :])
    try:
        return SURVIVED if _are_green(copy, TESTS_OF[mutant.file]) else KILLED
    finally:
        path.write_text(source)


def as_pattern(text: str) -> str:
    """A pattern of this text however the formatter lays it out: by spaces, line breaks and commas before brackets."""
    tokens = re.findall(r"\w+|[^\w\s]", text)
    gaps = [
        r"\s*" if not (a[-1].isalnum() or a[-1] == "_") or not (b[0].isalnum() or b[0] == "_") else r"\s+"
        for a, b in pairwise(tokens)
    ]
    pattern = ""
    for token, gap in zip(tokens, [*gaps, ""], strict=True):
        pattern += (r",?\s*" if token in ")]}" else "") + re.escape(token) + gap
    return pattern


def _are_green(copy: Path, names: Iterable[str]) -> bool:
    """In a fork of this process, which has imported the large libraries already."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _run_tests(copy, [f"tests/{name}" for name in names])
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run_tests(copy: Path, tests: list[str]) -> int:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(nothing, sys.stderr.fileno())
    for name in list(sys.modules):
        if name.partition(".")[0] in {"shared", "services", "tests"}:
            del sys.modules[name]  # so that they are read anew, from the copy
    os.chdir(copy)
    sys.path[:] = [str(copy), *(entry for entry in sys.path if entry not in {"", str(ROOT)})]
    sys.dont_write_bytecode = True
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-o", f"timeout={TEST_TIMEOUT_S}"]
    return int(pytest.main([*options, *tests]))


def _first_line(mutant: Mutant) -> str:
    return mutant.text.strip().splitlines()[0]


def _report(results: list[tuple[Mutant, str]], file: Path | None) -> int:
    counts = Counter(outcome for _, outcome in results)
    print(", ".join(f"{counts[outcome]} {outcome}" for outcome in (KILLED, SURVIVED, STALE)))
    if file is not None:
        rows = [asdict(mutant) | {"outcome": outcome} for mutant, outcome in results]
        file.write_text(json.dumps({"counts": counts, "mutants": rows}, indent=1) + "\n")
    return 0 if counts[KILLED] == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
