"""The curve head of the starter, which ships with it; its own figures are beside it."""

import json
from functools import cache
from pathlib import Path

from shared.curve.head import CurveHead
from shared.json_objects import JsonObject
from shared.starter.rows import DATA

CURVE_FILE, FIGURES_FILE = "curve.npz", "curve.json"
STARTER_CURVE_TAXONOMY = "quadrant4"
"""The taxonomy whose starter has curves."""


def load_starter_curve(folder: Path = DATA) -> tuple[CurveHead, JsonObject] | None:
    """The head and its held-out figures; None where the starter is left out."""
    if not (folder / CURVE_FILE).is_file():
        return None
    figures: JsonObject = json.loads((folder / FIGURES_FILE).read_text(encoding="utf-8"))
    return CurveHead.from_bytes((folder / CURVE_FILE).read_bytes()), figures


@cache
def read_starter_curve() -> tuple[CurveHead, JsonObject] | None:
    """`load_starter_curve`, read once a process."""
    return load_starter_curve()


def write_starter_curve(head: CurveHead, figures: JsonObject, folder: Path = DATA) -> None:
    """The same bytes for the same head."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CURVE_FILE).write_bytes(head.to_bytes())
    (folder / FIGURES_FILE).write_text(json.dumps(figures, sort_keys=True, indent=1) + "\n", encoding="utf-8")
