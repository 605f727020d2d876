"""By what it is seen that a person's own labels changed. Pure."""

from collections.abc import Mapping
from uuid import UUID

from shared.domain.declaration_digest import digest_declaration
from shared.personal.personal_logits import MIN_ARTISTS, MIN_LABELS, STRENGTHS
from shared.personal.whitening import N_COMPONENTS

METHOD_VERSION = 1
"""Raised with every change of how heads are fitted."""


def hash_labels(emotions: Mapping[UUID, str]) -> str:
    """Twelve hexadecimal digits over the labels by track, and over how heads are fitted: others make one outdated."""
    method = [METHOD_VERSION, *STRENGTHS, MIN_LABELS, MIN_ARTISTS, N_COMPONENTS]
    labels = {str(track_id): emotion for track_id, emotion in emotions.items()}
    return digest_declaration({"method": method, "labels": labels})
