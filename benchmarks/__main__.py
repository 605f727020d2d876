"""`python -m benchmarks NAME --data DIR --json FILE`: run one benchmark, print its summary, keep its figures.

Some have arguments of their own: `python -m benchmarks NAME --help` lists them.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks

_NOT_BENCHMARKS = {
    "__main__",
    "artists",
    "disguises",
    "field_case_audio",
    "field_case_files",
    "field_case_oddities",
    "field_case_system",
    "fingerprint_audio",
    "running",
    "mood_tables",
    "network_emotion",
    "recordings",
    "synthetic_signals",
    "talk_networks",
}


def main() -> int:
    """0 if every goal of the benchmark was reached, 1 if not."""
    names = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in _NOT_BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__, add_help=False)
    parser.add_argument("name", choices=names)
    known, _ = parser.parse_known_args()
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    module = importlib.import_module(f"benchmarks.{known.name}")
    parser.add_argument("-h", "--help", action="help")
    parser.add_argument("--json", type=Path, help="write all figures here")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    else:
        parser.add_argument("--data", type=Path, default=os.environ.get("MER_BENCH_DATA"), help="or MER_BENCH_DATA")
    arguments = vars(parser.parse_args())
    target = arguments.pop("json")
    del arguments["name"]
    if "data" in arguments:
        if arguments["data"] is None and getattr(module, "NEEDS_DATA", True):
            parser.error("--data DIR is needed: the folder that holds audio_4q, audio_edge and their kind")
        arguments["data"] = Path(arguments["data"]).resolve() if arguments["data"] else None
    result = module.run(**arguments)
    result["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    if target:
        target.write_text(json.dumps(result, indent=2) + "\n")
    print(result["summary"])
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
