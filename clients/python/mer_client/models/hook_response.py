from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.folder_change_response import FolderChangeResponse


T = TypeVar("T", bound="HookResponse")


@_attrs_define
class HookResponse:
    """What a call of the hook leads to.

    Attributes:
        changes (list[FolderChangeResponse]): Folders that will be crawled
        crawls_in_s (float): At the earliest, if nothing more is said; then it begins within seconds
        detail (str):
    """

    changes: list[FolderChangeResponse]
    crawls_in_s: float
    detail: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        crawls_in_s = self.crawls_in_s

        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "changes": changes,
                "crawls_in_s": crawls_in_s,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.folder_change_response import FolderChangeResponse  # noqa: PLC0415

        d = dict(src_dict)
        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = FolderChangeResponse.from_dict(changes_item_data)

            changes.append(changes_item)

        crawls_in_s = d.pop("crawls_in_s")

        detail = d.pop("detail")

        hook_response = cls(
            changes=changes,
            crawls_in_s=crawls_in_s,
            detail=detail,
        )

        hook_response.additional_properties = d
        return hook_response

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
