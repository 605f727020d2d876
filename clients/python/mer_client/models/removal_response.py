from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.removed_track_response import RemovedTrackResponse


T = TypeVar("T", bound="RemovalResponse")


@_attrs_define
class RemovalResponse:
    """What went, or with `dry_run` what would go; and what stays because people labelled it.

    Attributes:
        dry_run (bool):
        removed (list[RemovedTrackResponse]):
        kept (list[RemovedTrackResponse] | Unset): Labelled by people (`has_labels`): they go only with `labels=true`
        next_ (None | str | Unset): The cursor of what was not looked at yet; null at the end
    """

    dry_run: bool
    removed: list[RemovedTrackResponse]
    kept: list[RemovedTrackResponse] | Unset = UNSET
    next_: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        dry_run = self.dry_run

        removed = []
        for removed_item_data in self.removed:
            removed_item = removed_item_data.to_dict()
            removed.append(removed_item)

        kept: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.kept, Unset):
            kept = []
            for kept_item_data in self.kept:
                kept_item = kept_item_data.to_dict()
                kept.append(kept_item)

        next_: None | str | Unset
        if isinstance(self.next_, Unset):
            next_ = UNSET
        else:
            next_ = self.next_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "dry_run": dry_run,
                "removed": removed,
            }
        )
        if kept is not UNSET:
            field_dict["kept"] = kept
        if next_ is not UNSET:
            field_dict["next"] = next_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.removed_track_response import RemovedTrackResponse  # noqa: PLC0415

        d = dict(src_dict)
        dry_run = d.pop("dry_run")

        removed = []
        _removed = d.pop("removed")
        for removed_item_data in _removed:
            removed_item = RemovedTrackResponse.from_dict(removed_item_data)

            removed.append(removed_item)

        _kept = d.pop("kept", UNSET)
        kept: list[RemovedTrackResponse] | Unset = UNSET
        if _kept is not UNSET:
            kept = []
            for kept_item_data in _kept:
                kept_item = RemovedTrackResponse.from_dict(kept_item_data)

                kept.append(kept_item)

        def _parse_next_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_ = _parse_next_(d.pop("next", UNSET))

        removal_response = cls(
            dry_run=dry_run,
            removed=removed,
            kept=kept,
            next_=next_,
        )

        removal_response.additional_properties = d
        return removal_response

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
