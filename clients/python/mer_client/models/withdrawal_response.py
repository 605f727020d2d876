from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.annotation_response import AnnotationResponse


T = TypeVar("T", bound="WithdrawalResponse")


@_attrs_define
class WithdrawalResponse:
    """What was taken back.

    Attributes:
        withdrawn (list[AnnotationResponse]): What counted until now
    """

    withdrawn: list[AnnotationResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        withdrawn = []
        for withdrawn_item_data in self.withdrawn:
            withdrawn_item = withdrawn_item_data.to_dict()
            withdrawn.append(withdrawn_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "withdrawn": withdrawn,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotation_response import AnnotationResponse  # noqa: PLC0415

        d = dict(src_dict)
        withdrawn = []
        _withdrawn = d.pop("withdrawn")
        for withdrawn_item_data in _withdrawn:
            withdrawn_item = AnnotationResponse.from_dict(withdrawn_item_data)

            withdrawn.append(withdrawn_item)

        withdrawal_response = cls(
            withdrawn=withdrawn,
        )

        withdrawal_response.additional_properties = d
        return withdrawal_response

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
