"""The stages of the analysis: their fingerprints, the stages that an input reads, and those that a change affects.

A stage is a part of `FeatureSpec` that has parameters of its own (`mel`, `descriptors`, …). Everything else in the spec
(limits, its version) applies to all of them. If two specs give a stage the same fingerprint, its values are equal and
rows of both are read together. Rows with different fingerprints of a stage are never read together.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from shared.domain.catalogue import COMPUTED
from shared.domain.dataset import AUDIO_TAGS, SOUND, TAGGED_DESCRIPTORS, TAGGER_POOL
from shared.domain.declaration_digest import digest_declaration
from shared.domain.features import FeatureSpec

WAVEFORM = "waveform"
"""The stage that is left out where waveforms are not to be stored: they take four times the spectrogram's space."""

FINGERPRINT = "acoustic_fingerprint"
"""The stage that says which tracks are one recording; no model reads it."""

STAGES_OF_INPUT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "descriptors": ("descriptors",),
        "catalogue": ("catalogue",),
        "mel": ("mel",),
        "fusion": ("catalogue", "descriptors"),
        "spectrogram": ("excerpts",),
        "waveform": (WAVEFORM,),
        SOUND: ("descriptors", "excerpts"),
        AUDIO_TAGS: (),
        TAGGER_POOL: (),
        TAGGED_DESCRIPTORS: ("descriptors",),
    }
)
"""The stages that each of `dataset.INPUTS` reads. Of catalogue columns only computed ones have a stage: those that
somebody delivered were made by no code of ours. Taggers are stages beside the spec: each has its own fingerprint
(`shared.domain.taggers`).
"""

STAGE_OF_ARRAY: Mapping[str, str] = MappingProxyType(
    {"talk": "mel", "excerpts": "excerpts", "waveform": WAVEFORM, "variants": "mel"}
)
"""The stage that gives each stored array, by the name under which it is stored or packed."""

_PARAMETERS_READ = MappingProxyType({"excerpts": ("mel",), "catalogue": ("descriptors",), WAVEFORM: ("mel",)})
"""Stages whose values also follow from another one's parameters."""


def list_stages(spec: FeatureSpec, *, waveforms: bool = False) -> frozenset[str]:
    """The names of the stages of `spec`; that of the waveform only where `waveforms` are stored."""
    parts = frozenset(name for name, value in asdict(spec).items() if isinstance(value, dict))
    return parts if waveforms else parts - {WAVEFORM}


def stage_fingerprints(spec: FeatureSpec | Mapping[str, Any]) -> dict[str, str]:
    """The fingerprint of each stage: twelve hexadecimal digits over all that decides its values.

    That is its parameters and those of the stages that it reads, the limits that concern all stages, and the fields
    that it declares. `spec` may be the parameters of one, as they are stored; a stage that the code of today does not
    know, or not with these parameters, has no fingerprint.
    """
    parameters = asdict(spec) if isinstance(spec, FeatureSpec) else spec
    limits = {name: value for name, value in parameters.items() if not isinstance(value, dict)}
    rebuilt = _rebuild_spec(parameters)
    understood, declared = asdict(rebuilt), rebuilt.stage_fields
    fingerprints = {}
    for name in declared:
        read = (name, *_PARAMETERS_READ.get(name, ()))
        if all(understood[part] == parameters.get(part) for part in read):
            fingerprints[name] = digest_declaration(
                {
                    "stage": name,
                    "parameters": {part: parameters[part] for part in read},
                    "limits": limits,
                    "fields": [asdict(field) for field in declared[name]],
                }
            )
    return fingerprints


def find_unchanged_stages(before: Mapping[str, str], spec: FeatureSpec) -> frozenset[str]:
    """The stages of `spec` whose values are those that a spec with the fingerprints `before` gave already."""
    return frozenset(name for name, digits in stage_fingerprints(spec).items() if before.get(name) == digits)


def list_stages_read(inputs: str, origins: Collection[str]) -> tuple[str, ...]:
    """The stages that a model on `inputs` reads, which learned from catalogue columns of these origins.

    Columns that somebody delivered are of no stage.
    """
    return tuple(stage for stage in STAGES_OF_INPUT[inputs] if stage != "catalogue" or COMPUTED in origins)


def list_inputs_reading(stage_names: Collection[str]) -> tuple[str, ...]:
    """The inputs that read any of the stages."""
    return tuple(kind for kind, read in STAGES_OF_INPUT.items() if not set(read).isdisjoint(stage_names))


def _rebuild_spec(parameters: Mapping[str, Any]) -> FeatureSpec:
    """The spec of these parameters; a part that cannot be rebuilt is that of today, and differs from what was given."""
    today = FeatureSpec()
    parts = {}
    for name in today.stage_fields:
        try:
            parts[name] = type(getattr(today, name))(**parameters[name])
        except (KeyError, TypeError):
            continue
    return FeatureSpec(**parts)
