"""`python -m benchmarks NAME [--data DIR] --json FILE`: run one benchmark, print its summary, keep its figures.

A benchmark whose `run` takes `data` reads one of its `DATA_FILES` below that folder. Some have arguments of their own:
`python -m benchmarks NAME --help` lists them.
"""

import argparse
import importlib
import inspect
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks
from benchmarks.arguments import explain_missing_data

_NOT_BENCHMARKS = {
    "__main__",
    "arguments",
    "artists",
    "column_sounds",
    "disguises",
    "field_case_audio",
    "field_case_files",
    "field_case_oddities",
    "field_case_system",
    "fingerprint_audio",
    "joined_clips",
    "learned_column_fit",
    "librosa_reference",
    "running",
    "simulated_annotators",
    "mood_tables",
    "network_emotion",
    "not_music_audio",
    "recordings",
    "synthetic_signals",
    "talk_networks",
}


def list_benchmarks() -> list[str]:
    """The modules that are benchmarks."""
    return [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in _NOT_BENCHMARKS]


def main() -> int:
    """0 if every goal of the benchmark was reached, 1 if not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, add_help=False)
    parser.add_argument("name", choices=list_benchmarks())
    known, _ = parser.parse_known_args()
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    module = importlib.import_module(f"benchmarks.{known.name}")
    parser.add_argument("-h", "--help", action="help")
    parser.add_argument("--json", type=Path, help="write all figures here")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    reads_data = "data" in inspect.signature(module.run).parameters
    if reads_data:
        wanted = " or ".join(module.DATA_FILES)
        parser.add_argument(
            "--data",
            type=Path,
            default=os.environ.get("MER_BENCH_DATA"),
            help=f"a folder with {wanted}; or MER_BENCH_DATA",
        )
    arguments = vars(parser.parse_args())
    target = arguments.pop("json")
    del arguments["name"]
    if reads_data:
        if problem := explain_missing_data(arguments["data"], module.DATA_FILES):
            parser.error(problem)
        arguments["data"] = arguments["data"].resolve()
    result = module.run(**arguments)
    result["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    if target:
        target.write_text(json.dumps(result, indent=2) + "\n")
    print(result["summary"])
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
