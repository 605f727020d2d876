"""The windows of the curve of a track: where they lie, and which outputs of taggers are kept of each."""

from collections.abc import Mapping
from typing import Any

from shared.domain.dataset import TAGGER_INPUTS
from shared.domain.declaration_digest import digest_declaration
from shared.domain.taggers import MUSICNN, YAMNET, TaggerSpec, read_tagger_versions

WINDOW_S = 3.0
"""Seconds of sound that one window holds."""
WINDOW_HOP_S = 1.5
"""Seconds from the start of one window to the start of the next."""
MAX_SPAN_S = 300.0
"""Seconds of a file that windows are made of, from its first sound."""
WINDOW_RULES = 1
"""Raised with every change of our code that changes a value."""

WINDOW_TAGGERS: Mapping[str, TaggerSpec] = {spec.name: spec for spec in (MUSICNN, YAMNET)}
"""The taggers whose outputs are kept of each window: those that read a few seconds at once."""
WINDOW_WIDTHS: Mapping[str, tuple[int, ...]] = {"musicnn": (50, 200), "yamnet": (521, 1024)}
"""Values of a window by tagger: logits, then the embedding."""

FILE, EXCERPT = "file", "excerpt"
"""What windows are made of: the first five minutes of a file, or the excerpt that was analysed."""


def read_window_versions(inputs: str, card: Mapping[str, Any]) -> dict[str, str]:
    """Of which taggers, and of which versions, windows are made for the curves of a model; none where it has no curves.

    A model has curves where its inputs hold `audio_tags` and one of its taggers reads a few seconds at once.
    """
    if inputs not in TAGGER_INPUTS:
        return {}
    return {name: digits for name, digits in read_tagger_versions(card).items() if name in WINDOW_TAGGERS}


def fingerprint_windows(versions: Mapping[str, str]) -> str:
    """Twelve hexadecimal digits over the grid and the versions of the taggers, by name."""
    declared: dict[str, Any] = {
        "window_s": WINDOW_S,
        "hop_s": WINDOW_HOP_S,
        "max_span_s": MAX_SPAN_S,
        "rules": WINDOW_RULES,
        "taggers": dict(versions),
    }
    return digest_declaration(declared)


def list_window_starts(duration_s: float) -> tuple[float, ...]:
    """Where windows start, seconds from the start of `duration_s` seconds of sound: one at least, all of them whole."""
    n_windows = max(int((min(duration_s, MAX_SPAN_S) - WINDOW_S) / WINDOW_HOP_S + 1e-6) + 1, 1)
    return tuple(i * WINDOW_HOP_S for i in range(n_windows))
