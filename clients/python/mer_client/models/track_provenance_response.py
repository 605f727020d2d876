from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrackProvenanceResponse")


@_attrs_define
class TrackProvenanceResponse:
    """The track in the terms of this API.

    Attributes:
        track_id (UUID):
        synthetic (bool): Of the demo library
        missing (bool): Its last file is gone
    """

    track_id: UUID
    synthetic: bool
    missing: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        synthetic = self.synthetic

        missing = self.missing

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "synthetic": synthetic,
                "missing": missing,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        synthetic = d.pop("synthetic")

        missing = d.pop("missing")

        track_provenance_response = cls(
            track_id=track_id,
            synthetic=synthetic,
            missing=missing,
        )

        track_provenance_response.additional_properties = d
        return track_provenance_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
