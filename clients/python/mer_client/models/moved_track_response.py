from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="MovedTrackResponse")


@_attrs_define
class MovedTrackResponse:
    """Which track stands for the one that was asked for.

    Attributes:
        track_id (UUID): The one that was asked for
        survivor_id (UUID): The one that stands for it
        href (str): The same request for the survivor, as in `Location`
    """

    track_id: UUID
    survivor_id: UUID
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        survivor_id = str(self.survivor_id)

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "survivor_id": survivor_id,
                "href": href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        survivor_id = UUID(d.pop("survivor_id"))

        href = d.pop("href")

        moved_track_response = cls(
            track_id=track_id,
            survivor_id=survivor_id,
            href=href,
        )

        moved_track_response.additional_properties = d
        return moved_track_response

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
