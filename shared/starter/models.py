"""The starter's models. Their graphs take the rows that they compare a track with from one file, which all of them
share; what is given here has them inside, like the artefact of any model.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import onnx

from shared.domain.model_card import ModelCard
from shared.json_objects import JsonObject
from shared.starter.rows import DATA

CARDS_FILE = "cards.json"


@dataclass(frozen=True, kw_only=True)
class StarterModel:
    """One of them."""

    taxonomy: str
    """Or the name of another head."""
    inputs: str
    card: ModelCard
    """With `starter`."""
    artefact: bytes
    sha256: str
    """Of the artefact."""


def load_starter_models(folder: Path = DATA) -> tuple[StarterModel, ...]:
    """All of them, in the order of the file; none where the starter is left out.

    Raises ValueError where a file is not the one that the cards were written for.
    """
    if not (folder / CARDS_FILE).is_file():
        return ()
    stored = json.loads((folder / CARDS_FILE).read_text(encoding="utf-8"))
    for name, digits in stored["sha256"].items():
        if digest_file(folder / name) != digits:
            raise ValueError(f"{name} is not the file of the starter that {CARDS_FILE} describes: install mer again")
    return tuple(_load_model(folder, entry, feature_names=stored["feature_names"]) for entry in stored["models"])


def digest_file(file: Path) -> str:
    """64 hexadecimal digits over its bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_graph(file: Path) -> bytes:
    """A graph with the rows that it reads from the file beside it inside."""
    content: bytes = onnx.load(file).SerializeToString(deterministic=True)
    return content


def _load_model(folder: Path, entry: JsonObject, *, feature_names: list[str]) -> StarterModel:
    card = ModelCard.from_document(entry["card"] | {"feature_names": feature_names})
    artefact = read_graph(folder / entry["file"])
    sha256 = hashlib.sha256(artefact).hexdigest()
    return StarterModel(taxonomy=card.taxonomy, inputs=card.inputs, card=card, artefact=artefact, sha256=sha256)
