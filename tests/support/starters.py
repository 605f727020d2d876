"""Small starters on descriptors, for tests that need no audio tagger."""

import hashlib
from dataclasses import replace
from typing import Any

import onnx

from services.api.deps import ApiPorts
from services.trainer.candidates.training import TrainedCandidate
from shared.domain.starter import StarterCard
from shared.starter.installation import StarterInstallation, install_starters
from shared.starter.models import StarterModel


def starter_card(**changes: Any) -> StarterCard:
    """What the card of a starter says beside the rest."""
    card: StarterCard = {
        "version": 1,
        "licence": "research use",
        "data": "made by a test",
        "provenance": "a test",
        "derived": False,
        "by_genre": {},
    }
    return {**card, **changes}  # type: ignore[typeddict-item]


def make_starter(candidate: TrainedCandidate, **changes: Any) -> StarterModel:
    """A trained model as one that ships; `changes` are those of its `starter_card`. Each version has other bytes."""
    graph = onnx.load_from_string(candidate.artefact)
    card = starter_card(**changes)
    graph.doc_string = f"version {card['version']}"
    artefact = graph.SerializeToString()
    return StarterModel(
        taxonomy=candidate.card.taxonomy,
        inputs=candidate.card.inputs,
        card=replace(candidate.card, starter=card),
        artefact=artefact,
        sha256=hashlib.sha256(artefact).hexdigest(),
    )


def install(ports: ApiPorts, *starters: StarterModel, enabled: bool = True) -> StarterInstallation:
    """As the first start does."""
    return install_starters(ports.store, ports.blobs, enabled=enabled, starters=starters)
