"""The starter as files."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from services.featurizer.descriptors import DESCRIPTORS
from services.starter import graphs
from services.starter.building import BuiltStarter
from services.starter.clips import SPEC, TAGGERS, pack_fingerprints
from shared.domain.emotion import QUADRANT4
from shared.domain.stages import stage_fingerprints
from shared.domain.taggers import list_versions
from shared.starter.models import CARDS_FILE, digest_file
from shared.starter.rows import FEATURES_FILE, ROWS_FILE, hash_artist_group

LICENCE_FILE = "LICENCE.txt"


def write_starter(starter: BuiltStarter, folder: Path) -> None:
    """Write all files, byte for byte the same for the same starter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FEATURES_FILE).write_bytes(starter.rounded.tobytes())
    _write_rows(starter, folder / ROWS_FILE)
    for model in starter.models:
        content = graphs.externalise_rows(model.graph, file=FEATURES_FILE)
        (folder / _name_graph(model.card.taxonomy)).write_bytes(content)
    documents = [dict(model.card.to_document()) for model in starter.models]
    names = [document.pop("feature_names") for document in documents]
    assert all(own == names[0] for own in names)
    shipped = [FEATURES_FILE, ROWS_FILE, *(_name_graph(model.card.taxonomy) for model in starter.models)]
    cards = {
        "feature_names": names[0],
        "sha256": {name: digest_file(folder / name) for name in shipped},
        "models": [{"file": _name_graph(str(document["taxonomy"])), "card": document} for document in documents],
    }
    text = json.dumps(cards, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / CARDS_FILE).write_text(text + "\n", encoding="utf-8")
    licence = files("services.starter").joinpath(LICENCE_FILE).read_text(encoding="utf-8")
    (folder / LICENCE_FILE).write_text(licence, encoding="utf-8")


def _name_graph(taxonomy: str) -> str:
    return f"{taxonomy}.onnx"


def _write_rows(starter: BuiltStarter, file: Path) -> None:
    clips, items = starter.prepared.clips, starter.prepared.items
    stages = stage_fingerprints(SPEC)
    about = {
        "n_descriptors": len(DESCRIPTORS),
        "classes": QUADRANT4.emotions,
        "fingerprint_version": SPEC.acoustic_fingerprint.version,
        "stage_fingerprints": {"descriptors": stages["descriptors"], **list_versions(TAGGERS)},
    }
    credited = {name for clip in clips for name in (clip.artist_group, *clip.credited)}
    np.savez_compressed(
        file,
        about=np.array(json.dumps(about, sort_keys=True)),
        mean=starter.mean,
        scale=starter.scale,
        quadrants=np.array([QUADRANT4.emotion_index(clip.quadrant) for clip in clips], dtype=np.uint8),
        artists=_as_numbers([item.group for item in items]),
        known_artists=np.sort(_as_numbers(sorted(credited))),
        folds=np.array([item.fold for item in items], dtype=np.uint8),
        out_of_fold=starter.out_of_fold.astype(np.float32),
        **pack_fingerprints([clip.analysis.fingerprint for clip in clips]),
    )


def _as_numbers(groups: list[str]) -> np.ndarray:
    """Hashes of artist groups, without the groups."""
    return np.array([int(hash_artist_group(group), 16) for group in groups], dtype=np.uint64)
