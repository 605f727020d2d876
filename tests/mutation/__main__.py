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
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.mutation.table import MUTANTS, TESTS_OF, Mutant

ROOT = Path(__file__).resolve().parent.parent.parent
COPIED = ("shared", "services", "tests", "docs", "pyproject.toml", "README.md", "docker-compose.yml", "Makefile")
TEST_TIMEOUT_S = 120
KILLED, SURVIVED, STALE = "killed", "survived", "stale"


def main() -> int:
    """0 if every mutant is killed."""
    asked = _asked()
    chosen = [mutant for mutant in MUTANTS if asked.only in mutant.file]
    with tempfile.TemporaryDirectory(prefix="mer-mutation-", dir="/tmp") as folder:
        copy = Path(folder)
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


def _copy_tree(copy: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, copy / name)


def _tried(copy: Path, mutant: Mutant) -> str:
    path = copy / mutant.file
    source = path.read_text()
    if source.count(mutant.text) != 1:
        return STALE
    path.write_text(source.replace(mutant.text, mutant.mutated))
    try:
        return SURVIVED if _are_green(copy, TESTS_OF[mutant.file]) else KILLED
    finally:
        path.write_text(source)


def _are_green(copy: Path, names: Iterable[str]) -> bool:
    tests = [f"tests/{name}" for name in names]
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-o", f"timeout={TEST_TIMEOUT_S}"]
    env = {**os.environ, "PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", *options, *tests],
        cwd=copy, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    return run.returncode == 0


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
