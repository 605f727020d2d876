"""Which parts of the analysis a change of the spec touches. What it does not touch is carried over, not computed again.

A stage is a part of `FeatureSpec` that has parameters of its own (`mel`, `descriptors`, …). Everything else in the spec
(limits, its version) concerns all of them.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from shared.domain.features import FeatureSpec

WAVEFORM = "waveform"
"""The stage that is left out where waveforms are not to be stored: they take four times the spectrogram's space."""

FINGERPRINT = "acoustic_fingerprint"
"""The stage that says which tracks are one recording; no model reads it."""

_READS = {"excerpts": ("mel",), "catalogue": ("descriptors",), WAVEFORM: ("mel",)}
"""Stages whose values also follow from another one's parameters."""


def stages(spec: FeatureSpec, *, waveforms: bool = False) -> frozenset[str]:
    """The names of the stages of `spec`; that of the waveform only where `waveforms` are stored."""
    parts = frozenset(name for name, value in asdict(spec).items() if isinstance(value, dict))
    return parts if waveforms else parts - {WAVEFORM}


def unchanged_stages(before: Mapping[str, Any], spec: FeatureSpec) -> frozenset[str]:
    """The stages of `spec` whose values are those that the parameters `before`, as stored, gave already."""
    now = asdict(spec)
    names = stages(spec, waveforms=True)
    limits_then = {name: value for name, value in before.items() if not isinstance(value, dict)}
    limits_now = {name: value for name, value in now.items() if name not in names}
    if limits_then != limits_now:
        return frozenset()
    same = {name for name in names if before.get(name) == now[name]}
    return frozenset(name for name in same if all(read in same for read in _READS.get(name, ()) if read in names))
