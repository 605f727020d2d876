from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.label_conflict_response_said import LabelConflictResponseSaid


T = TypeVar("T", bound="LabelConflictResponse")


@_attrs_define
class LabelConflictResponse:
    """A track whose annotators disagree.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        label (None | str): What stands all the same; null where the strongest disagree evenly
        said (LabelConflictResponseSaid):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    label: None | str
    said: LabelConflictResponseSaid
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        label: None | str
        label = self.label

        said = self.said.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "label": label,
                "said": said,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.label_conflict_response_said import LabelConflictResponseSaid  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_artist(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        artist = _parse_artist(d.pop("artist"))

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        said = LabelConflictResponseSaid.from_dict(d.pop("said"))

        label_conflict_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            label=label,
            said=said,
        )

        label_conflict_response.additional_properties = d
        return label_conflict_response

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
