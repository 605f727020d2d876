"""What the arguments of benchmarks have in common. No benchmark of its own."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def existing_path(text: str) -> Path:
    """The path of a file or a folder that is there. Raises ArgumentTypeError."""
    path = Path(text)
    if not path.exists():
        raise argparse.ArgumentTypeError(f"there is no {path}")
    return path


def explain_missing_data(data: Path | None, patterns: Sequence[str]) -> str | None:
    """What is wrong with the folder of a benchmark that reads one of `patterns` below it; None if nothing is."""
    wanted = " or ".join(patterns)
    if data is None:
        return f"--data DIR (or MER_BENCH_DATA) is needed: a folder with {wanted}"
    if not data.is_dir():
        return f"--data: there is no folder {data}; it should hold {wanted}"
    if not any(next(data.glob(pattern), None) for pattern in patterns):
        return f"--data: {data} does not hold {wanted}"
    return None
