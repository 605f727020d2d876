from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RollbackRequest")


@_attrs_define
class RollbackRequest:
    """Which slot shall have its earlier champion back.

    Example:
        {'inputs': 'descriptors', 'taxonomy': 'mood4', 'who': 'ada'}

    Attributes:
        taxonomy (str | Unset):  Default: 'mood4'.
        inputs (str | Unset): One of descriptors, catalogue, mel, fusion, spectrogram, waveform, sound, audio_tags,
            descriptors+audio_tags, tagger_pool Default: 'descriptors'.
        synthetic (bool | Unset): The champion of the demo library Default: False.
        who (str | Unset):  Default: 'a person'.
        why (str | Unset):  Default: 'asked for'.
    """

    taxonomy: str | Unset = "mood4"
    inputs: str | Unset = "descriptors"
    synthetic: bool | Unset = False
    who: str | Unset = "a person"
    why: str | Unset = "asked for"

    def to_dict(self) -> dict[str, Any]:
        taxonomy = self.taxonomy

        inputs = self.inputs

        synthetic = self.synthetic

        who = self.who

        why = self.why

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if taxonomy is not UNSET:
            field_dict["taxonomy"] = taxonomy
        if inputs is not UNSET:
            field_dict["inputs"] = inputs
        if synthetic is not UNSET:
            field_dict["synthetic"] = synthetic
        if who is not UNSET:
            field_dict["who"] = who
        if why is not UNSET:
            field_dict["why"] = why

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        taxonomy = d.pop("taxonomy", UNSET)

        inputs = d.pop("inputs", UNSET)

        synthetic = d.pop("synthetic", UNSET)

        who = d.pop("who", UNSET)

        why = d.pop("why", UNSET)

        rollback_request = cls(
            taxonomy=taxonomy,
            inputs=inputs,
            synthetic=synthetic,
            who=who,
            why=why,
        )

        return rollback_request
